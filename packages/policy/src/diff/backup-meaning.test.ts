import { expect, test } from 'vitest';
import { BACKUP_SCHEMA } from '../schema/backup-schema.ts';
import type { Schema } from '../schema/schema.ts';
import { effectiveOf, NOW } from '../testing/documents.ts';
import { ROLE } from '../testing/organizations.ts';
import { diffDocuments } from './diff.ts';
import type { Effect, SemanticChangeKind } from './difference.ts';

type Json = Record<string, unknown>;

const rule = {
  schedule_expression: 'cron(0 5 ? * * *)',
  target_backup_vault_name: 'Default',
  start_backup_window_minutes: '120',
  complete_backup_window_minutes: '600',
  lifecycle: { delete_after_days: '35' },
  copy_actions: { 'arn:x': { target_backup_vault_arn: 'arn:x', lifecycle: { delete_after_days: '90' } } },
};
const selection = { iam_role_arn: ROLE, tag_key: 'backup', tag_value: ['yes', 'true'] };
const types = {
  iam_role_arn: ROLE,
  resource_types: ['arn:aws:ec2:*:*:volume/*'],
  not_resource_types: ['arn:aws:s3:::*'],
};
const gold = {
  regions: ['us-east-1', 'eu-west-1'],
  rules: { daily: rule },
  selections: { tags: { all: selection }, resources: { disks: types } },
};
const document = { plans: { gold } };

/** The document with what stands at a path replaced; undefined removes it. */
function changed(path: string, value: unknown): Json {
  const copy = structuredClone<Json>(document);
  const keys = path.split('/');
  const last = keys.pop() ?? '';
  let at = copy;
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Json;
  }
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

const daily = 'plans/gold/rules/daily';
const disks = 'plans/gold/selections/resources/disks';

