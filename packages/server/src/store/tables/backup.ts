/** Rows of the vault, plan and recovery point tables of migration 0004. */
import type { Generated } from 'kysely';
import type { CreatedBy, Lifecycle } from './jobs.ts';

export interface DirectoryStorage {
  readonly kind: 'directory';
  readonly path: string;
}
export type VaultStorage = DirectoryStorage;

/** AWS's CopyAction shape. */
export interface CopyAction {
  readonly DestinationBackupVaultArn: string;
  readonly Lifecycle?: Lifecycle | undefined;
}

/** AWS's BackupRule shape with all defaults filled in. */
export interface PlanRule {
  readonly RuleId: string;
  /** Unique in its plan. */
  readonly RuleName: string;
  readonly TargetBackupVaultName: string;
  readonly TargetLogicallyAirGappedBackupVaultArn?: string | undefined;
  /** As given: `cron(…)` or the bare six fields. */
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly StartWindowMinutes: number;
  readonly CompletionWindowMinutes: number;
  readonly Lifecycle?: Lifecycle | undefined;
  readonly RecoveryPointTags: Readonly<Record<string, string>>;
  readonly CopyActions: readonly CopyAction[];
  readonly EnableContinuousBackup: boolean;
  readonly IndexActions: readonly { readonly ResourceTypes?: readonly string[] | undefined }[];
  readonly ScanActions: readonly {
    readonly MalwareScanner?: string | undefined;
    readonly ScanMode?: string | undefined;
  }[];
}

/** AWS's BackupPlan shape. */
export interface PlanDocument {
  readonly BackupPlanName: string;
  readonly Rules: readonly PlanRule[];
  readonly AdvancedBackupSettings?: readonly {
    readonly ResourceType?: string | undefined;
    readonly BackupOptions?: Readonly<Record<string, string>> | undefined;
  }[];
  readonly ScanSettings?: readonly {
    readonly MalwareScanner?: string | undefined;
    readonly ResourceTypes?: readonly string[] | undefined;
    readonly ScannerRoleArn?: string | undefined;
  }[];
}

export interface TagCondition {
  readonly ConditionType: string;
  readonly ConditionKey: string;
  readonly ConditionValue: string;
}

export interface ConditionParameter {
  readonly ConditionKey?: string | undefined;
  readonly ConditionValue?: string | undefined;
}

export interface SelectionConditions {
  readonly StringEquals?: readonly ConditionParameter[] | undefined;
  readonly StringNotEquals?: readonly ConditionParameter[] | undefined;
  readonly StringLike?: readonly ConditionParameter[] | undefined;
  readonly StringNotLike?: readonly ConditionParameter[] | undefined;
}

/** AWS's BackupSelection shape. */
export interface SelectionDocument {
  readonly SelectionName: string;
  readonly IamRoleArn: string;
  readonly Resources?: readonly string[] | undefined;
  readonly NotResources?: readonly string[] | undefined;
  readonly ListOfTags?: readonly TagCondition[] | undefined;
  readonly Conditions?: SelectionConditions | undefined;
}

export interface BackupVaultTable {
  id: string;
  account_id: string;
  region: string;
  name: string;
  vault_type: Generated<string>;
  state: 'CREATING' | 'AVAILABLE' | 'DELETING';
  encryption_key_arn: string;
  creator_request_id: string | null;
  created_at: number;
  storage: VaultStorage;
  repository_id: string | null;
  key_sealed: Buffer;
  last_pruned_at: number | null;
  prune_due_at: number | null;
}

export interface BackupTagTable {
  resource_arn: string;
  account_id: string;
  key: string;
  value: string;
}

export interface BackupPlanTable {
  account_id: string;
  region: string;
  id: string;
  name: string;
  managed_by: 'ACCOUNT' | 'ORGANIZATION';
  current_version_id: string | null;
  creator_request_id: string | null;
  created_at: number;
  deleted_at: number | null;
  last_execution_at: number | null;
}

export interface BackupPlanVersionTable {
  account_id: string;
  region: string;
  plan_id: string;
  version_id: string;
  document: PlanDocument;
  document_hash: string;
  created_at: number;
}

export interface BackupSelectionTable {
  account_id: string;
  region: string;
  plan_id: string;
  id: string;
  name: string;
  iam_role_arn: string;
  document: SelectionDocument;
  creator_request_id: string | null;
  created_at: number;
}

export interface ScheduleCursorTable {
  account_id: string;
  region: string;
  plan_id: string;
  rule_id: string;
  since: number;
  done_until: number;
  next_at: number | null;
}

export interface ScheduleOccurrenceTable {
  account_id: string;
  region: string;
  plan_id: string;
  rule_id: string;
  due_at: number;
  materialized_at: number;
  outcome: 'MATERIALIZED' | 'SUPERSEDED' | 'MISSED' | 'FAILED';
  jobs: number;
  reason: string | null;
}

export interface RegionSettingTable {
  account_id: string;
  region: string;
  opt_in: Record<string, boolean>;
  management: Record<string, boolean>;
}

export interface IdempotencyTokenTable {
  account_id: string;
  region: string;
  operation: string;
  token: string;
  response: { readonly id: string; readonly at: number };
  created_at: number;
}

export interface RecoveryPointTable {
  arn: string;
  account_id: string;
  region: string;
  vault_id: string;
  source_vault_arn: string | null;
  resource_arn: string;
  resource_type: string;
  resource_name: string | null;
  status: 'COMPLETED' | 'PARTIAL' | 'DELETING' | 'EXPIRED';
  status_message: string | null;
  iam_role_arn: string;
  created_by: CreatedBy | null;
  created_at: number;
  initiated_at: number | null;
  completed_at: number | null;
  size_bytes: number | null;
  lifecycle: Lifecycle | null;
  delete_at: number | null;
  move_to_cold_at: number | null;
  last_restored_at: number | null;
  snapshot_id: string;
  restore_metadata: Record<string, string>;
  copied_from_arn: string | null;
  lease_token: Generated<number>;
  lease_until: number | null;
}

export interface OrganizationPlanFaultTable {
  account_id: string;
  region: string;
  plan_key: string;
  reason: string;
  noticed_at: number;
}

export interface BackupTables {
  backup_vault: BackupVaultTable;
  backup_tag: BackupTagTable;
  backup_plan: BackupPlanTable;
  backup_plan_version: BackupPlanVersionTable;
  backup_selection: BackupSelectionTable;
  schedule_cursor: ScheduleCursorTable;
  schedule_occurrence: ScheduleOccurrenceTable;
  region_setting: RegionSettingTable;
  idempotency_token: IdempotencyTokenTable;
  recovery_point: RecoveryPointTable;
  organization_plan_fault: OrganizationPlanFaultTable;
}
