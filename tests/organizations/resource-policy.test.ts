import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assumeRole } from '../../packages/server/src/testing/assume-role.ts';
import {
  backupPolicy,
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';
import { inputsOf } from './every-operation.ts';

let org: TestOrganization;
let memberId: string;
let member: OrganizationsClient;
beforeAll(async () => {
  org = await testOrganization();
  memberId = await org.account('delegate');
  member = await org.memberClient(memberId);
});
afterAll(() => org[Symbol.asyncDispose]());

type Statement = Readonly<Record<string, unknown>>;
const call = (operation: string, input: object = {}): Promise<object> => send(org.client, operation, input);
const policyOf = (...statements: readonly Statement[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({
      Effect: 'Allow',
      Principal: { AWS: memberId },
      Resource: '*',
      ...statement,
    })),
  });
const put = (...statements: readonly Statement[]): Promise<object> =>
  call('PutResourcePolicy', { Content: policyOf(...statements) });
const arn = (kind: string, ...rest: readonly string[]): string =>
  `arn:aws:organizations::${org.managementId}:${[kind, org.id, ...rest].join('/')}`;

describe('what cannot be stored', () => {
  const INVALID = 'INVALID_RESOURCE_POLICY_JSON';
  const UNSUPPORTED = 'UNSUPPORTED_ACTION_IN_RESOURCE_POLICY';
  const rows: [rule: string, content: () => string, reason: string][] = [
    ['text that is no JSON', () => '{', INVALID],
    [
      'a member named twice',
      () => policyOf({ Action: 'organizations:ListRoots' }).replace('{', '{"Version":"x",'),
      INVALID,
    ],
    ['no statement', () => '{"Version":"2012-10-17"}', INVALID],
    [
      'a statement without principal',
      () => policyOf({ Action: 'organizations:ListRoots', Principal: undefined }),
      INVALID,
    ],
    ['NotAction', () => policyOf({ NotAction: 'organizations:ListRoots' }), INVALID],
    [
      'a user',
      () => policyOf({ Action: 'organizations:ListRoots', Principal: { AWS: `arn:aws:iam::${memberId}:user/a` } }),
      INVALID,
    ],
    [
      'a federation',
      () => policyOf({ Action: 'organizations:ListRoots', Principal: { Federated: 'a.test' } }),
      INVALID,
    ],
    [
      'a condition key that nothing supplies',
      () => policyOf({ Action: 'organizations:ListRoots', Condition: { Bool: { 'aws:NoSuchKey': 'true' } } }),
      INVALID,
    ],
    ['all operations', () => policyOf({ Action: 'organizations:*' }), UNSUPPORTED],
    ['everything', () => policyOf({ Action: '*' }), UNSUPPORTED],
    ['a pattern that reaches too far', () => policyOf({ Action: 'organizations:Create*' }), UNSUPPORTED],
    ['a pattern that reaches nothing', () => policyOf({ Action: 'organizations:Nothing*' }), UNSUPPORTED],
    [
      'one unsupported action among others',
      () => policyOf({ Action: ['organizations:ListRoots', 'organizations:CloseAccount'] }),
      UNSUPPORTED,
    ],
    [
      "another service's resource",
      () => policyOf({ Action: 'organizations:ListRoots', Resource: 'arn:aws:s3:::bucket' }),
      'UNSUPPORTED_RESOURCE_IN_RESOURCE_POLICY',
    ],
    ['nothing', () => '', 'MIN_LENGTH_EXCEEDED:CONTENT'],
    ['too much', () => ' '.repeat(40_001), 'MAX_LENGTH_EXCEEDED:CONTENT'],
  ];
  test.each(rows)('%s', async (_rule, content, reason) => {
    expect(await outcome(call('PutResourcePolicy', { Content: content() }))).toBe(`InvalidInputException ${reason}`);
  });

  test('patterns are supported when all that they reach is', async () => {
    for (const Action of [
      'organizations:List*',
      'organizations:CreateP*',
      'ORGANIZATIONS:describe*',
      'organizations:?ttachPolicy',
    ]) {
      expect(await outcome(put({ Action }))).toBe('Success');
    }
  });

  test('lists of principals and actions are kept as lists', async () => {
    const AWS = [memberId, org.managementId];
    const answer = await put({ Action: ['organizations:ListRoots'], Principal: { AWS } });
    const arns = JSON.stringify(AWS.map((id) => `arn:aws:iam::${id}:root`));
    expect(answer).toMatchObject({ ResourcePolicy: { Content: expect.stringContaining(arns) } });
  });
});

