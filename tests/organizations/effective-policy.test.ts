import { ManualClock, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policyInForce } from '../../packages/server/src/store/effective-policies.ts';
import { publicationBacklog } from '../../packages/server/src/store/effective-policy-progress.ts';
import {
  backupPolicy,
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

const DELAY_MS = 1_000;
const clock = new ManualClock(systemClock.now());
let org: TestOrganization;
let call: (operation: string, input: object) => Promise<object>;
let unit: string;
let account: string;
let other: string;

beforeAll(async () => {
  org = await testOrganization({ clock, settings: { publishDelayMs: DELAY_MS } });
  call = (operation, input) => send(org.client, operation, input);
  unit = await org.unit('unit');
  [account, other] = [await org.account('one'), await org.account('two')];
  await call('MoveAccount', { AccountId: account, SourceParentId: org.rootId, DestinationParentId: unit });
});
afterAll(() => org[Symbol.asyncDispose]());

/** Waits for the delay and publishes all. */
async function settle(): Promise<void> {
  clock.advance(DELAY_MS);
  await org.publish();
}

const tagPolicy = (...values: string[]): unknown => ({ tags: { team: { tag_value: { '@@assign': values } } } });
const valuesOf = (document: unknown): unknown =>
  (document as { tags?: { team?: { tag_value: unknown } } }).tags?.team?.tag_value;
const describeEffective = (input: object): Promise<string> => outcome(call('DescribeEffectivePolicy', input));
const toReconcile = async (): Promise<string[]> => {
  const { db } = org.server.installation;
  const rows = await db.deleteFrom('plan_reconcile_work').returning('account_id').execute();
  return rows.map((row) => row.account_id).toSorted();
};

describe('while the type is disabled', () => {
  const rows: [rule: string, input: () => object, answer: string][] = [
    ['a type is named', () => ({}), 'InvalidInputException INPUT_REQUIRED:POLICY_TYPE'],
    [
      'service control policies do not merge',
      () => ({ PolicyType: 'SERVICE_CONTROL_POLICY' }),
      'InvalidInputException INVALID_ENUM_POLICY_TYPE',
    ],
    [
      'resource control policies do not merge',
      () => ({ PolicyType: 'RESOURCE_CONTROL_POLICY' }),
      'InvalidInputException INVALID_ENUM:POLICY_TYPE',
    ],
    ['a type is known', () => ({ PolicyType: 'wrong' }), 'InvalidInputException INVALID_ENUM:POLICY_TYPE'],
    [
      'a root has no effective policy',
      () => ({ PolicyType: 'TAG_POLICY', TargetId: org.rootId }),
      'InvalidInputException TARGET_NOT_SUPPORTED',
    ],
    [
      'a unit has no effective policy',
      () => ({ PolicyType: 'TAG_POLICY', TargetId: unit }),
      'InvalidInputException TARGET_NOT_SUPPORTED',
    ],
    [
      'an account of nobody is no target',
      () => ({ PolicyType: 'TAG_POLICY', TargetId: '000000000000' }),
      'TargetNotFoundException',
    ],
    [
      'there is nothing to read',
      () => ({ PolicyType: 'TAG_POLICY', TargetId: account }),
      'EffectivePolicyNotFoundException',
    ],
  ];
  test.each(rows)('%s', async (_rule, input, answer) => {
    expect(await describeEffective(input())).toBe(answer);
  });

  const reports: [rule: string, input: () => object, answer: string][] = [
    ['an account is named', () => ({ PolicyType: 'TAG_POLICY' }), 'InvalidInputException TARGET_NOT_SUPPORTED'],
    [
      'a root has no report',
      () => ({ PolicyType: 'TAG_POLICY', AccountId: org.rootId }),
      'InvalidInputException TARGET_NOT_SUPPORTED',
    ],
    [
      'an account of nobody has no report',
      () => ({ PolicyType: 'TAG_POLICY', AccountId: '000000000000' }),
      'AccountNotFoundException',
    ],
    ['a report is of a type', () => ({ AccountId: account }), 'InvalidInputException INPUT_REQUIRED:POLICY_TYPE'],
    ...['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY', 'wrong'].map(
      (PolicyType): [string, () => object, string] => [
        `there are no reports of ${PolicyType}`,
        () => ({ AccountId: account, PolicyType }),
        'InvalidInputException INVALID_ENUM_POLICY_TYPE',
      ],
    ),
    [
      'there is no report',
      () => ({ AccountId: account, PolicyType: 'TAG_POLICY' }),
      'EffectivePolicyNotFoundException',
    ],
  ];
  test.each(reports)('%s', async (_rule, input, answer) => {
    expect(await outcome(call('ListEffectivePolicyValidationErrors', input()))).toBe(answer);
  });

  test('nobody is listed as invalid', async () => {
    const answer = await outcome(call('ListAccountsWithInvalidEffectivePolicy', { PolicyType: 'TAG_POLICY' }));
    expect(answer).toBe('EffectivePolicyNotFoundException');
  });
});

describe('publication', () => {
  beforeAll(async () => {
    await org.enable('TAG_POLICY');
  });

  test('nothing can be read before the first one; then every account has {}, the management account too', async () => {
    expect(await describeEffective({ PolicyType: 'TAG_POLICY' })).toBe('EffectivePolicyNotFoundException');
    await settle();
    for (const target of [org.managementId, account, other]) {
      expect(await org.effective(target, 'TAG_POLICY')).toEqual({ document: {}, updatedAt: clock.now() });
    }
    expect(await call('DescribeEffectivePolicy', { PolicyType: 'TAG_POLICY' })).toMatchObject({
      EffectivePolicy: { TargetId: org.managementId, PolicyContent: '{}', PolicyType: 'TAG_POLICY' },
    });
  });

  test('a change is not seen before the delay, nor is its time', async () => {
    const before = await org.effective(account, 'TAG_POLICY');
    await org.attach(await org.policy('TAG_POLICY', tagPolicy('red'), 'first'), org.rootId);
    clock.advance(DELAY_MS - 1);
    await org.publish();
    expect(await org.effective(account, 'TAG_POLICY')).toEqual(before);
    clock.advance(1);
    await org.publish();
    const { document, updatedAt } = await org.effective(account, 'TAG_POLICY');
    expect([valuesOf(document), updatedAt]).toEqual([['red'], clock.now()]);
  });

  test('edits in quick succession are published once, as they are at the end', async () => {
    const policy = await org.policy('TAG_POLICY', tagPolicy('one'));
    await org.attach(policy, unit);
    for (const value of ['two', 'three', 'four']) {
      clock.advance(100);
      await call('UpdatePolicy', { PolicyId: policy, Content: JSON.stringify(tagPolicy(value)) });
    }
    clock.advance(DELAY_MS - 300);
    await org.publish();
    const { document, updatedAt } = await org.effective(account, 'TAG_POLICY');
    expect([valuesOf(document), updatedAt]).toEqual([['four'], clock.now()]);
    expect(await publicationBacklog(org.server.installation.db)).toEqual({
      changes: 0,
      accounts: 0,
      waitingSince: undefined,
    });
    await call('DetachPolicy', { PolicyId: policy, TargetId: unit });
    await settle();
    expect(valuesOf((await org.effective(account, 'TAG_POLICY')).document)).toEqual(['red']);
  });

  test('a change reaches the accounts below it and no other', async () => {
    const before = await org.effective(other, 'TAG_POLICY');
    const policy = await org.policy('TAG_POLICY', { tags: { team: { tag_value: { '@@append': ['blue'] } } } });
    await org.attach(policy, unit);
    await settle();
    expect(valuesOf((await org.effective(account, 'TAG_POLICY')).document)).toEqual(['red', 'blue']);
    expect(await org.effective(other, 'TAG_POLICY')).toEqual(before);
  });

  test('an account attachment reaches that account only', async () => {
    const policy = await org.policy('TAG_POLICY', tagPolicy('own'));
    const before = await org.effective(account, 'TAG_POLICY');
    await org.attach(policy, other);
    await settle();
    expect(valuesOf((await org.effective(other, 'TAG_POLICY')).document)).toEqual(['own']);
    expect(await org.effective(account, 'TAG_POLICY')).toEqual(before);
    await call('DetachPolicy', { PolicyId: policy, TargetId: other });
    await settle();
  });

  test.each([
    ['a description', { Description: 'changed' }],
    ['a name', { Name: 'renamed' }],
    ['the same content', { Content: JSON.stringify(tagPolicy('red')) }],
  ])('an update of %s moves the time and not the content', async (_what, change) => {
    const { Policies } = (await call('ListPoliciesForTarget', { TargetId: org.rootId, Filter: 'TAG_POLICY' })) as {
      Policies: { Id: string }[];
    };
    const before = await org.effective(other, 'TAG_POLICY');
    await call('UpdatePolicy', { PolicyId: Policies[0]?.Id, ...change });
    await settle();
    expect(await org.effective(other, 'TAG_POLICY')).toEqual({ document: before.document, updatedAt: clock.now() });
    expect(clock.now()).toBeGreaterThan(before.updatedAt);
  });

  test('a moved account gets the policies of its new place', async () => {
    await call('MoveAccount', { AccountId: other, SourceParentId: org.rootId, DestinationParentId: unit });
    await settle();
    expect(valuesOf((await org.effective(other, 'TAG_POLICY')).document)).toEqual(['red', 'blue']);
    await call('MoveAccount', { AccountId: other, SourceParentId: unit, DestinationParentId: org.rootId });
    await settle();
    expect(valuesOf((await org.effective(other, 'TAG_POLICY')).document)).toEqual(['red']);
  });

  test('a new account gets its first one in the background', async () => {
    const joined = await org.account('newcomer');
    const input = { PolicyType: 'TAG_POLICY', TargetId: joined };
    expect(await describeEffective(input)).toBe('EffectivePolicyNotFoundException');
    await settle();
    expect(valuesOf((await org.effective(joined, 'TAG_POLICY')).document)).toEqual(['red']);
  });

  test('disabling ends reading at once; enabling shows the old document until the empty one is published', async () => {
    const before = await org.effective(account, 'TAG_POLICY');
    await call('DisablePolicyType', { RootId: org.rootId, PolicyType: 'TAG_POLICY' });
    expect(await describeEffective({ PolicyType: 'TAG_POLICY', TargetId: account })).toBe(
      'EffectivePolicyNotFoundException',
    );
    await settle();
    await org.enable('TAG_POLICY');
    expect(await org.effective(account, 'TAG_POLICY')).toEqual(before);
    expect(await policyInForce(org.server.installation.db, account, 'TAG_POLICY')).toBeUndefined();
    await settle();
    expect(await org.effective(account, 'TAG_POLICY')).toEqual({ document: {}, updatedAt: clock.now() });
    expect(await policyInForce(org.server.installation.db, account, 'TAG_POLICY')).toMatchObject({ content: '{}' });
  });
});

describe('backup policies', () => {
  const incomplete = { plans: { daily: { rules: { daily: { start_backup_window_minutes: { '@@assign': 60 } } } } } };
  const report = (): Promise<object> =>
    call('ListEffectivePolicyValidationErrors', { AccountId: account, PolicyType: 'BACKUP_POLICY' });
  const invalid = async (): Promise<string[]> => {
    const answer = await call('ListAccountsWithInvalidEffectivePolicy', { PolicyType: 'BACKUP_POLICY' });
    return (answer as { Accounts: { Id: string }[] }).Accounts.map(({ Id }) => Id);
  };
  let complete: string;
  let broken: string;
  beforeAll(async () => {
    await org.enable('BACKUP_POLICY');
    await settle();
    await toReconcile();
  });

  test('the reconciler is told of accounts whose document changed, once, and of no others', async () => {
    complete = await org.policy('BACKUP_POLICY', backupPolicy());
    await org.attach(complete, unit);
    await settle();
    expect(await toReconcile()).toEqual([account]);
    await call('UpdatePolicy', { PolicyId: complete, Description: 'says the same' });
    await settle();
    expect(await toReconcile()).toEqual([]);
    const inForce = await policyInForce(org.server.installation.db, account, 'BACKUP_POLICY');
    expect(inForce).toMatchObject({ organizationId: org.id, contributors: [complete] });
  });

  test('without faults a report has neither path nor time', async () => {
    const { $metadata: _metadata, ...answer } = { $metadata: undefined, ...(await report()) };
    expect(answer).toEqual({ AccountId: account, PolicyType: 'BACKUP_POLICY', EffectivePolicyValidationErrors: [] });
  });

  test('one fault withholds the whole document; the account keeps its last valid one, the time moves', async () => {
    const before = await org.effective(account, 'BACKUP_POLICY');
    broken = await org.policy('BACKUP_POLICY', { plans: { weekly: incomplete.plans.daily } });
    await org.attach(broken, account);
    await settle();
    expect(await org.effective(account, 'BACKUP_POLICY')).toEqual({
      document: before.document,
      updatedAt: clock.now(),
    });
    expect(await toReconcile()).toEqual([]);
    expect(await invalid()).toEqual([account]);
    const answer = await report();
    expect(answer).toMatchObject({
      Path: `${org.id}/${org.rootId}/${unit}/${account}/`,
      EvaluationTimestamp: new Date(clock.now()),
    });
    const { EffectivePolicyValidationErrors: errors } = answer as { EffectivePolicyValidationErrors: object[] };
    const missing = (key: string, PathToError: string): object => ({
      ErrorCode: 'KEY_REQUIRED',
      ErrorMessage: `'${key}' is missing`,
      PathToError,
      ContributingPolicies: [broken],
    });
    expect(errors).toHaveLength(3);
    expect(errors).toEqual(
      expect.arrayContaining([
        missing('regions', 'plans/weekly'),
        missing('selections', 'plans/weekly'),
        missing('target_backup_vault_name', 'plans/weekly/rules/daily'),
      ]),
    );
  });

  test('a change beside the fault does not take effect either', async () => {
    await call('UpdatePolicy', { PolicyId: complete, Content: JSON.stringify(backupPolicy('hourly')) });
    await settle();
    expect((await org.effective(account, 'BACKUP_POLICY')).document).toMatchObject({ plans: { daily: {} } });
  });

  test('without the fault, all that was withheld takes effect and the report is empty', async () => {
    await call('DetachPolicy', { PolicyId: broken, TargetId: account });
    await settle();
    expect((await org.effective(account, 'BACKUP_POLICY')).document).toMatchObject({ plans: { hourly: {} } });
    expect(await toReconcile()).toEqual([account]);
    expect(await report()).toMatchObject({ EffectivePolicyValidationErrors: [] });
    expect(await invalid()).toEqual([]);
  });

  test('never valid before: {} is in force', async () => {
    await org.attach(broken, other);
    await settle();
    expect((await org.effective(other, 'BACKUP_POLICY')).document).toEqual({});
    expect(await invalid()).toEqual([other]);
  });

  test('disabling the type takes the document out of force and tells the reconciler of who had one', async () => {
    await call('DisablePolicyType', { RootId: org.rootId, PolicyType: 'BACKUP_POLICY' });
    expect(await policyInForce(org.server.installation.db, account, 'BACKUP_POLICY')).toBeUndefined();
    await settle();
    // No plan is there yet: one may be in the making, seen by nobody. The other account's document was empty.
    expect(await toReconcile()).toEqual([account]);
  });

  test('enabled again with what was attached before, the same document is in force again and the reconciler told', async () => {
    await org.enable('BACKUP_POLICY');
    await org.attach(complete, unit);
    await settle();
    expect(await toReconcile()).toContain(account);
    expect((await org.effective(account, 'BACKUP_POLICY')).document).toMatchObject({ plans: { hourly: {} } });
  });

  test('faults right after enabling leave {} in force, not a document of an earlier time', async () => {
    await call('DisablePolicyType', { RootId: org.rootId, PolicyType: 'BACKUP_POLICY' });
    await org.enable('BACKUP_POLICY');
    await org.attach(broken, account);
    await settle();
    expect((await org.effective(account, 'BACKUP_POLICY')).document).toEqual({});
  });
});
