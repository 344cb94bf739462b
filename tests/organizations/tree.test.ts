import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_QUOTAS } from '../../packages/server/src/settings.ts';
import {
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

const QUOTAS = { ...DEFAULT_QUOTAS, organizationalUnits: 12, organizationalUnitDepth: 3 };
const UNKNOWN_UNIT = (rootId: string): string => `ou-${rootId.slice(2)}-00000000`;

let org: TestOrganization;
let call: (operation: string, input: object) => Promise<object>;
let a: string;
let b: string;
let account: string;

beforeAll(async () => {
  org = await testOrganization({ settings: { quotas: QUOTAS } });
  call = (operation, input) => send(org.client, operation, input);
  a = await org.unit('a');
  b = await org.unit('b', a);
  account = await org.account('one');
});
afterAll(() => org[Symbol.asyncDispose]());

interface Known {
  readonly root: string;
  readonly a: string;
  readonly b: string;
  readonly account: string;
  readonly management: string;
  readonly nowhere: string;
}
const known = (): Known => ({
  root: org.rootId,
  a,
  b,
  account,
  management: org.managementId,
  nowhere: UNKNOWN_UNIT(org.rootId),
});

type Row = [rule: string, operation: string, input: (ids: Known) => object, answer: string];

describe('errors', () => {
  const long = 'é'.repeat(129);
  const rows: Row[] = [
    [
      'a unit needs a parent',
      'CreateOrganizationalUnit',
      () => ({ Name: 'x' }),
      'InvalidInputException INPUT_REQUIRED:PARENT_ID',
    ],
    [
      'a unit needs a name',
      'CreateOrganizationalUnit',
      ({ root }) => ({ ParentId: root }),
      'InvalidInputException INPUT_REQUIRED:NAME',
    ],
    [
      'an account is no parent',
      'CreateOrganizationalUnit',
      ({ account: ParentId }) => ({ ParentId, Name: 'x' }),
      'InvalidInputException INVALID_PATTERN:PARENT_ID',
    ],
    [
      'a unit name is not empty',
      'CreateOrganizationalUnit',
      ({ root }) => ({ ParentId: root, Name: '' }),
      'InvalidInputException MIN_LENGTH_EXCEEDED:NAME',
    ],
    [
      'a unit name has 128 characters at most',
      'CreateOrganizationalUnit',
      ({ root }) => ({ ParentId: root, Name: long }),
      'InvalidInputException MAX_LENGTH_EXCEEDED:NAME',
    ],
    [
      'the parent exists',
      'CreateOrganizationalUnit',
      ({ nowhere }) => ({ ParentId: nowhere, Name: 'x' }),
      'ParentNotFoundException',
    ],
    [
      'siblings have different names',
      'CreateOrganizationalUnit',
      ({ root }) => ({ ParentId: root, Name: 'a' }),
      'DuplicateOrganizationalUnitException',
    ],
    [
      'a described unit is named',
      'DescribeOrganizationalUnit',
      () => ({}),
      'InvalidInputException INPUT_REQUIRED:ORGANIZATIONAL_UNIT_ID',
    ],
    [
      'a root is no unit',
      'DescribeOrganizationalUnit',
      ({ root }) => ({ OrganizationalUnitId: root }),
      'InvalidInputException INVALID_PATTERN:ORGANIZATIONAL_UNIT_ID',
    ],
    [
      'a described unit exists',
      'DescribeOrganizationalUnit',
      ({ nowhere }) => ({ OrganizationalUnitId: nowhere }),
      'OrganizationalUnitNotFoundException',
    ],
    [
      'a renamed unit exists',
      'UpdateOrganizationalUnit',
      ({ nowhere }) => ({ OrganizationalUnitId: nowhere, Name: 'x' }),
      'OrganizationalUnitNotFoundException',
    ],
    [
      'a deleted unit exists',
      'DeleteOrganizationalUnit',
      ({ nowhere }) => ({ OrganizationalUnitId: nowhere }),
      'OrganizationalUnitNotFoundException',
    ],
    [
      'a unit with units is not deleted',
      'DeleteOrganizationalUnit',
      ({ a: unit }) => ({ OrganizationalUnitId: unit }),
      'OrganizationalUnitNotEmptyException',
    ],
    [
      'units are listed of an existing parent',
      'ListOrganizationalUnitsForParent',
      ({ nowhere }) => ({ ParentId: nowhere }),
      'ParentNotFoundException',
    ],
    [
      'accounts are listed of an existing parent',
      'ListAccountsForParent',
      ({ nowhere }) => ({ ParentId: nowhere }),
      'ParentNotFoundException',
    ],
    [
      'children are listed of an existing parent',
      'ListChildren',
      ({ nowhere }) => ({ ParentId: nowhere, ChildType: 'ACCOUNT' }),
      'ParentNotFoundException',
    ],
    [
      'children are of a known kind',
      'ListChildren',
      ({ root }) => ({ ParentId: root, ChildType: 'ROOT' }),
      'InvalidInputException INVALID_ENUM:CHILD_TYPE',
    ],
    [
      'children are of some kind',
      'ListChildren',
      ({ root }) => ({ ParentId: root }),
      'InvalidInputException INPUT_REQUIRED:CHILD_TYPE',
    ],
    [
      'a root has no parents',
      'ListParents',
      ({ root }) => ({ ChildId: root }),
      'InvalidInputException INVALID_PATTERN:CHILD_ID',
    ],
    [
      'an unknown unit has no parents',
      'ListParents',
      ({ nowhere }) => ({ ChildId: nowhere }),
      'ChildNotFoundException',
    ],
    ['an unknown account has no parents', 'ListParents', () => ({ ChildId: '000000000000' }), 'ChildNotFoundException'],
    [
      'a described account exists',
      'DescribeAccount',
      () => ({ AccountId: '000000000000' }),
      'AccountNotFoundException',
    ],
    [
      'an account id has twelve digits',
      'DescribeAccount',
      () => ({ AccountId: '1' }),
      'InvalidInputException INVALID_PATTERN:ACCOUNT_ID',
    ],
    [
      'a moved account exists',
      'MoveAccount',
      ({ root, a: to }) => ({ AccountId: '000000000000', SourceParentId: root, DestinationParentId: to }),
      'AccountNotFoundException',
    ],
    [
      'an account is moved from an existing parent',
      'MoveAccount',
      ({ nowhere, a: to, account: AccountId }) => ({ AccountId, SourceParentId: nowhere, DestinationParentId: to }),
      'SourceParentNotFoundException',
    ],
    [
      'an account is moved from where it is',
      'MoveAccount',
      ({ a: from, b: to, account: AccountId }) => ({ AccountId, SourceParentId: from, DestinationParentId: to }),
      'SourceParentNotFoundException',
    ],
    [
      'an account is moved to an existing parent',
      'MoveAccount',
      ({ root, nowhere, account: AccountId }) => ({ AccountId, SourceParentId: root, DestinationParentId: nowhere }),
      'DestinationParentNotFoundException',
    ],
    [
      'an account is moved elsewhere',
      'MoveAccount',
      ({ root, account: AccountId }) => ({ AccountId, SourceParentId: root, DestinationParentId: root }),
      'DuplicateAccountException',
    ],
    [
      'a move names its destination',
      'MoveAccount',
      ({ root, account: AccountId }) => ({ AccountId, SourceParentId: root }),
      'InvalidInputException INPUT_REQUIRED:DESTINATION_PARENT_ID',
    ],
  ];
  test.each(rows)('%s', async (_rule, operation, input, answer) => {
    expect(await outcome(call(operation, input(known())))).toBe(answer);
  });
});

test('an organization answers with its ids, its owner and what it can do', async () => {
  expect(await call('DescribeOrganization', {})).toMatchObject({
    Organization: {
      Id: expect.stringMatching(/^o-[a-z0-9]{10}$/),
      Arn: `arn:aws:organizations::${org.managementId}:organization/${org.id}`,
      FeatureSet: 'ALL',
      MasterAccountArn: `arn:aws:organizations::${org.managementId}:account/${org.id}/${org.managementId}`,
      MasterAccountId: org.managementId,
      MasterAccountEmail: 'management@example.test',
      AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
    },
  });
});

test('a new organization has one root with the management account under it', async () => {
  expect(await call('ListRoots', {})).toMatchObject({
    Roots: [
      {
        Id: expect.stringMatching(/^r-[a-z0-9]{4}$/),
        Arn: `arn:aws:organizations::${org.managementId}:root/${org.id}/${org.rootId}`,
        Name: 'Root',
        PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    ],
  });
  expect(await call('DescribeAccount', { AccountId: org.managementId })).toMatchObject({
    Account: {
      Arn: `arn:aws:organizations::${org.managementId}:account/${org.id}/${org.managementId}`,
      JoinedMethod: 'INVITED',
      JoinedTimestamp: expect.any(Date),
      Paths: [`${org.id}/${org.rootId}/${org.managementId}/`],
      Status: 'ACTIVE',
      State: 'ACTIVE',
    },
  });
});

test('units below units carry the path from the organization down', async () => {
  expect(await call('DescribeOrganizationalUnit', { OrganizationalUnitId: b })).toMatchObject({
    OrganizationalUnit: {
      Id: expect.stringMatching(new RegExp(`^ou-${org.rootId.slice(2)}-[a-z0-9]{8}$`)),
      Arn: `arn:aws:organizations::${org.managementId}:ou/${org.id}/${b}`,
      Name: 'b',
      Path: `${org.id}/${org.rootId}/${a}/${b}/`,
    },
  });
  expect(await call('ListParents', { ChildId: b })).toMatchObject({
    Parents: [{ Id: a, Type: 'ORGANIZATIONAL_UNIT' }],
  });
  expect(await call('ListParents', { ChildId: a })).toMatchObject({ Parents: [{ Id: org.rootId, Type: 'ROOT' }] });
});

test('the same name is free under another parent', async () => {
  const unit = await org.unit('a', a);
  await call('DeleteOrganizationalUnit', { OrganizationalUnitId: unit });
});

test('a moved account is listed where it went, with its new path, and nowhere else', async () => {
  await call('MoveAccount', { AccountId: account, SourceParentId: org.rootId, DestinationParentId: b });
  expect(await call('ListAccountsForParent', { ParentId: b })).toMatchObject({
    Accounts: [{ Id: account, Paths: [`${org.id}/${org.rootId}/${a}/${b}/${account}/`] }],
  });
  expect(await call('ListChildren', { ParentId: org.rootId, ChildType: 'ACCOUNT' })).toMatchObject({
    Children: [{ Id: org.managementId, Type: 'ACCOUNT' }],
  });
  expect(await call('ListParents', { ChildId: account })).toMatchObject({ Parents: [{ Id: b }] });
  expect(await outcome(call('DeleteOrganizationalUnit', { OrganizationalUnitId: b }))).toBe(
    'OrganizationalUnitNotEmptyException',
  );
  await call('MoveAccount', { AccountId: account, SourceParentId: b, DestinationParentId: org.rootId });
});

describe('renaming a unit', () => {
  const rows: [rule: string, name: string | null | undefined, then: string][] = [
    ['a name replaces the old one', 'first', 'first'],
    ['no name changes nothing', undefined, 'first'],
    ['null changes nothing', null, 'first'],
    ['blanks change nothing', '   ', 'first'],
    ['its own name is no duplicate', 'first', 'first'],
    ['128 characters are enough for anybody', 'é'.repeat(128), 'é'.repeat(128)],
  ];
  let unit: string;
  beforeAll(async () => {
    unit = await org.unit('renamed');
  });
  test.each(rows)('%s', async (_rule, Name, then) => {
    const answer = await call('UpdateOrganizationalUnit', { OrganizationalUnitId: unit, Name });
    expect(answer).toMatchObject({ OrganizationalUnit: { Id: unit, Name: then } });
  });
  test('a sibling has the name already', async () => {
    expect(await outcome(call('UpdateOrganizationalUnit', { OrganizationalUnitId: unit, Name: 'a' }))).toBe(
      'DuplicateOrganizationalUnitException',
    );
  });
});

test('a deleted unit takes its attachments and tags along', async () => {
  const unit = await org.unit('short-lived');
  const policy = await org.policy('SERVICE_CONTROL_POLICY', {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }],
  });
  await org.attach(policy, unit);
  await call('TagResource', { ResourceId: unit, Tags: [{ Key: 'k', Value: 'v' }] });
  await call('DeleteOrganizationalUnit', { OrganizationalUnitId: unit });
  expect(await call('ListTargetsForPolicy', { PolicyId: policy })).toMatchObject({ Targets: [] });
  expect(await outcome(call('ListTagsForResource', { ResourceId: unit }))).toBe('TargetNotFoundException');
  await call('DeletePolicy', { PolicyId: policy });
});

