import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assumeRole } from '../../packages/server/src/testing/assume-role.ts';
import {
  backupPolicy,
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';
import { type Inputs, inputsOf } from './every-operation.ts';

let org: TestOrganization;
let inputs: Inputs;
let policy: string;
let unit: string;
let account: string;
beforeAll(async () => {
  org = await testOrganization();
  inputs = await inputsOf(org);
  policy = await org.policy('BACKUP_POLICY', backupPolicy());
  unit = await org.unit('authorized');
  account = await org.account('authorized');
  await send(org.client, 'TagResource', { ResourceId: unit, Tags: [{ Key: 'team', Value: 'a' }] });
});
afterAll(() => org[Symbol.asyncDispose]());

type Statement = Readonly<Record<string, unknown>>;

/** The management account's call in a session that may do what the statements say and nothing else. */
async function allowed(statements: readonly Statement[], operation: string, input: object): Promise<boolean> {
  const policyDocument = {
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
  };
  const session = await assumeRole(org.server, org.server.management, policyDocument);
  const answer = await outcome(send(org.clientOf(session), operation, input));
  return answer !== 'AccessDeniedException';
}

const arn = (kind: string, ...rest: string[]): string =>
  `arn:aws:organizations::${org.managementId}:${[kind, org.id, ...rest].join('/')}`;

test('without permission every operation is refused, whatever it names', async () => {
  const session = await assumeRole(org.server, org.server.management, {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'backup:*', Resource: '*' }],
  });
  const client = org.clientOf(session);
  for (const [operation, input] of Object.entries({
    ...inputs.reads,
    ...inputs.writes,
    ...inputs.refused,
    CreateOrganization: {},
  })) {
    expect(`${operation} ${await outcome(send(client, operation, input))}`).toBe(`${operation} AccessDeniedException`);
  }
});

describe('attaching needs the right to both, policy and target', () => {
  const attach = { Action: 'organizations:AttachPolicy' };
  const rows: [rule: string, resources: () => string[], allowed: boolean][] = [
    ['the policy alone is not enough', () => [arn('policy', 'backup_policy', policy)], false],
    ['the target alone is not enough', () => [arn('ou', unit)], false],
    ['another type is not enough', () => [arn('policy', 'tag_policy', policy), arn('ou', unit)], false],
    ['both are', () => [arn('policy', 'backup_policy', policy), arn('ou', unit)], true],
    ['all of a type, all units', () => [arn('policy', 'backup_policy', '*'), arn('ou', '*')], true],
  ];
  test.each(rows)('%s', async (_rule, resources, expected) => {
    const input = { PolicyId: policy, TargetId: unit };
    expect(await allowed([{ ...attach, Resource: resources() }], 'AttachPolicy', input)).toBe(expected);
  });
});

describe('moving needs the right to the account and both parents', () => {
  test.each([
    ['account and source', ['account', 'root'], false],
    ['account, source and destination', ['account', 'root', 'ou'], true],
  ])('%s', async (_rule, kinds, expected) => {
    const input = { AccountId: account, SourceParentId: org.rootId, DestinationParentId: unit };
    const statement = { Action: 'organizations:MoveAccount', Resource: kinds.map((kind) => arn(kind, '*')) };
    expect(await allowed([statement], 'MoveAccount', input)).toBe(expected);
  });
});

describe('the condition organizations:PolicyType is the type that the call is about', () => {
  const ofBackup = { Condition: { StringEquals: { 'organizations:PolicyType': 'BACKUP_POLICY' } } };
  const rows: [operation: string, backup: () => object, other: () => object][] = [
    ['ListPolicies', () => ({ Filter: 'BACKUP_POLICY' }), () => ({ Filter: 'TAG_POLICY' })],
    ['DescribePolicy', () => ({ PolicyId: policy }), () => ({ PolicyId: 'p-FullAWSAccess' })],
    [
      'CreatePolicy',
      () => ({ Type: 'BACKUP_POLICY', Name: 'typed', Description: '', Content: '{"plans":{}}' }),
      () => ({ Type: 'TAG_POLICY', Name: 'typed', Description: '', Content: '{"tags":{}}' }),
    ],
    [
      'EnablePolicyType',
      () => ({ RootId: org.rootId, PolicyType: 'BACKUP_POLICY' }),
      () => ({ RootId: org.rootId, PolicyType: 'TAG_POLICY' }),
    ],
    ['DescribeEffectivePolicy', () => ({ PolicyType: 'BACKUP_POLICY' }), () => ({ PolicyType: 'TAG_POLICY' })],
    [
      'ListPoliciesForTarget',
      () => ({ TargetId: unit, Filter: 'BACKUP_POLICY' }),
      () => ({ TargetId: unit, Filter: 'TAG_POLICY' }),
    ],
  ];
  test.each(rows)('%s', async (operation, backup, other) => {
    const statement = { Action: 'organizations:*', ...ofBackup };
    expect(await allowed([statement], operation, backup())).toBe(true);
    expect(await allowed([statement], operation, other())).toBe(false);
  });
});

