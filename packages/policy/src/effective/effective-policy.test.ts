import { expect, test } from 'vitest';
import { mergeLevels } from '../merge/merge-level.ts';
import { assigned, levelsOf, NOW, setting } from '../testing/documents.ts';
import { readEffective, writeEffective } from './effective-document.ts';
import type { EffectiveError } from './effective-error.ts';
import { effectivePolicy, publish } from './effective-policy.ts';

const ROLE = 'arn:aws:iam::$account:role/backup';
const selection = { iam_role_arn: ROLE, tag_key: 'backup', tag_value: ['yes'] };
const complete = {
  regions: ['us-east-1'],
  rules: { daily: { target_backup_vault_name: 'vault' } },
  selections: { tags: { tagged: selection } },
};

type Plan = Parameters<typeof assigned>[0] & object;

function errorsOf(...levels: unknown[][]): readonly EffectiveError[] {
  return effectivePolicy('BACKUP_POLICY', mergeLevels(levelsOf(...levels)), NOW).errors;
}

/** As `code path message`, with the contributors behind. */
function shown(errors: readonly EffectiveError[]): readonly string[] {
  return errors.map(
    ({ code, path, message, contributingPolicies }) =>
      `${code} ${path} ${message} [${contributingPolicies.toSorted()}]`,
  );
}

function plan(more: object, without: readonly string[] = []): unknown {
  const entries = Object.entries({ ...complete, ...more }).filter(([key]) => !without.includes(key));
  return assigned({ plans: { p: Object.fromEntries(entries) as Plan } });
}

test.each<[rule: string, policy: unknown, errors: string[]]>([
  ['a complete plan needs no schedule', plan({}), []],
  ['an empty plan vanishes', { plans: { p: {} } }, []],
  ['regions are required', plan({}, ['regions']), ["KEY_REQUIRED plans/p 'regions' is missing [P0.0]"]],
  ['rules are required', plan({}, ['rules']), ["KEY_REQUIRED plans/p 'rules' is missing [P0.0]"]],
  ['selections are required', plan({}, ['selections']), ["KEY_REQUIRED plans/p 'selections' is missing [P0.0]"]],
  [
    'a rule needs its vault',
    plan({ rules: { daily: { start_backup_window_minutes: '60' } } }),
    ["KEY_REQUIRED plans/p/rules/daily 'target_backup_vault_name' is missing [P0.0]"],
  ],
  [
    'a tag selection needs role, key and values',
    { plans: { p: { ...(assigned(complete) as object), selections: { tags: { s: { tag_value: setting('=a') } } } } } },
    [
      "KEY_REQUIRED plans/p/selections/tags/s 'iam_role_arn' is missing [P0.0]",
      "KEY_REQUIRED plans/p/selections/tags/s 'tag_key' is missing [P0.0]",
    ],
  ],
  [
    'a resource selection needs a role, and types if it has no conditions',
    plan({ selections: { resources: { s: { not_resource_types: ['*'] } } } }),
    [
      "KEY_REQUIRED plans/p/selections/resources/s 'iam_role_arn' is missing [P0.0]",
      "KEY_REQUIRED plans/p/selections/resources/s 'resource_types' is missing [P0.0]",
    ],
  ],
  [
    'conditions stand in for types',
    plan({
      selections: {
        resources: {
          s: { iam_role_arn: ROLE, conditions: { string_equals: { c: { condition_key: 'k', condition_value: 'v' } } } },
        },
      },
    }),
    [],
  ],
  [
    'an assigned empty list is too few',
    plan({ regions: [] }),
    ["ELEMENTS_TOO_FEW plans/p/regions 'regions' is less than the allowed minimum limit 1 [P0.0]"],
  ],
  [
    'ten rules are the limit',
    plan({ rules: rules(11) }),
    ["ELEMENTS_TOO_MANY plans/p/rules 'rules' exceeds the allowed maximum limit 10 [P0.0]"],
  ],
  ['ten rules pass', plan({ rules: rules(10) }), []],
  [
    'scans need scan settings',
    plan({
      rules: { daily: { target_backup_vault_name: 'v', scan_actions: { guardduty: { scan_mode: 'FULL_SCAN' } } } },
    }),
    [
      'CROSS_ATTRIBUTE_VALIDATION plans/p/rules/daily Dependent fields scan_actions(undefined),scan_settings(undefined) ' +
        'in policy block daily are invalid when used together [P0.0]',
    ],
  ],
  [
    'a continuous backup needs an end',
    plan({ rules: { daily: { target_backup_vault_name: 'v', enable_continuous_backup: 'true' } } }),
    [
      'CROSS_ATTRIBUTE_VALIDATION plans/p/rules/daily Dependent fields enable_continuous_backup=true,' +
        'delete_after_days=undefined in policy block daily are invalid when used together [P0.0]',
    ],
  ],
  [
    'cold storage shortly before deletion is Backup’s affair',
    plan({ rules: lifecycle({ cold: '30', deleted: '60' }) }),
    [],
  ],
])('%s', (_rule, policy, errors) => {
  expect(shown(errorsOf([policy]))).toEqual(errors);
});