test('a replaced policy keeps its id and tags; one made anew has neither', async () => {
  const idOf = async (answer: Promise<object>): Promise<string> =>
    ((await answer) as { ResourcePolicy: { ResourcePolicySummary: { Id: string } } }).ResourcePolicy
      .ResourcePolicySummary.Id;
  await outcome(call('DeleteResourcePolicy'));
  const Content = policyOf({ Action: 'organizations:ListRoots' });
  const first = await idOf(call('PutResourcePolicy', { Content, Tags: [{ Key: 'k', Value: 'v' }] }));
  expect(await outcome(call('PutResourcePolicy', { Content, Tags: [{ Key: 'k', Value: 'w' }] }))).toBe(
    'ConstraintViolationException UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED',
  );
  expect(await idOf(put({ Action: 'organizations:ListAccounts' }))).toBe(first);
  expect(await call('ListTagsForResource', { ResourceId: first })).toMatchObject({ Tags: [{ Key: 'k', Value: 'v' }] });
  await call('DeleteResourcePolicy');
  expect(await outcome(call('ListTagsForResource', { ResourceId: first }))).toBe('TargetNotFoundException');
  const second = await idOf(put({ Action: 'organizations:ListRoots' }));
  expect(second).not.toBe(first);
  expect(await call('ListTagsForResource', { ResourceId: second })).toMatchObject({ Tags: [] });
});

describe('a member with everything allowed in its own account', () => {
  let policy: string;
  let tagPolicy: string;
  let unit: string;
  beforeAll(async () => {
    await org.enable('BACKUP_POLICY');
    await org.enable('TAG_POLICY');
    policy = await org.policy('BACKUP_POLICY', backupPolicy());
    tagPolicy = await org.policy('TAG_POLICY', { tags: {} });
    unit = await org.unit('delegated');
  });
  const may = (operation: string, input: object = {}): Promise<string> => outcome(send(member, operation, input));

  test('does what is allowed, on what it is allowed, and nothing else', async () => {
    await put({
      Action: ['organizations:DescribePolicy', 'organizations:UpdatePolicy'],
      Resource: arn('policy', 'backup_policy', '*'),
    });
    expect(await may('DescribePolicy', { PolicyId: policy })).toBe('Success');
    expect(await may('UpdatePolicy', { PolicyId: policy, Description: 'by the delegate' })).toBe('Success');
    expect(await may('DescribePolicy', { PolicyId: tagPolicy })).toBe('AccessDeniedException');
    expect(await may('DeletePolicy', { PolicyId: policy })).toBe('AccessDeniedException');
    expect(await may('ListAccounts')).toBe('AccessDeniedException');
  });

  test('attaches and detaches only with the grant of both, policy and target', async () => {
    const Action = ['organizations:AttachPolicy', 'organizations:DetachPolicy'];
    const [one, both] = [[arn('policy', 'backup_policy', '*')], [arn('policy', 'backup_policy', '*'), arn('ou', '*')]];
    const input = { PolicyId: policy, TargetId: unit };
    await put({ Action, Resource: one });
    expect(await may('AttachPolicy', input)).toBe('AccessDeniedException');
    await put({ Action, Resource: both });
    expect(await may('AttachPolicy', input)).toBe('Success');
    expect(await may('AttachPolicy', { PolicyId: policy, TargetId: org.rootId })).toBe('AccessDeniedException');
    expect(await may('AttachPolicy', { PolicyId: tagPolicy, TargetId: unit })).toBe('AccessDeniedException');
    await put({ Action, Resource: one });
    expect(await may('DetachPolicy', input)).toBe('AccessDeniedException');
    await put({ Action, Resource: both });
    expect(await may('DetachPolicy', input)).toBe('Success');
  });

  test('is bound to the policy type of a condition', async () => {
    const Condition = { StringLikeIfExists: { 'organizations:PolicyType': 'BACKUP_POLICY' } };
    await put({
      Action: ['organizations:List*', 'organizations:CreatePolicy', 'organizations:EnablePolicyType'],
      Condition,
    });
    expect(await may('ListPolicies', { Filter: 'BACKUP_POLICY' })).toBe('Success');
    expect(await may('ListPolicies', { Filter: 'TAG_POLICY' })).toBe('AccessDeniedException');
    expect(await may('ListRoots')).toBe('Success');
    const made = { Name: 'by the delegate', Description: '', Content: '{}' };
    expect(await may('CreatePolicy', { ...made, Type: 'TAG_POLICY', Content: '{"tags":{}}' })).toBe(
      'AccessDeniedException',
    );
    expect(await may('CreatePolicy', { ...made, Type: 'BACKUP_POLICY', Content: '{"plans":{}}' })).toBe('Success');
    expect(await may('EnablePolicyType', { RootId: org.rootId, PolicyType: 'CHATBOT_POLICY' })).toBe(
      'AccessDeniedException',
    );
  });

  test('creates with tags only where it may tag as well', async () => {
    const made = {
      Name: 'tagged',
      Description: '',
      Type: 'TAG_POLICY',
      Content: '{"tags":{}}',
      Tags: [{ Key: 'k', Value: 'v' }],
    };
    await put({ Action: 'organizations:CreatePolicy' });
    expect(await may('CreatePolicy', made)).toBe('AccessDeniedException');
    await put({ Action: ['organizations:CreatePolicy', 'organizations:TagResource'] });
    expect(await may('CreatePolicy', made)).toBe('Success');
  });

  test('reads the effective policies of others with a grant, its own without', async () => {
    await org.publish();
    const input = { PolicyType: 'BACKUP_POLICY', TargetId: org.managementId };
    await put({ Action: 'organizations:ListRoots' });
    expect(await may('DescribeEffectivePolicy', input)).toBe('AccessDeniedException');
    expect(await may('DescribeEffectivePolicy', { PolicyType: 'BACKUP_POLICY' })).toBe('Success');
    await put({ Action: 'organizations:DescribeEffectivePolicy' });
    expect(await may('DescribeEffectivePolicy', input)).toBe('Success');
    await put({ Effect: 'Deny', Action: 'organizations:DescribeEffectivePolicy' });
    expect(await may('DescribeEffectivePolicy', { PolicyType: 'BACKUP_POLICY' })).toBe('AccessDeniedException');
  });

  test('gets nothing that its own permissions do not allow', async () => {
    await put({ Action: 'organizations:List*', Principal: '*' });
    const session = await assumeRole(org.server, await org.server.adminOf(memberId), {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'organizations:ListRoots', Resource: '*' }],
    });
    const narrow = org.clientOf(session);
    expect(await outcome(send(narrow, 'ListRoots', {}))).toBe('Success');
    expect(await outcome(send(narrow, 'ListAccounts', {}))).toBe('AccessDeniedException');
  });

  test('loses what a deny names: what others allow, a registration, its membership', async () => {
    await call('EnableAWSServiceAccess', { ServicePrincipal: 'backup.amazonaws.com' });
    await call('RegisterDelegatedAdministrator', { ServicePrincipal: 'backup.amazonaws.com', AccountId: memberId });
    await put({ Action: 'organizations:ListRoots' });
    expect([await may('ListRoots'), await may('ListAccounts'), await may('DescribeOrganization')]).toEqual(
      Array.from({ length: 3 }, () => 'Success'),
    );
    await put(
      { Action: 'organizations:List*' },
      { Effect: 'Deny', Action: ['organizations:List*', 'organizations:DescribeOrganization'] },
    );
    expect([await may('ListRoots'), await may('ListAccounts'), await may('DescribeOrganization')]).toEqual(
      Array.from({ length: 3 }, () => 'AccessDeniedException'),
    );
    expect(await may('DescribePolicy', { PolicyId: policy })).toBe('Success');
    await call('DeleteResourcePolicy');
    expect(await may('ListRoots')).toBe('Success');
    await call('DeregisterDelegatedAdministrator', { ServicePrincipal: 'backup.amazonaws.com', AccountId: memberId });
    expect(await may('ListRoots')).toBe('AccessDeniedException');
  });

  test('another member gets nothing of what one is granted', async () => {
    await put({ Action: 'organizations:List*' });
    const other = await org.memberClient(await org.account('other'));
    expect(await outcome(send(other, 'ListRoots', {}))).toBe('AccessDeniedException');
  });
});