test.each<[what: string, path: string, value: unknown, kind: SemanticChangeKind, effect: Effect, message: string]>([
  ['a plan that goes', 'plans/gold', undefined, 'plan-removed', 'weakens', 'plan gold disappears'],
  ['a plan that comes', 'plans/silver', gold, 'plan-added', 'strengthens', 'plan silver appears'],
  ['a rule that goes', daily, undefined, 'rule-removed', 'weakens', 'rule daily of plan gold disappears'],
  ['a Region that goes', 'plans/gold/regions', ['us-east-1'], 'region-removed', 'weakens', 'plan gold loses eu-west-1'],
  [
    'a Region that comes',
    'plans/gold/regions',
    ['us-east-1', 'eu-west-1', 'x'],
    'region-added',
    'strengthens',
    'plan gold gains x',
  ],
  [
    'Regions in another order',
    'plans/gold/regions',
    ['eu-west-1', 'us-east-1'],
    'region-added',
    'neutral',
    'plan gold lists the same in another order',
  ],
  [
    'a copy that goes',
    `${daily}/copy_actions/arn:x`,
    undefined,
    'copy-removed',
    'weakens',
    'the copy of rule daily of plan gold to arn:x disappears',
  ],
  [
    'all copies that go',
    `${daily}/copy_actions`,
    undefined,
    'copy-removed',
    'weakens',
    'all copies of rule daily of plan gold disappear',
  ],
  [
    'a copy kept shorter',
    `${daily}/copy_actions/arn:x/lifecycle/delete_after_days`,
    '30',
    'retention-shortened',
    'weakens',
    'keeps recovery points for 30 days instead of for 90 days',
  ],
  [
    'daily to weekly',
    `${daily}/schedule_expression`,
    'cron(0 5 ? * SUN *)',
    'schedule-changed',
    'weakens',
    'rule daily of plan gold runs weekly instead of daily',
  ],
  [
    'daily to every twelve hours',
    `${daily}/schedule_expression`,
    'cron(0 5,17 ? * * *)',
    'schedule-changed',
    'strengthens',
    'runs every 12 hours instead of daily',
  ],
  [
    'another time of the day',
    `${daily}/schedule_expression`,
    'cron(0 7 ? * * *)',
    'schedule-changed',
    'neutral',
    'still runs daily, at other times',
  ],
  [
    'the same times in other words',
    `${daily}/schedule_expression`,
    'cron(0 5 * * ? *)',
    'schedule-changed',
    'neutral',
    'still runs daily',
  ],
  [
    'no schedule, which is AWS’s default',
    `${daily}/schedule_expression`,
    undefined,
    'schedule-changed',
    'neutral',
    'still runs daily',
  ],
  [
    'a schedule that has ended',
    `${daily}/schedule_expression`,
    'cron(0 5 1 1 ? 2020)',
    'schedule-changed',
    'weakens',
    'runs never again instead of daily',
  ],
  [
    'retention shortened',
    `${daily}/lifecycle/delete_after_days`,
    '7',
    'retention-shortened',
    'weakens',
    'for 7 days instead of for 35 days',
  ],
  [
    'retention lengthened',
    `${daily}/lifecycle/delete_after_days`,
    '90',
    'retention-lengthened',
    'strengthens',
    'for 90 days instead of for 35 days',
  ],
  [
    'retention without end',
    `${daily}/lifecycle`,
    undefined,
    'retention-lengthened',
    'strengthens',
    'for ever instead of for 35 days',
  ],
  [
    'cold storage',
    `${daily}/lifecycle/move_to_cold_storage_after_days`,
    '30',
    'cold-storage-changed',
    'neutral',
    'becomes 30',
  ],
  [
    'another vault',
    `${daily}/target_backup_vault_name`,
    'Other',
    'vault-changed',
    'weakens',
    'changes from Default to Other',
  ],
  [
    'a shorter window',
    `${daily}/complete_backup_window_minutes`,
    '300',
    'windows-changed',
    'weakens',
    'changes from 600 to 300',
  ],
  [
    'a longer window',
    `${daily}/complete_backup_window_minutes`,
    '900',
    'windows-changed',
    'neutral',
    'changes from 600 to 900',
  ],
  [
    'continuous backup on',
    `${daily}/enable_continuous_backup`,
    'true',
    'continuous-backup-on',
    'strengthens',
    'can restore to any point in time',
  ],
  [
    'resources no longer selected',
    'plans/gold/selections/tags/all/tag_value',
    ['yes'],
    'resources-removed',
    'weakens',
    'selection all of plan gold loses true',
  ],
  [
    'more resources selected',
    'plans/gold/selections/tags/all/tag_value',
    ['yes', 'true', '1'],
    'resources-added',
    'strengthens',
    'gains 1',
  ],
  [
    'another tag key',
    'plans/gold/selections/tags/all/tag_key',
    'other',
    'selection-changed',
    'weakens',
    'changes from backup to other',
  ],
  [
    'another role',
    'plans/gold/selections/tags/all/iam_role_arn',
    'arn:y',
    'role-changed',
    'weakens',
    'the role of selection all',
  ],
  [
    'a selection that goes',
    disks,
    undefined,
    'selection-removed',
    'weakens',
    'selection disks of plan gold disappears',
  ],
  [
    'all selections of a kind',
    'plans/gold/selections/resources',
    undefined,
    'selection-removed',
    'weakens',
    'selections by resources of plan gold disappear',
  ],
  [
    'more left out',
    `${disks}/not_resource_types`,
    ['arn:aws:s3:::*', 'z'],
    'resources-removed',
    'weakens',
    'leaves out z',
  ],
  [
    'less left out',
    `${disks}/not_resource_types`,
    undefined,
    'resources-added',
    'strengthens',
    'takes in arn:aws:s3:::*',
  ],
  [
    'a condition more',
    `${disks}/conditions`,
    { string_equals: { c: { condition_key: 'k', condition_value: 'v' } } },
    'selection-changed',
    'weakens',
    'has more conditions',
  ],
  [
    'scanning begins',
    'plans/gold/scan_settings',
    { guardduty: { resource_types: ['ALL'] } },
    'scanning-changed',
    'strengthens',
    'what is scanned for malware',
  ],
  [
    'a tag of the plan',
    'plans/gold/backup_plan_tags',
    { t: { tag_key: 't', tag_value: 'v' } },
    'option-changed',
    'neutral',
    'backup_plan_tags of plan gold',
  ],
])('%s is told as such', (_what, path, value, kind, effect, message) => {
  const { changes } = diffDocuments('BACKUP_POLICY', effectiveOf(document), effectiveOf(changed(path, value)), NOW);
  expect(changes).toMatchObject([{ kind, effect }]);
  expect(changes[0]?.message).toContain(message);
  // Turned round, what strengthened weakens. What cannot be told weakens in both directions.
  const back = diffDocuments('BACKUP_POLICY', effectiveOf(changed(path, value)), effectiveOf(document), NOW).changes[0]
    ?.effect;
  if (effect === 'strengthens') expect(back).toBe('weakens');
});

test('every setting of the schema, gone, has a change that is about it and never strengthens unless it limits', () => {
  const full = sampleOf(BACKUP_SCHEMA) as Json;
  const limiting = /delete_after_days|not_resource_types|conditions/;
  const paths = [...settingPaths(full, [])];
  expect(paths.length).toBeGreaterThan(30);
  for (const path of paths) {
    const without = structuredClone(full);
    const parent = path.slice(0, -1).reduce((at, key) => at[key] as Json, without);
    delete parent[path.at(-1) ?? ''];
    const { changes, edits } = diffDocuments('BACKUP_POLICY', effectiveOf(full), effectiveOf(without), NOW);
    expect(changes.flatMap((change) => change.edits)).toEqual(edits);
    expect(edits.map((edit) => edit.path)).toEqual([path]);
    for (const { effect, message } of changes) {
      expect(message.length, path.join('/')).toBeGreaterThan(10);
      if (!limiting.test(path.join('/'))) expect(effect, path.join('/')).not.toBe('strengthens');
    }
  }
});

/** A document with every setting of a schema. */
function sampleOf(schema: Schema): unknown {
  switch (schema.kind) {
    case 'object':
      return Object.fromEntries(Object.entries(schema.fields).map(([key, field]) => [key, sampleOf(field)]));
    case 'map':
      return { one: sampleOf(schema.entry) };
    case 'setting':
      return schema.many ? ['1', '2'] : '1';
    case 'any':
      return '1';
  }
}

function* settingPaths(value: unknown, path: readonly string[]): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) yield path;
  else for (const [key, child] of Object.entries(value)) yield* settingPaths(child, [...path, key]);
}