test('units nest so deep and no deeper', async () => {
  const third = await org.unit('third', b);
  expect(await outcome(call('CreateOrganizationalUnit', { ParentId: third, Name: 'fourth' }))).toBe(
    'ConstraintViolationException OU_DEPTH_LIMIT_EXCEEDED',
  );
});

test('an organization has so many units and no more', async () => {
  const create = (n: number): Promise<string> =>
    outcome(call('CreateOrganizationalUnit', { ParentId: org.rootId, Name: `one more ${n}` }));
  const answers = await Promise.all(Array.from({ length: QUOTAS.organizationalUnits }, (_, n) => create(n)));
  expect(new Set(answers)).toEqual(new Set(['Success', 'ConstraintViolationException OU_NUMBER_LIMIT_EXCEEDED']));
  const { OrganizationalUnits } = {
    OrganizationalUnits: [],
    ...(await call('ListOrganizationalUnitsForParent', { ParentId: org.rootId })),
  };
  // `a` holds two more.
  expect(OrganizationalUnits.length + 2).toBe(QUOTAS.organizationalUnits);
});

test('of two concurrent units of one name, one is made', async () => {
  const other = await testOrganization();
  try {
    const create = (): Promise<string> =>
      outcome(send(other.client, 'CreateOrganizationalUnit', { ParentId: other.rootId, Name: 'same' }));
    const answers = await Promise.all([create(), create(), create()]);
    expect(answers.toSorted()).toEqual([
      'DuplicateOrganizationalUnitException',
      'DuplicateOrganizationalUnitException',
      'Success',
    ]);
  } finally {
    await other[Symbol.asyncDispose]();
  }
});

