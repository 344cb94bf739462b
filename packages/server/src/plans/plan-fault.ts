/**
 * What a plan may not say. Source: backup spec 2.A, 2.Q, 3.2-3.7, 13.3.
 *
 * Not checked, as on AWS: whether vaults, roles and destinations exist; that shows when a job runs.
 */
import type { Instant } from '@holdfast/kernel';
import { parsePolicySchedule, planScheduleFault } from '@holdfast/policy';
import type { PlanDocument, PlanRule } from '../store/tables/backup.ts';
import { parseVaultArn } from './arns.ts';
import type { Fault } from './fault.ts';
import { lifecycleFault } from './lifecycle.ts';
import { windowFault } from './windows.ts';

export const RULES_MAX = 10;
export const COPY_ACTIONS_MAX = 5;
export const RULE_TAGS_MAX = 10;

const PLAN_NAME = /^[a-zA-Z0-9\-_.]{1,200}$/;
const RULE_NAME = /^[a-zA-Z0-9\-_.]{1,50}$/;
const VAULT_NAME = /^[a-zA-Z0-9\-_]{2,50}$/;
const TAG_KEY_CHARS_MAX = 128;
const TAG_VALUE_CHARS_MAX = 256;

const ADVANCED_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  EC2: ['WindowsVSS'],
  S3: ['BackupACLs', 'BackupObjectTags'],
};
const INDEXED_TYPES: readonly string[] = ['EBS', 'S3'];
const SCANNED_TYPES: readonly string[] = ['EBS', 'EC2', 'S3', 'ALL'];
const SCAN_MODES: readonly string[] = ['FULL_SCAN', 'INCREMENTAL_SCAN'];

/**
 * Where a plan comes from. A policy's schedule may leave the year out and was checked for its intervals when the policy
 * was admitted; that check depends on the time and is not repeated (organizations spec 5.5).
 */
export type PlanOrigin = 'account' | 'policy';

/** The first thing wrong, or undefined. */
export function planFault(plan: PlanDocument, now: Instant, origin: PlanOrigin = 'account'): Fault | undefined {
  if (!PLAN_NAME.test(plan.BackupPlanName))
    return invalid('BackupPlanName must be 1 to 200 letters, digits, hyphens, underscores or periods.');
  if (plan.Rules.length === 0) return invalid('A backup plan needs at least one rule.');
  if (plan.Rules.length > RULES_MAX) return limit(`A backup plan may hold at most ${RULES_MAX} rules.`);
  const names = new Set<string>();
  for (const rule of plan.Rules) {
    const reason = names.has(rule.RuleName)
      ? 'RuleName must be unique in its plan'
      : ruleFault(rule, plan, now, origin);
    if (reason !== undefined) return { kind: 'invalid', rule: rule.RuleName, message: reason };
    if (rule.CopyActions.length > COPY_ACTIONS_MAX)
      return limit(`A rule may hold at most ${COPY_ACTIONS_MAX} copy actions.`, rule.RuleName);
    if (Object.keys(rule.RecoveryPointTags).length > RULE_TAGS_MAX)
      return limit(`A rule may add at most ${RULE_TAGS_MAX} tags to a recovery point.`, rule.RuleName);
    names.add(rule.RuleName);
  }
  return settingsFault(plan);
}

function ruleFault(rule: PlanRule, plan: PlanDocument, now: Instant, origin: PlanOrigin): string | undefined {
  if (!RULE_NAME.test(rule.RuleName))
    return 'RuleName must be 1 to 50 letters, digits, hyphens, underscores or periods';
  if (!isVaultName(rule.TargetBackupVaultName))
    return 'TargetBackupVaultName must be 2 to 50 letters, digits, hyphens or underscores';
  return (
    scheduleFault(rule, now, origin) ??
    windowFault({
      startWindowMinutes: rule.StartWindowMinutes,
      completionWindowMinutes: rule.CompletionWindowMinutes,
    }) ??
    lifecycleFault(rule.Lifecycle, { continuous: rule.EnableContinuousBackup }) ??
    copiesFault(rule) ??
    tagsFault(rule.RecoveryPointTags) ??
    indexFault(rule) ??
    scanFault(rule, plan)
  );
}

