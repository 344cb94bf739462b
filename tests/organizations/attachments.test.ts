import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  backupPolicy,
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

const SCP = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }],
};
const FULL = 'p-FullAWSAccess';
const RCP_FULL = 'p-RCPFullAWSAccess';

let org: TestOrganization;
let call: (operation: string, input: object) => Promise<object>;
let unit: string;
let account: string;
beforeAll(async () => {
  org = await testOrganization();
  call = (operation, input) => send(org.client, operation, input);
  unit = await org.unit('unit');
  account = await org.account('one');
  await org.enable('BACKUP_POLICY');
});
afterAll(() => org[Symbol.asyncDispose]());

async function attachedTo(TargetId: string, Filter: string): Promise<string[]> {
  const { Policies } = (await call('ListPoliciesForTarget', { TargetId, Filter })) as { Policies: { Id: string }[] };
  return Policies.map(({ Id }) => Id);
}
const attach = (PolicyId: string, TargetId: string): Promise<string> =>
  outcome(call('AttachPolicy', { PolicyId, TargetId }));
const detach = (PolicyId: string, TargetId: string): Promise<string> =>
  outcome(call('DetachPolicy', { PolicyId, TargetId }));

describe('errors', () => {
  const MISSING = 'p-0000000000';
  const rows: [rule: string, operation: string, input: (policy: string) => object, answer: string][] = [
    [
      'an attachment names a policy',
      'AttachPolicy',
      () => ({ TargetId: unit }),
      'InvalidInputException INPUT_REQUIRED:POLICY_ID',
    ],
    [
      'an attachment names a target',
      'AttachPolicy',
      (PolicyId) => ({ PolicyId }),
      'InvalidInputException INPUT_REQUIRED:TARGET_ID',
    ],
    [
      'a target id is one',
      'AttachPolicy',
      (PolicyId) => ({ PolicyId, TargetId: 'x' }),
      'InvalidInputException INVALID_PATTERN:TARGET_ID',
    ],
    [
      'an attached policy exists, asked before the target',
      'AttachPolicy',
      () => ({ PolicyId: MISSING, TargetId: '000000000000' }),
      'PolicyNotFoundException',
    ],
    [
      'a target exists',
      'AttachPolicy',
      (PolicyId) => ({ PolicyId, TargetId: '000000000000' }),
      'TargetNotFoundException',
    ],
    [
      'a detached policy exists',
      'DetachPolicy',
      () => ({ PolicyId: MISSING, TargetId: unit }),
      'PolicyNotFoundException',
    ],
    [
      'the target of a detachment exists',
      'DetachPolicy',
      (PolicyId) => ({ PolicyId, TargetId: '000000000000' }),
      'TargetNotFoundException',
    ],
    [
      'only what is attached can be detached',
      'DetachPolicy',
      (PolicyId) => ({ PolicyId, TargetId: unit }),
      'PolicyNotAttachedException',
    ],
    [
      'policies are listed of an existing target',
      'ListPoliciesForTarget',
      () => ({ TargetId: '000000000000', Filter: 'BACKUP_POLICY' }),
      'TargetNotFoundException',
    ],
    [
      'policies are listed of a type',
      'ListPoliciesForTarget',
      () => ({ TargetId: unit }),
      'InvalidInputException INPUT_REQUIRED:FILTER',
    ],
    [
      'policies are listed of a known type',
      'ListPoliciesForTarget',
      () => ({ TargetId: unit, Filter: 'X' }),
      'InvalidInputException INVALID_ENUM:FILTER',
    ],
    [
      'targets are listed of an existing policy',
      'ListTargetsForPolicy',
      () => ({ PolicyId: MISSING }),
      'PolicyNotFoundException',
    ],
  ];
  let policy: string;
  beforeAll(async () => {
    policy = await org.policy('BACKUP_POLICY', backupPolicy());
  });
  test.each(rows)('%s', async (_rule, operation, input, answer) => {
    expect(await outcome(call(operation, input(policy)))).toBe(answer);
  });
});

test('the type must be enabled, asked after the target', async () => {
  const tags = await org.policy('TAG_POLICY', { tags: {} });
  expect(await attach(tags, unit)).toBe('PolicyTypeNotEnabledException');
  expect(await attach(tags, '000000000000')).toBe('TargetNotFoundException');
});

test('a policy hangs on a target once; the second call is an error, not a success', async () => {
  const policy = await org.policy('BACKUP_POLICY', backupPolicy());
  expect([await attach(policy, unit), await attach(policy, unit)]).toEqual([
    'Success',
    'DuplicatePolicyAttachmentException',
  ]);
  expect([await detach(policy, unit), await detach(policy, unit)]).toEqual(['Success', 'PolicyNotAttachedException']);
});