test('an organization of consolidated billing has no policy types', async () => {
  const client = org.clientOf(await org.server.createAccount());
  expect(await send(client, 'CreateOrganization', { FeatureSet: 'CONSOLIDATED_BILLING' })).toMatchObject({
    Organization: { FeatureSet: 'CONSOLIDATED_BILLING', AvailablePolicyTypes: [] },
  });
  const roots = await send(client, 'ListRoots', {});
  expect(roots).toMatchObject({ Roots: [{ PolicyTypes: [] }] });
  const RootId = (roots as { Roots: { Id: string }[] }).Roots[0]?.Id;
  const content = { Name: 'n', Description: '', Type: 'TAG_POLICY', Content: '{"tags":{}}' };
  const service = { ServicePrincipal: 'backup.amazonaws.com' };
  const answers: Record<string, string> = {
    CreatePolicy: await outcome(send(client, 'CreatePolicy', content)),
    EnablePolicyType: await outcome(send(client, 'EnablePolicyType', { RootId, PolicyType: 'TAG_POLICY' })),
    EnableAWSServiceAccess: await outcome(send(client, 'EnableAWSServiceAccess', service)),
  };
  expect(answers).toEqual({
    CreatePolicy: 'PolicyTypeNotAvailableForOrganizationException',
    EnablePolicyType: 'PolicyTypeNotAvailableForOrganizationException',
    EnableAWSServiceAccess: 'ConstraintViolationException ORGANIZATION_NOT_IN_ALL_FEATURES_MODE',
  });
});

test('of concurrent organizations of one account, one is made', async () => {
  const client = org.clientOf(await org.server.createAccount());
  const create = (): Promise<string> => outcome(send(client, 'CreateOrganization', {}));
  const answers = await Promise.all([create(), create(), create()]);
  expect(answers.toSorted()).toEqual(['AlreadyInOrganizationException', 'AlreadyInOrganizationException', 'Success']);
});
