import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateOrganization } from '../organization/evaluate-organization.ts';
import type { OrganizationSnapshot } from '../organization/snapshot.ts';
import { CONTROL, NOW, setting } from '../testing/documents.ts';
import { accountId, backupPolicy, type OrganizationPlan, organization } from '../testing/organizations.ts';
import type { LintFinding } from './lint-finding.ts';
import { lintOrganization } from './lint-organization.ts';
import { lintPolicy } from './lint-policy.ts';
import { LINTS, type LintId } from './lints.ts';

const target = (region: string, vault: string, account = '$account') =>
  `arn:aws:backup:${region}:${account}:backup-vault:${vault}`;
const copyTo = (arn: string) => ({ copy_actions: { [arn]: { target_backup_vault_arn: { '@@assign': arn } } } });
const rule = (settings: Record<string, unknown>) => backupPolicy({ rule: settings });
const lifecycle = (settings: Record<string, number>) => ({
  lifecycle: Object.fromEntries(Object.entries(settings).map(([key, days]) => [key, { '@@assign': days }])),
});
const at = (policy: unknown, more: Partial<OrganizationPlan> = {}): OrganizationSnapshot =>
  organization({ policies: { p: policy }, attached: { root: ['p'] }, ...more });
const pair = (root: unknown, below: unknown): OrganizationSnapshot =>
  organization({ policies: { p: root, q: below }, attached: { root: ['p'], 1: ['q'] } });
const same = (a: unknown, b: unknown, order: 'attachment' | 'unknown' = 'attachment'): OrganizationSnapshot =>
  organization({ policies: { p: a, q: b }, attached: { root: ['p', 'q'] }, order });
const schedule = (text: string) => ({ schedule_expression: { '@@assign': text } });
const minutes = (start: number, complete: number) => ({
  start_backup_window_minutes: { '@@assign': start },
  complete_backup_window_minutes: { '@@assign': complete },
});
const times = (count: number, make: (index: number) => readonly [string, unknown]) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => make(index)));
const good = backupPolicy();

/** For each lint an organization that has it, and one that is just not so. */
const CASES: Readonly<Record<LintId, readonly [has: OrganizationSnapshot, hasNot: OrganizationSnapshot]>> = {
  'unknown-vault': [
    { ...at(good), vaults: [{ accountId: accountId(1), region: 'eu-west-1', name: 'Default' }] },
    { ...at(good), vaults: [{ accountId: accountId(1), region: 'us-east-1', name: 'Default' }] },
  ],
  'unknown-role': [
    { ...at(good), roles: [] },
    { ...at(good), roles: [`arn:aws:iam::${accountId(1)}:role/BackupRole`] },
  ],
  'cold-storage-gap': [
    at(rule(lifecycle({ move_to_cold_storage_after_days: 30, delete_after_days: 60 }))),
    at(rule(lifecycle({ move_to_cold_storage_after_days: 30, delete_after_days: 120 }))),
  ],
  'continuous-retention': [
    pair(rule({ enable_continuous_backup: { '@@assign': true } }), fragment(lifecycle({ delete_after_days: 40 }))),
    at(rule({ enable_continuous_backup: { '@@assign': true } })),
  ],
  'copy-to-itself': [
    at(rule(copyTo(target('us-east-1', 'Default')))),
    at(rule(copyTo(target('us-east-1', 'Default', '000000000009')))),
  ],
  'copy-within-region': [
    at(rule(copyTo(target('us-east-1', 'Other')))),
    at(rule(copyTo(target('eu-west-1', 'Other')))),
  ],
  'schedule-never-fires': [at(rule(schedule('cron(0 5 1 1 ? 2020)'))), at(good)],
  'control-without-effect': [
    organization({ policies: { p: { plans: { gold: { [CONTROL]: ['@@none'] } } } }, attached: { 1: ['p'] } }),
    at({ plans: { gold: { [CONTROL]: ['@@none'] } } }),
  ],
  'container-control-without-lock': [at(good), at(good)],
  'refused-override': [
    pair(
      { plans: { gold: { regions: setting('=us-east-1 !none') } } },
      { plans: { gold: { regions: setting('=eu-west-1') } } },
    ),
    pair(
      { plans: { gold: { regions: setting('=us-east-1') } } },
      { plans: { gold: { regions: setting('=eu-west-1') } } },
    ),
  ],
  'order-decides': [
    same(good, { plans: { gold: { regions: setting('=eu-west-1') } } }),
    same(good, { plans: { gold: { regions: setting('=us-east-1') } } }),
  ],
  'plan-reduced-to-nothing': [at({ plans: { empty: {} } }), at(good)],
  'invalid-effective-policy': [at(fragment(schedule('cron(0 5 ? * * *)'))), at(good)],
  'policy-not-attached': [at(good, { attached: {} }), at(good)],
  'policy-reaches-nobody': [at(good, { units: { a: 'root' }, attached: { a: ['p'] } }), at(good)],
  'near-content-limit': [at(`${JSON.stringify(good)}${' '.repeat(8_000)}`), at(good)],
  'near-attachment-limit': [
    organization({
      policies: times(8, (i) => [`p${i}`, {}]),
      attached: { root: Object.keys(times(8, (i) => [`p${i}`, {}])) },
    }),
    organization({
      policies: times(7, (i) => [`p${i}`, {}]),
      attached: { root: Object.keys(times(7, (i) => [`p${i}`, {}])) },
    }),
  ],
  'near-policy-limit': [
    organization({ policies: times(800, (i) => [`p${i}`, {}]) }),
    organization({ policies: times(799, (i) => [`p${i}`, {}]) }),
  ],
  'near-rule-limit': [at(rulesOf(8)), at(rulesOf(7))],
  'near-copy-limit': [at(rule(copies(4))), at(rule(copies(3)))],
  'near-condition-limit': [at(tagValues(24)), at(tagValues(23))],
  'near-selection-limit': [at(tagSelections(8)), at(tagSelections(7))],
  'near-document-limit': [requiredTags(40), requiredTags(39)],
  'windows-overlap': [at(rule(minutes(60, 1_500))), at(rule(minutes(60, 1_440)))],
  'windows-too-short': [at(rule(minutes(120, 120))), at(rule(minutes(60, 120)))],
  'retention-below-interval': [
    at(rule({ ...schedule('cron(0 5 ? * SUN *)'), ...lifecycle({ delete_after_days: 6 }) })),
    at(rule({ ...schedule('cron(0 5 ? * SUN *)'), ...lifecycle({ delete_after_days: 7 }) })),
  ],
  'no-retention': [at(rule({ lifecycle: {} })), at(good)],
  'account-placeholder-missing': [at(good), at(good)],
  'same-rule-window': [at(twoRules('cron(0 5 ? * SUN *)')), at(twoRules('cron(30 5 ? * SUN *)'))],
  'unreadable-policy': [at('{'), at(good)],
};