test('the condition organizations:ServicePrincipal is the service', async () => {
  const Condition = { StringEquals: { 'organizations:ServicePrincipal': 'backup.amazonaws.com' } };
  const statement = { Action: 'organizations:EnableAWSServiceAccess', Condition };
  const enable = (ServicePrincipal: string): Promise<boolean> =>
    allowed([statement], 'EnableAWSServiceAccess', { ServicePrincipal });
  expect([await enable('backup.amazonaws.com'), await enable('ram.amazonaws.com')]).toEqual([true, false]);
});

describe('tags', () => {
  test('of the resource are aws:ResourceTag', async () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/team': 'a' } };
    const statement = { Action: 'organizations:DescribeOrganizationalUnit', Condition };
    const describeUnit = (OrganizationalUnitId: string): Promise<boolean> =>
      allowed([statement], 'DescribeOrganizationalUnit', { OrganizationalUnitId });
    const untagged = await org.unit('untagged');
    expect([await describeUnit(unit), await describeUnit(untagged)]).toEqual([true, false]);
  });

  test('of the request are aws:RequestTag', async () => {
    const Condition = { StringEquals: { 'aws:RequestTag/team': 'a' } };
    const statement = { Action: 'organizations:TagResource', Condition };
    const tag = (Value: string): Promise<boolean> =>
      allowed([statement], 'TagResource', { ResourceId: unit, Tags: [{ Key: 'team', Value }] });
    expect([await tag('a'), await tag('b')]).toEqual([true, false]);
  });

  const creations: [operation: string, input: () => object][] = [
    ['CreatePolicy', () => ({ Type: 'TAG_POLICY', Name: 'tagged', Description: '', Content: '{"tags":{}}' })],
    ['CreateOrganizationalUnit', () => ({ ParentId: org.rootId, Name: 'tagged' })],
    ['CreateAccount', () => ({ AccountName: 'tagged', Email: 'tagged@members.test' })],
  ];
  test.each(creations)('%s with tags needs organizations:TagResource as well', async (operation, input) => {
    const create = { Action: `organizations:${operation}` };
    const tag = { Action: 'organizations:TagResource' };
    const tagged = { ...input(), Tags: [{ Key: 'k', Value: 'v' }] };
    expect(await allowed([create], operation, tagged)).toBe(false);
    expect(await allowed([create, tag], operation, tagged)).toBe(true);
  });
});

test('making an organization needs the right to make its service-linked role', async () => {
  const standalone = await org.server.createAccount();
  const create = async (...actions: string[]): Promise<string> => {
    const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
    const session = await assumeRole(org.server, standalone, { Version: '2012-10-17', Statement });
    return outcome(send(org.clientOf(session), 'CreateOrganization', {}));
  };
  expect(await create('organizations:CreateOrganization')).toBe(
    'AccessDeniedForDependencyException ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE',
  );
  expect(await create('organizations:CreateOrganization', 'iam:CreateServiceLinkedRole')).toBe('Success');
});

test('who may ask for everything learns that something does not exist; who may not, does not', async () => {
  const missing = { PolicyId: 'p-0000000000' };
  expect(await outcome(send(org.client, 'DescribePolicy', missing))).toBe('PolicyNotFoundException');
  const one = { Action: 'organizations:DescribePolicy', Resource: arn('policy', 'backup_policy', policy) };
  expect(await allowed([one], 'DescribePolicy', { PolicyId: policy })).toBe(true);
  expect(await allowed([one], 'DescribePolicy', missing)).toBe(false);
});