test('a list with removals only is missing, an emptied one is too short, and both name who took part', () => {
  const parent = plan({}, ['regions']);
  const remover = { plans: { p: { regions: setting('-us-east-1') } } };
  expect(shown(errorsOf([parent], [remover]))).toEqual(["KEY_REQUIRED plans/p 'regions' is missing [P0.0]"]);
  expect(shown(errorsOf([plan({})], [remover]))).toEqual([
    "ELEMENTS_TOO_FEW plans/p/regions 'regions' is less than the allowed minimum limit 1 [P0.0,P1.0]",
  ]);
});

test('an emptied list of index types is no error and stays', () => {
  const withIndex = plan({
    rules: { daily: { target_backup_vault_name: 'v', index_actions: { resource_types: ['EBS'] } } },
  });
  const remover = { plans: { p: { rules: { daily: { index_actions: { resource_types: setting('-EBS') } } } } } };
  const policy = effectivePolicy('BACKUP_POLICY', mergeLevels(levelsOf([withIndex], [remover])), NOW);
  expect(policy.errors).toEqual([]);
  expect(writeEffective(policy.document)).toContain('"index_actions":{"resource_types":[]}');
});

test('an empty fragment contributes nothing, an overridden setter neither', () => {
  const root = { plans: { p: { rules: { r: { start_backup_window_minutes: setting('=:60') } } } } };
  const child = { plans: { p: { rules: { r: { start_backup_window_minutes: setting('=:90') } } } } };
  const contributing = errorsOf([root, { plans: { p: {} } }], [child]).flatMap((error) => error.contributingPolicies);
  expect(new Set(contributing)).toEqual(new Set(['P1.0']));
});

test('two faults of a rule are two errors, the same fault of two copies is one', () => {
  const archive = (cold: string, deleted: string) => ({
    move_to_cold_storage_after_days: cold,
    delete_after_days: deleted,
    opt_in_to_archive_for_supported_resources: 'true',
  });
  const copy = (name: string) => `arn:aws:backup:us-east-1:$account:backup-vault:${name}`;
  const copies = Object.fromEntries(
    ['a', 'b'].map((name) => [copy(name), { target_backup_vault_arn: copy(name), lifecycle: archive('30', '60') }]),
  );
  const errors = errorsOf([
    plan({
      rules: {
        daily: { target_backup_vault_name: 'v', schedule_expression: 'cron(0 5 ? * * *)', copy_actions: copies },
      },
    }),
  ]);
  expect(errors.map(({ path, message }) => [path, /fields (.*) in policy block/.exec(message)?.[1]])).toEqual([
    ['plans/p/rules/daily', 'opt_in_to_archive_for_supported_resources=true,schedule_expression=cron(0 5 ? * * *)'],
    [
      'plans/p/rules/daily',
      'opt_in_to_archive_for_supported_resources=true,delete_after_days=60,move_to_cold_storage_after_days=30',
    ],
  ]);
});