test('the management account is not bound by a deny', async () => {
  await put({ Effect: 'Deny', Principal: '*', Action: ['organizations:List*', 'organizations:Describe*'] });
  expect(await outcome(call('ListRoots'))).toBe('Success');
});

test('every operation that can be delegated works with a grant of it; no other does', async () => {
  await using own = await testOrganization();
  const inputs = await inputsOf(own);
  const delegate = await own.memberClient(await own.account('delegate'));
  const grant = (Action: string): Promise<object> => {
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: `organizations:${Action}`, Resource: '*' }];
    return send(own.client, 'PutResourcePolicy', { Content: JSON.stringify({ Version: '2012-10-17', Statement }) });
  };
  // What belongs to the caller's own account takes no grant.
  const others: Readonly<Record<string, string>> = {
    CancelHandshake: 'HandshakeNotFoundException',
    ListHandshakesForAccount: 'Success',
  };
  for (const [operation, input] of Object.entries({ ...inputs.reads, ...inputs.writes })) {
    const granted = await outcome(grant(operation));
    const answer = await outcome(send(delegate, operation, input));
    const refused = others[operation] ?? 'AccessDeniedException';
    expect(`${operation} ${answer}`).toBe(`${operation} ${granted === 'Success' ? 'Success' : refused}`);
  }
});
