/**
 * A backup plan as given, made whole: every default filled in, every rule with its id.
 *
 * Not here: what a plan may not say (plan-fault.ts). Source: backup spec 3.1, 3.2.
 */
import { createHash } from 'node:crypto';
import { type Random, uuid } from '@holdfast/kernel';
import type { CopyAction, PlanDocument, PlanRule } from '../store/tables/backup.ts';
import type { Lifecycle } from '../store/tables/jobs.ts';
import { COMPLETION_WINDOW_MINUTES_DEFAULT, START_WINDOW_MINUTES_DEFAULT } from './windows.ts';

export const SCHEDULE_DEFAULT = 'cron(0 5 ? * * *)';
export const TIMEZONE_DEFAULT = 'Etc/UTC';

/** AWS's BackupRuleInput shape. */
export interface PlanRuleInput {
  readonly RuleName: string;
  readonly TargetBackupVaultName: string;
  readonly TargetLogicallyAirGappedBackupVaultArn?: string | undefined;
  readonly ScheduleExpression?: string | undefined;
  readonly ScheduleExpressionTimezone?: string | undefined;
  readonly StartWindowMinutes?: number | undefined;
  readonly CompletionWindowMinutes?: number | undefined;
  readonly Lifecycle?: LifecycleInput | undefined;
  readonly RecoveryPointTags?: Readonly<Record<string, string>> | undefined;
  readonly CopyActions?:
    | readonly { readonly DestinationBackupVaultArn: string; readonly Lifecycle?: LifecycleInput | undefined }[]
    | undefined;
  readonly EnableContinuousBackup?: boolean | undefined;
  readonly IndexActions?: PlanRule['IndexActions'] | undefined;
  readonly ScanActions?: PlanRule['ScanActions'] | undefined;
}

/** AWS's BackupPlanInput shape. */
export interface PlanInput {
  readonly BackupPlanName: string;
  readonly Rules: readonly PlanRuleInput[];
  readonly AdvancedBackupSettings?: PlanDocument['AdvancedBackupSettings'] | undefined;
  readonly ScanSettings?: PlanDocument['ScanSettings'] | undefined;
}

export interface LifecycleInput {
  readonly MoveToColdStorageAfterDays?: number | undefined;
  readonly DeleteAfterDays?: number | undefined;
  readonly OptInToArchiveForSupportedResources?: boolean | undefined;
}

/** Gives a rule its id. A rule keeps its id for as long as it keeps its name. */
export type RuleIds = (ruleName: string) => string;

/** Ids of rules that `previous` has under the same name, new ones for the others. */
export function ruleIdsAfter(previous: PlanDocument | undefined, random: Random): RuleIds {
  const known = new Map(previous?.Rules.map((rule) => [rule.RuleName, rule.RuleId]));
  return (ruleName) => known.get(ruleName) ?? uuid(random);
}

export function completePlan(input: PlanInput, ruleId: RuleIds): PlanDocument {
  const { AdvancedBackupSettings: advanced, ScanSettings: scans } = input;
  return {
    BackupPlanName: input.BackupPlanName,
    Rules: input.Rules.map((rule) => completeRule(rule, ruleId(rule.RuleName))),
    ...(advanced && advanced.length > 0 && { AdvancedBackupSettings: advanced }),
    ...(scans && scans.length > 0 && { ScanSettings: scans }),
  };
}

function completeRule(rule: PlanRuleInput, id: string): PlanRule {
  const lifecycle = lifecycleOf(rule.Lifecycle);
  const airGapped = rule.TargetLogicallyAirGappedBackupVaultArn;
  return {
    RuleId: id,
    RuleName: rule.RuleName,
    TargetBackupVaultName: rule.TargetBackupVaultName,
    ...(airGapped !== undefined && { TargetLogicallyAirGappedBackupVaultArn: airGapped }),
    ScheduleExpression: rule.ScheduleExpression ?? SCHEDULE_DEFAULT,
    ScheduleExpressionTimezone: rule.ScheduleExpressionTimezone ?? TIMEZONE_DEFAULT,
    StartWindowMinutes: rule.StartWindowMinutes ?? START_WINDOW_MINUTES_DEFAULT,
    CompletionWindowMinutes: rule.CompletionWindowMinutes ?? COMPLETION_WINDOW_MINUTES_DEFAULT,
    ...(lifecycle && { Lifecycle: lifecycle }),
    RecoveryPointTags: rule.RecoveryPointTags ?? {},
    CopyActions: (rule.CopyActions ?? []).map(completeCopy),
    EnableContinuousBackup: rule.EnableContinuousBackup ?? false,
    IndexActions: rule.IndexActions ?? [],
    ScanActions: rule.ScanActions ?? [],
  };
}

function completeCopy(copy: NonNullable<PlanRuleInput['CopyActions']>[number]): CopyAction {
  const lifecycle = lifecycleOf(copy.Lifecycle);
  return { DestinationBackupVaultArn: copy.DestinationBackupVaultArn, ...(lifecycle && { Lifecycle: lifecycle }) };
}

/** Only the members that were given; undefined when none was. */
export function lifecycleOf(input: LifecycleInput | null | undefined): Lifecycle | undefined {
  const lifecycle: Lifecycle = {
    ...(typeof input?.MoveToColdStorageAfterDays === 'number' && {
      MoveToColdStorageAfterDays: input.MoveToColdStorageAfterDays,
    }),
    ...(typeof input?.DeleteAfterDays === 'number' && { DeleteAfterDays: input.DeleteAfterDays }),
    ...(typeof input?.OptInToArchiveForSupportedResources === 'boolean' && {
      OptInToArchiveForSupportedResources: input.OptInToArchiveForSupportedResources,
    }),
  };
  return Object.keys(lifecycle).length > 0 ? lifecycle : undefined;
}

/** Equal for plans that say the same, whatever their rules' ids. */
export function planHash(document: PlanDocument): string {
  const said = { ...document, Rules: document.Rules.map((rule) => ({ ...rule, RuleId: undefined })) };
  return createHash('sha256').update(JSON.stringify(said, sortedMembers)).digest('base64url');
}

function sortedMembers(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A version id in the form AWS gives: base64 of a UUID's text. */
export function planVersionId(random: Random): string {
  return Buffer.from(uuid(random), 'ascii').toString('base64');
}