test('one error withholds the whole document: the last valid one stays, or {} if there was none', () => {
  const good = effectivePolicy('BACKUP_POLICY', mergeLevels(levelsOf([plan({})])), NOW);
  const bad = effectivePolicy('BACKUP_POLICY', mergeLevels(levelsOf([plan({})], [plan({ regions: [] })])), NOW);
  const first = publish(undefined, good);
  expect(JSON.parse(first.content)).toEqual({ plans: { p: complete } });
  expect(publish(first.content, bad)).toEqual({ content: first.content, errors: bad.errors });
  expect(publish(undefined, bad).content).toBe('{}');
  expect(publish(first.content, effectivePolicy('BACKUP_POLICY', mergeLevels([]), NOW))).toEqual({
    content: '{}',
    errors: [],
  });
});

test('what is written is read again, and nothing else is', () => {
  const { document } = effectivePolicy('BACKUP_POLICY', mergeLevels(levelsOf([plan({})])), NOW);
  expect(writeEffective(readEffective(writeEffective(document)) ?? '')).toBe(writeEffective(document));
  for (const text of ['', '[]', '{"a":1}', '{"a":["x",2]}', '{"a":{"b":null}}', '{"a":"x","a":"y"}']) {
    expect(readEffective(text)).toBeUndefined();
  }
});

test('keys named like properties of objects are keys', () => {
  const content = JSON.parse('{"tags":{"__proto__":{"tag_value":{"@@assign":["x"]}},"constructor":{}}}');
  const { document } = effectivePolicy('TAG_POLICY', mergeLevels(levelsOf([content])), NOW);
  expect(writeEffective(document)).toBe(
    '{"tags":{"__proto__":{"tag_value":["x"],"tag_key":"__proto__"},"constructor":{"tag_key":"constructor","tag_value":["*"]}}}',
  );
});

test('fifty tag keys may be required of a resource type, each type counted for itself', () => {
  const required = (count: number, type: string) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`${type}-${index}`, { report_required_tag_for: [`ec2:${type}`] }]),
    );
  const tagErrors = (...contents: object[]) =>
    effectivePolicy('TAG_POLICY', mergeLevels(levelsOf(contents.map((tags) => assigned({ tags } as Plan)))), NOW)
      .errors;
  expect(tagErrors(required(50, 'instance'), required(50, 'volume'))).toEqual([]);
  expect(tagErrors({ unrelated: { tag_value: ['x'] } }, required(51, 'instance'))).toEqual([
    {
      code: 'ELEMENTS_TOO_MANY',
      message:
        "Resource type 'ec2:instance' has 51 tags for 'report_required_tag_for', which exceeds the maximum limit of 50. " +
        'Contributing tag keys include: instance-0, instance-1, instance-10, instance-11, instance-12 and 46 more',
      path: 'tags',
      contributingPolicies: ['P0.1'],
    },
  ]);
});

test('the size of a tag document counts bytes of UTF-8', () => {
  const tags = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`k${index}`, { tag_value: ['é€😀'.repeat(1_000)] }]),
  );
  const { document, errors } = effectivePolicy('TAG_POLICY', mergeLevels(levelsOf([assigned({ tags })])), NOW);
  expect(errors).toEqual([]);
  const more = { ...tags, more: { tag_value: ['€'.repeat(20_000)] } };
  const large = effectivePolicy('TAG_POLICY', mergeLevels(levelsOf([assigned({ tags: more })])), NOW);
  expect(large.errors[0]?.message).toBe(
    `Effective policy size is ${Buffer.byteLength(writeEffective(large.document))} bytes, which exceeds the maximum limit of 395000 bytes`,
  );
  expect(Buffer.byteLength(writeEffective(document))).toBeLessThan(395_000);
});

function rules(count: number): object {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`r${index}`, { target_backup_vault_name: 'v' }]),
  );
}

function lifecycle({ cold, deleted }: { cold: string; deleted: string }): object {
  const days = { move_to_cold_storage_after_days: cold, delete_after_days: deleted };
  return { daily: { target_backup_vault_name: 'v', lifecycle: days } };
}