test('targets of a policy are listed with what they are', async () => {
  const policy = await org.policy('BACKUP_POLICY', { plans: {} });
  for (const target of [org.rootId, unit, account]) await attach(policy, target);
  const { Targets } = (await call('ListTargetsForPolicy', { PolicyId: policy })) as { Targets: object[] };
  const base = `arn:aws:organizations::${org.managementId}`;
  expect(Targets).toHaveLength(3);
  expect(Targets).toEqual(
    expect.arrayContaining([
      { TargetId: org.rootId, Arn: `${base}:root/${org.id}/${org.rootId}`, Name: 'Root', Type: 'ROOT' },
      { TargetId: unit, Arn: `${base}:ou/${org.id}/${unit}`, Name: 'unit', Type: 'ORGANIZATIONAL_UNIT' },
      { TargetId: account, Arn: `${base}:account/${org.id}/${account}`, Name: 'one', Type: 'ACCOUNT' },
    ]),
  );
  for (const target of [org.rootId, unit, account]) await detach(policy, target);
});

test('policies of a target stand in order of attachment; detached and attached again, one goes last', async () => {
  const policies = [];
  for (const _ of [1, 2, 3]) policies.push(await org.policy('BACKUP_POLICY', { plans: {} }));
  const [first = '', second = '', third = ''] = policies;
  for (const policy of [third, first, second]) await attach(policy, account);
  expect(await attachedTo(account, 'BACKUP_POLICY')).toEqual([third, first, second]);
  await call('UpdatePolicy', { PolicyId: third, Content: '{"plans":{"a":{}}}' });
  expect(await attachedTo(account, 'BACKUP_POLICY')).toEqual([third, first, second]);
  await detach(third, account);
  await attach(third, account);
  expect(await attachedTo(account, 'BACKUP_POLICY')).toEqual([first, second, third]);
  for (const policy of policies) await detach(policy, account);
});

test('ten backup policies hang on one target and no more, however many come at once', async () => {
  const target = await org.unit('crowded');
  const policies = await Promise.all(Array.from({ length: 13 }, () => org.policy('BACKUP_POLICY', { plans: {} })));
  const answers = await Promise.all(policies.map((policy) => attach(policy, target)));
  expect(answers.filter((answer) => answer === 'Success')).toHaveLength(10);
  expect(new Set(answers)).toEqual(
    new Set(['Success', 'ConstraintViolationException MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED']),
  );
});

test('an update, a deletion and an attachment of one policy at once leave nothing attached that is not there', async () => {
  const policy = await org.policy('BACKUP_POLICY', { plans: {} });
  const answers = await Promise.all([
    outcome(call('DeletePolicy', { PolicyId: policy })),
    attach(policy, unit),
    outcome(call('UpdatePolicy', { PolicyId: policy, Name: 'raced' })),
  ]);
  const deleted = answers[0] === 'Success';
  expect(answers[1]).toBe(deleted ? 'PolicyNotFoundException' : 'Success');
  expect((await attachedTo(unit, 'BACKUP_POLICY')).includes(policy)).toBe(!deleted);
  if (!deleted) await detach(policy, unit);
});

