/**
 * What a backup policy may hold: settings, their values, and what must stand together in one document.
 *
 * Incomplete plans are fine here; completeness is a matter of the merged whole (effective/validate-backup.ts).
 * Source: organizations spec 5; recorded rules A.2 to A.10, which win.
 */
import type { Finding } from '../document/diagnostic.ts';
import { assignedText, nodeAt, type PolicyNode } from '../document/policy-document.ts';
import { INTERVAL_MIN_MS, nextInterval } from '../schedule/interval.ts';
import { parsePolicySchedule } from '../schedule/parse-cron.ts';
import { isBackupResourceType } from './backup-resource-types.ts';
import {
  type BackupRuleSettings,
  backupRuleConflicts,
  type Conflict,
  type LifecycleSettings,
} from './backup-rule-conflicts.ts';
import type { ValueRule } from './schema.ts';
import { type CheckContext, type KeyRule, list, map, type NodeCheck, object, type Schema, single } from './schema.ts';
import { checkTagKey } from './tag-schema.ts';
import {
  boolean,
  identifier,
  integer,
  itemText,
  oneOf,
  region,
  scalarText,
  TAG_VALUE_LENGTH_MAX,
  tagKey,
  tagKeyName,
  text,
} from './value-rules.ts';

const WINDOW_MINUTES_MIN = 60;
export const CONDITIONS_MAX = 30;

const PARTITION = 'arn:aws[a-z-]*';
const VAULT = 'backup-vault:[a-zA-Z0-9_-]{1,50}';

const schedule: ValueRule = {
  expected: 'cron(minutes hours day-of-month month day-of-week year)',
  accepts: ({ kind, text }) => kind === 'string' && parsePolicySchedule(text).ok,
};
const vaultName = text(/^[a-zA-Z0-9_-]{1,50}$/, '1 to 50 letters, digits, "_" or "-"');
const roleArn = text(
  new RegExp(`^${PARTITION}:iam::\\$account:role/[\\w+=,.@/-]+$`),
  'arn:aws:iam::$account:role/NAME, with $account for the account number',
);
const airGappedVaultArn = text(
  new RegExp(`^${PARTITION}:backup:\\$region:\\$account:${VAULT}$`),
  'arn:aws:backup:$region:$account:backup-vault:NAME, with $region and $account as they stand',
);
const copyTargetPattern = new RegExp(`^${PARTITION}:backup:([a-z0-9-]+):(?:\\$account|\\d{12}):${VAULT}$`);
const copyTargetExpected = 'arn:aws:backup:REGION:$account:backup-vault:NAME, with a real Region';
const isCopyTarget = (arn: string, { isRegion }: CheckContext) => isRegion(copyTargetPattern.exec(arn)?.[1] ?? '');
const copyTargetArn: ValueRule = {
  expected: copyTargetExpected,
  accepts: (value, context) => value.kind === 'string' && isCopyTarget(value.text, context),
};
const copyTargetKey: KeyRule = { expected: copyTargetExpected, accepts: isCopyTarget };
const resourceType: ValueRule = {
  expected: '* or one of the resource type patterns such as arn:aws:ec2:*:*:volume/*',
  accepts: ({ kind, text }) => kind === 'string' && isBackupResourceType(text),
};
const switchValue = oneOf('enabled', 'disabled');

const lifecycle = object({
  move_to_cold_storage_after_days: single(integer(1)),
  delete_after_days: single(integer(1)),
  opt_in_to_archive_for_supported_resources: single(boolean),
});

/** A tag under a key that must be the tag's own, letter case aside. */
const tag = object(
  { tag_key: single(tagKey), tag_value: single(scalarText(TAG_VALUE_LENGTH_MAX)) },
  { required: ['tag_key', 'tag_value'], check: checkTagKey },
);

const rule = object(
  {
    schedule_expression: single(schedule),
    target_backup_vault_name: single(vaultName),
    target_logically_air_gapped_backup_vault_arn: single(airGappedVaultArn),
    start_backup_window_minutes: single(integer(WINDOW_MINUTES_MIN)),
    complete_backup_window_minutes: single(integer(WINDOW_MINUTES_MIN)),
    enable_continuous_backup: single(boolean),
    lifecycle,
    copy_actions: map(
      copyTargetKey,
      object({ target_backup_vault_arn: single(copyTargetArn), lifecycle }, { required: ['target_backup_vault_arn'] }),
    ),
    recovery_point_tags: map(tagKeyName, tag),
    index_actions: object({ resource_types: list(oneOf('EBS', 'S3'), 1) }),
    scan_actions: object({ guardduty: object({ scan_mode: single(oneOf('INCREMENTAL_SCAN', 'FULL_SCAN')) }) }),
  },
  { check: checkRule },
);