/** Those that a single text shows, found by `lintPolicy`. */
const TEXT_ONLY: Partial<Record<LintId, readonly [has: unknown, hasNot: unknown]>> = {
  'container-control-without-lock': [
    { plans: { gold: { [CONTROL]: ['@@none'], regions: setting('=us-east-1') } } },
    { plans: { gold: { [CONTROL]: ['@@none'], regions: setting('=us-east-1 !none') } } },
  ],
  'account-placeholder-missing': [JSON.parse(JSON.stringify(good).replaceAll('$account', '123456789012')), good],
};

test.each(Object.keys(LINTS) as LintId[])('%s is found where it is, and not where it is just not', (id) => {
  const text = TEXT_ONLY[id];
  const [has, hasNot] = text
    ? text.map((content) => lintPolicy('BACKUP_POLICY', JSON.stringify(content), NOW))
    : CASES[id].map((snapshot) =>
        lintOrganization(
          evaluateOrganization(
            snapshot,
            snapshot.policies[0]?.type === 'TAG_POLICY' ? 'TAG_POLICY' : 'BACKUP_POLICY',
            NOW,
          ),
        ),
      );
  const found = has?.filter((finding) => finding.id === id) ?? [];
  expect(found.length).toBeGreaterThan(0);
  for (const finding of found) {
    if (!text) expect(finding.severity).toBe(LINTS[id].severity);
    expect(finding.message.length).toBeGreaterThan(10);
  }
  expect(hasNot?.filter((finding) => finding.id === id)).toEqual([]);
});

test('a finding about a setting names the policy that set it, and the place in its text', () => {
  const text = JSON.stringify(rule(copyTo(target('us-east-1', 'Default'))), undefined, 2);
  const [finding] = found(at(text), 'copy-to-itself');
  expect(finding).toMatchObject({ policyId: 'p', accountIds: [accountId(1)] });
  expect(text.split('\n')[(finding?.line ?? 0) - 1]).toContain('target_backup_vault_arn');
});