describe('service control policies', () => {
  test('FullAWSAccess hangs on everything from the start', async () => {
    for (const target of [org.rootId, unit, account, org.managementId]) {
      expect(await attachedTo(target, 'SERVICE_CONTROL_POLICY')).toEqual([FULL]);
    }
  });

  test('the last one of a target stays; another one frees it', async () => {
    expect(await detach(FULL, unit)).toBe('ConstraintViolationException MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    const policy = await org.policy('SERVICE_CONTROL_POLICY', SCP);
    await attach(policy, unit);
    expect(await detach(FULL, unit)).toBe('Success');
    expect(await detach(policy, unit)).toBe('ConstraintViolationException MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED');
    expect(await attach(FULL, unit)).toBe('Success');
    expect(await attachedTo(unit, 'SERVICE_CONTROL_POLICY')).toEqual([policy, FULL]);
    await detach(policy, unit);
  });

  test('disabled and enabled again, FullAWSAccess alone hangs on everything', async () => {
    const policy = await org.policy('SERVICE_CONTROL_POLICY', SCP);
    await attach(policy, unit);
    await call('DisablePolicyType', { RootId: org.rootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    expect(await attachedTo(unit, 'SERVICE_CONTROL_POLICY')).toEqual([]);
    expect(await attach(policy, unit)).toBe('PolicyTypeNotEnabledException');
    await org.enable('SERVICE_CONTROL_POLICY');
    for (const target of [org.rootId, unit, account, org.managementId]) {
      expect(await attachedTo(target, 'SERVICE_CONTROL_POLICY')).toEqual([FULL]);
    }
  });
});

describe('resource control policies', () => {
  test('RCPFullAWSAccess hangs on everything once enabled, new units too, and cannot be detached', async () => {
    expect(await detach(RCP_FULL, unit)).toBe('PolicyNotAttachedException');
    await org.enable('RESOURCE_CONTROL_POLICY');
    const later = await org.unit('later');
    for (const target of [org.rootId, unit, account, org.managementId, later]) {
      expect(await attachedTo(target, 'RESOURCE_CONTROL_POLICY')).toEqual([RCP_FULL]);
      expect(await detach(RCP_FULL, target)).toBe('InvalidInputException NON_DETACHABLE_POLICY');
    }
    expect(await attach(RCP_FULL, unit)).toBe('DuplicatePolicyAttachmentException');
  });

  test('five hang on a target, RCPFullAWSAccess counted', async () => {
    const content = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' }],
    };
    const answers = [];
    for (const _ of [1, 2, 3, 4, 5])
      answers.push(await attach(await org.policy('RESOURCE_CONTROL_POLICY', content), unit));
    expect(answers).toEqual([
      ...Array.from({ length: 4 }, () => 'Success'),
      'ConstraintViolationException MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
    ]);
  });
});

describe('policy types', () => {
  const root = (): object => ({ RootId: org.rootId });
  const rows: [rule: string, operation: string, input: () => object, answer: string][] = [
    [
      'a root is named',
      'EnablePolicyType',
      () => ({ PolicyType: 'TAG_POLICY' }),
      'InvalidInputException INPUT_REQUIRED:ROOT_ID',
    ],
    [
      'a root exists',
      'EnablePolicyType',
      () => ({ RootId: 'r-0000', PolicyType: 'TAG_POLICY' }),
      'RootNotFoundException',
    ],
    ['a type is named', 'EnablePolicyType', root, 'InvalidInputException INPUT_REQUIRED:POLICY_TYPE'],
    [
      'a type is known',
      'EnablePolicyType',
      () => ({ ...root(), PolicyType: 'X' }),
      'InvalidInputException INVALID_ENUM:POLICY_TYPE',
    ],
    [
      'a type is enabled once',
      'EnablePolicyType',
      () => ({ ...root(), PolicyType: 'BACKUP_POLICY' }),
      'PolicyTypeAlreadyEnabledException',
    ],
    [
      'the root of a disabled type exists',
      'DisablePolicyType',
      () => ({ RootId: 'r-0000', PolicyType: 'BACKUP_POLICY' }),
      'RootNotFoundException',
    ],
    [
      'only an enabled type is disabled',
      'DisablePolicyType',
      () => ({ ...root(), PolicyType: 'CHATBOT_POLICY' }),
      'PolicyTypeNotEnabledException',
    ],
  ];
  test.each(rows)('%s', async (_rule, operation, input, answer) => {
    expect(await outcome(call(operation, input()))).toBe(answer);
  });

  test('enabled ones are answered in alphabetic order; a disabled one disappears and loses its attachments, not its policies', async () => {
    const types = (answer: object): string[] =>
      (answer as { Root: { PolicyTypes: { Type: string }[] } }).Root.PolicyTypes.map(({ Type }) => Type);
    const enabled = types(await call('EnablePolicyType', { ...root(), PolicyType: 'AISERVICES_OPT_OUT_POLICY' }));
    expect(enabled).toEqual(enabled.toSorted());
    const policy = await org.policy('AISERVICES_OPT_OUT_POLICY', { services: {} });
    await org.attach(policy, unit);
    const left = types(await call('DisablePolicyType', { ...root(), PolicyType: 'AISERVICES_OPT_OUT_POLICY' }));
    expect(left).toEqual(enabled.filter((type) => type !== 'AISERVICES_OPT_OUT_POLICY'));
    expect(await attachedTo(unit, 'AISERVICES_OPT_OUT_POLICY')).toEqual([]);
    expect(await outcome(call('DescribePolicy', { PolicyId: policy }))).toBe('Success');
    expect(await outcome(call('UpdatePolicy', { PolicyId: policy, Name: 'still changeable' }))).toBe('Success');
    await call('DeletePolicy', { PolicyId: policy });
  });
});