const condition = object(
  {
    condition_key: single(text(/^aws:ResourceTag\/.{1,112}$/su, 'aws:ResourceTag/ and a tag key')),
    condition_value: single(scalarText(TAG_VALUE_LENGTH_MAX)),
  },
  { required: ['condition_key', 'condition_value'] },
);
const conditionMap = map(identifier, condition);
const conditions = object(
  {
    string_equals: conditionMap,
    string_not_equals: conditionMap,
    string_like: conditionMap,
    string_not_like: conditionMap,
  },
  { check: checkConditionCount },
);

const selections = object({
  tags: map(
    identifier,
    object(
      {
        iam_role_arn: single(roleArn),
        tag_key: single(tagKey),
        tag_value: list(itemText(TAG_VALUE_LENGTH_MAX), 1),
        conditions,
      },
      { required: ['tag_key', 'tag_value'] },
    ),
  ),
  resources: map(
    identifier,
    object(
      {
        iam_role_arn: single(roleArn),
        resource_types: list(resourceType, 1),
        not_resource_types: list(resourceType, 1),
        conditions,
      },
      { check: checkResourceSelection },
    ),
  ),
});

export const BACKUP_SCHEMA: Schema = object(
  {
    plans: map(
      identifier,
      object({
        regions: list(region),
        rules: map(identifier, rule),
        selections,
        advanced_backup_settings: object({
          ec2: object({ windows_vss: single(switchValue) }),
          s3: object({ backup_acls: single(switchValue), backup_object_tags: single(switchValue) }),
        }),
        backup_plan_tags: map(tagKeyName, tag),
        scan_settings: object({
          guardduty: object({
            resource_types: list(oneOf('EBS', 'EC2', 'S3', 'ALL'), 1),
            scanner_role_arn: single(roleArn),
          }),
        }),
      }),
    ),
  },
  { required: ['plans'] },
);

function checkConditionCount(node: PolicyNode, path: readonly string[]): readonly Finding[] {
  const count = node.children.values().reduce((sum, { node }) => sum + node.children.size, 0);
  if (count <= CONDITIONS_MAX) return [];
  const message = `A selection has at most ${CONDITIONS_MAX} conditions, not ${count}`;
  return [{ code: 'too-many-elements', offset: node.offset, path, message }];
}

function checkResourceSelection(node: PolicyNode, path: readonly string[]): readonly Finding[] {
  if (node.children.has('resource_types') || node.children.has('conditions')) return [];
  const message = 'A resource selection needs resource_types or conditions';
  return [{ code: 'missing-key', offset: node.offset, path, message }];
}

function checkRule(node: PolicyNode, path: readonly string[], context: CheckContext): readonly Finding[] {
  const settings = settingsOf(node);
  const conflicts: Conflict[] = [...backupRuleConflicts(settings, context.now)];
  // Refused in one document, not reported when inheritance brings the two together (organizations spec 5.4).
  const { moveToColdStorageAfterDays } = settings.lifecycle;
  if (settings.enableContinuousBackup === 'true' && moveToColdStorageAfterDays !== undefined) {
    conflicts.push([
      ['enable_continuous_backup', 'true'],
      ['move_to_cold_storage_after_days', moveToColdStorageAfterDays],
    ]);
  }
  return [...conflicts.map((conflict) => conflictFinding(conflict, node, path)), ...checkCadence(node, path, context)];
}

function conflictFinding(conflict: Conflict, node: PolicyNode, path: readonly string[]): Finding {
  const fields = conflict.map(([field, value]) => (value === undefined ? `no ${field}` : `${field} ${value}`));
  return { code: 'conflict', offset: node.offset, path, message: `Not possible together: ${fields.join(', ')}` };
}

const checkCadence: NodeCheck = (node, path, { now }) => {
  const setting = node.children.get('schedule_expression');
  const reading = parsePolicySchedule(assignedText(setting?.node) ?? '');
  if (!setting || !reading.ok) return [];
  const interval = nextInterval(reading.schedule, now);
  if (interval !== undefined && interval >= INTERVAL_MIN_MS) return [];
  const place = { offset: setting.offset, path: [...path, setting.name] };
  return interval === undefined
    ? [{ ...place, code: 'schedule-ended', message: 'The schedule has fewer than two runs left' }]
    : [{ ...place, code: 'schedule-interval', message: 'The next two runs are less than one hour apart' }];
};

function settingsOf(rule: PolicyNode): BackupRuleSettings {
  const copies = nodeAt(rule, 'copy_actions')?.children.values() ?? [];
  return {
    scheduleExpression: assignedText(rule, 'schedule_expression'),
    enableContinuousBackup: assignedText(rule, 'enable_continuous_backup'),
    lifecycle: lifecycleOf(rule),
    copyLifecycles: [...copies].map(({ node }) => lifecycleOf(node)),
  };
}

function lifecycleOf(owner: PolicyNode): LifecycleSettings {
  const setting = (name: string) => assignedText(owner, 'lifecycle', name);
  return {
    moveToColdStorageAfterDays: setting('move_to_cold_storage_after_days'),
    deleteAfterDays: setting('delete_after_days'),
    optInToArchive: setting('opt_in_to_archive_for_supported_resources'),
  };
}
