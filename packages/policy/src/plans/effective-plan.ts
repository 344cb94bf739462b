/**
 * A plan of an effective backup policy, typed: what AWS Backup makes backup plans and selections of.
 *
 * Placeholders `$account` and `$region` stand in ARNs until `resolvePlan`. Absent settings stay absent: the defaults
 * are AWS Backup's. Durations carry their unit in the name.
 * Source: spec backup 10.2.
 */

export interface EffectivePlan {
  /** Key of the plan in the effective document, in lower case. */
  readonly name: string;
  /** Each once, in the policy's order. In every one of them the account gets a plan of its own. */
  readonly regions: readonly string[];
  readonly rules: readonly EffectiveRule[];
  readonly selections: readonly EffectiveSelection[];
  /** Of the plan itself, by tag key. */
  readonly tags: ReadonlyMap<string, string>;
  readonly advancedBackupSettings: readonly AdvancedBackupSetting[];
  readonly scanSettings: readonly ScanSetting[];
}

export interface EffectiveRule {
  readonly name: string;
  /** `cron(…)` on UTC; absent means AWS Backup's default. */
  readonly scheduleExpression: string | undefined;
  readonly targetBackupVaultName: string;
  readonly targetLogicallyAirGappedBackupVaultArn: string | undefined;
  readonly startWindowMinutes: number | undefined;
  readonly completionWindowMinutes: number | undefined;
  readonly enableContinuousBackup: boolean | undefined;
  readonly lifecycle: Lifecycle | undefined;
  readonly copyActions: readonly CopyAction[];
  /** Of the recovery points, by tag key. */
  readonly recoveryPointTags: ReadonlyMap<string, string>;
  /** `EBS`, `S3`: an index is made of their recovery points. */
  readonly indexResourceTypes: readonly string[];
  readonly scanActions: readonly ScanAction[];
}

export interface Lifecycle {
  readonly moveToColdStorageAfterDays: number | undefined;
  readonly deleteAfterDays: number | undefined;
  readonly optInToArchiveForSupportedResources: boolean | undefined;
}

export interface CopyAction {
  readonly destinationBackupVaultArn: string;
  readonly lifecycle: Lifecycle | undefined;
}

export interface ScanAction {
  readonly malwareScanner: 'GUARDDUTY';
  /** `FULL_SCAN` or `INCREMENTAL_SCAN`. */
  readonly scanMode: string | undefined;
}

export interface ScanSetting {
  readonly malwareScanner: 'GUARDDUTY';
  readonly resourceTypes: readonly string[];
  readonly scannerRoleArn: string | undefined;
}

export interface AdvancedBackupSetting {
  readonly resourceType: 'EC2' | 'S3';
  /** By AWS Backup's names, such as `WindowsVSS` → `enabled`. */
  readonly backupOptions: ReadonlyMap<string, string>;
}

/** One entry of `selections.tags` or `selections.resources`. */
export interface EffectiveSelection {
  readonly name: string;
  readonly iamRoleArn: string;
  /** A resource with any of these tags is selected; empty in a selection by resource types. */
  readonly listOfTags: readonly TagCondition[];
  /** Resource type patterns, of which one must match; empty in a selection by tags or by conditions alone. */
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** All must hold. */
  readonly conditions: SelectionConditions;
}

export interface TagCondition {
  readonly conditionType: 'STRINGEQUALS';
  readonly conditionKey: string;
  readonly conditionValue: string;
}

/** By AWS Backup's names; keys are of the form `aws:ResourceTag/NAME`. */
export interface SelectionConditions {
  readonly stringEquals: readonly ConditionParameter[];
  readonly stringNotEquals: readonly ConditionParameter[];
  readonly stringLike: readonly ConditionParameter[];
  readonly stringNotLike: readonly ConditionParameter[];
}

export interface ConditionParameter {
  readonly conditionKey: string;
  readonly conditionValue: string;
}