function scheduleFault(rule: PlanRule, now: Instant, origin: PlanOrigin): string | undefined {
  const reading = parsePolicySchedule(rule.ScheduleExpression);
  if (origin === 'policy' && reading.ok) return undefined;
  const fault = planScheduleFault(rule.ScheduleExpression, now, rule.ScheduleExpressionTimezone);
  return fault && `Invalid schedule ${rule.ScheduleExpression}: ${fault.message}`;
}

export function isVaultName(name: string): boolean {
  return VAULT_NAME.test(name);
}

function copiesFault({ CopyActions: copies }: PlanRule): string | undefined {
  for (const { DestinationBackupVaultArn: arn, Lifecycle: lifecycle } of copies) {
    if (!parseVaultArn(arn)) return `Invalid copy action. DestinationBackupVaultArn ${arn} is not the ARN of a vault`;
    const fault = lifecycleFault(lifecycle, { alwaysAllowed: true });
    if (fault) return fault;
  }
  return undefined;
}

export function tagsFault(tags: Readonly<Record<string, string>>): string | undefined {
  for (const [key, value] of Object.entries(tags)) {
    if (key === '' || [...key].length > TAG_KEY_CHARS_MAX)
      return `Invalid tag key: it must have 1 to ${TAG_KEY_CHARS_MAX} characters`;
    if (/^aws:/i.test(key)) return `Invalid tag key ${key}: the prefix aws: is reserved`;
    if ([...value].length > TAG_VALUE_CHARS_MAX)
      return `Invalid value of tag ${key}: it may have at most ${TAG_VALUE_CHARS_MAX} characters`;
  }
  return undefined;
}

function indexFault({ IndexActions: actions }: PlanRule): string | undefined {
  if (actions.length === 0) return undefined;
  const types = actions.flatMap((action) => action.ResourceTypes ?? []);
  const good = actions.length === 1 && types.length === 1 && types.every((type) => INDEXED_TYPES.includes(type));
  return good ? undefined : 'Invalid IndexActions. One action with one resource type, EBS or S3, is expected';
}

function scanFault({ ScanActions: actions }: PlanRule, { ScanSettings: settings = [] }: PlanDocument) {
  if (actions.length > 0 && settings.length === 0) return 'Invalid ScanActions. The plan has no ScanSettings';
  const good = actions.every(
    ({ MalwareScanner: scanner, ScanMode: mode }) => scanner === 'GUARDDUTY' && SCAN_MODES.includes(mode ?? ''),
  );
  return good ? undefined : `Invalid ScanActions. GUARDDUTY with ${SCAN_MODES.join(' or ')} is expected`;
}

function settingsFault({ AdvancedBackupSettings: advanced = [], ScanSettings: scans = [] }: PlanDocument) {
  for (const { ResourceType: type = '', BackupOptions: options = {} } of advanced) {
    const known = Object.hasOwn(ADVANCED_OPTIONS, type) ? ADVANCED_OPTIONS[type] : undefined;
    if (!known) return invalid(`Invalid AdvancedBackupSettings. ${type} is not EC2 or S3.`);
    const fault = optionsFault(type, known, options);
    if (fault) return invalid(fault);
  }
  for (const { MalwareScanner: scanner, ResourceTypes: types = [] } of scans) {
    if (scanner !== 'GUARDDUTY' || types.length === 0 || !types.every((type) => SCANNED_TYPES.includes(type)))
      return invalid(`Invalid ScanSettings. GUARDDUTY with resource types of ${SCANNED_TYPES.join(', ')} is expected.`);
  }
  return undefined;
}

function optionsFault(type: string, known: readonly string[], options: Readonly<Record<string, string>>) {
  for (const [option, value] of Object.entries(options)) {
    if (!known.includes(option)) return `Invalid BackupOptions. ${option} is not an option of ${type}.`;
    if (value !== 'enabled' && value !== 'disabled')
      return `Invalid BackupOptions. ${option} must be enabled or disabled.`;
  }
  return undefined;
}

function invalid(message: string): Fault {
  return { kind: 'invalid', message };
}

function limit(message: string, rule?: string): Fault {
  return { kind: 'limit', message, ...(rule !== undefined && { rule }) };
}