test('a conflict at one node says when the order is not known', () => {
  const [a, b] = [good, { plans: { gold: { regions: setting('=eu-west-1') } } }];
  expect(found(same(a, b), 'order-decides')[0]?.message).toContain('which was attached first');
  expect(found(same(a, b, 'unknown'), 'order-decides')[0]?.message).toContain('does not tell');
});

test('a control that controls above have overtaken does nothing', () => {
  const lock = (control: string) => ({ plans: { gold: { regions: setting(`=us-east-1 !${control}`) } } });
  const snapshot = (above: string, below: string) =>
    organization({
      units: { a: 'root' },
      accounts: { 1: 'a' },
      policies: {
        p: lock(above),
        q: { plans: { gold: { regions: { [CONTROL]: below.split(',').map((one) => `@@${one}`) } } } },
      },
      attached: { root: ['p'], a: ['q'] },
    });
  expect(found(snapshot('append', 'append,assign'), 'control-without-effect')).toMatchObject([
    { policyId: 'q', nodeId: 'a' },
  ]);
  expect(found(snapshot('append', 'remove'), 'control-without-effect')).toEqual([]);
});

test('accounts that share a finding are named together', () => {
  const snapshot = at(rule(minutes(120, 120)), { accounts: { 1: 'root', 2: 'root' } });
  expect(found(snapshot, 'windows-too-short')).toMatchObject([{ accountIds: [accountId(1), accountId(2)] }]);
});

test('what AWS refuses is found with its place and counts as an error', () => {
  const [finding] = lintPolicy('BACKUP_POLICY', '{\n "plans": { "x": { "rulez": {} } } }', NOW);
  expect(finding).toMatchObject({
    id: 'admission/unknown-key',
    severity: 'error',
    line: 2,
    suggestion: 'Did you mean "rules"?',
  });
  expect(lintPolicy('SERVICE_CONTROL_POLICY', '{}', NOW)[0]?.id).toBe('admission/missing-key');
  expect(lintPolicy('TAG_POLICY', ' '.repeat(10_001), NOW).map(({ id }) => id)).toContain('admission/too-long');
});

test('no text makes the lints throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void lintPolicy('BACKUP_POLICY', text, NOW)),
  );
  fc.assert(fc.property(fc.json(), (text) => void lintPolicy('TAG_POLICY', text, NOW)));
});

function found(snapshot: OrganizationSnapshot, id: LintId): readonly LintFinding[] {
  return lintOrganization(evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW)).filter((finding) => finding.id === id);
}

function fragment(settings: Record<string, unknown>): unknown {
  return { plans: { gold: { rules: { daily: settings } } } };
}

function rulesOf(count: number): unknown {
  const rules = times(count - 1, (i) => [`r${i}`, { target_backup_vault_name: { '@@assign': 'v' } }]);
  return mergedInto(good, { plans: { gold: { rules } } });
}

function twoRules(text: string): unknown {
  const other = { target_backup_vault_name: { '@@assign': 'v' }, ...schedule(text) };
  return mergedInto(good, { plans: { gold: { rules: { weekly: other } } } });
}

function copies(count: number): Record<string, unknown> {
  const all = times(count, (i) => Object.entries(copyTo(target('eu-west-1', `v${i}`)).copy_actions)[0] ?? ['', {}]);
  return { copy_actions: all };
}

function tagValues(count: number): unknown {
  const values = { '@@assign': Object.keys(times(count, (i) => [`v${i}`, {}])) };
  return mergedInto(good, { plans: { gold: { selections: { tags: { all: { tag_value: values } } } } } });
}

function tagSelections(count: number): unknown {
  const [one] = Object.values(
    (good as { plans: { gold: { selections: { tags: object } } } }).plans.gold.selections.tags,
  );
  return mergedInto(good, { plans: { gold: { selections: { tags: times(count - 1, (i) => [`s${i}`, one]) } } } });
}

function requiredTags(count: number): OrganizationSnapshot {
  const tags = times(count, (i) => [`t${i}`, { report_required_tag_for: { '@@assign': ['ec2:instance'] } }]);
  return { ...at({ tags }, { type: 'TAG_POLICY' }) };
}

function mergedInto(base: unknown, more: unknown): unknown {
  if (typeof base !== 'object' || typeof more !== 'object' || !base || !more || Array.isArray(more)) return more;
  const entries = Object.entries(more).map(([key, value]) => [
    key,
    mergedInto((base as Record<string, unknown>)[key], value),
  ]);
  return { ...base, ...Object.fromEntries(entries) };
}
