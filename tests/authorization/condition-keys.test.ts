/**
 * Every condition key that comes with single operations, at every operation that is there: a policy that names one is
 * stored because something supplies it, and this is the something.
 */
import * as backup from '@aws-sdk/client-backup';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ConditionContext, Question } from '../../packages/server/src/authorization/authorizer.ts';
import { isKnownConditionKey, KEYS_OF_OPERATIONS } from '../../packages/server/src/authorization/condition-keys.ts';
import { loadServices } from '../../packages/server/src/services/all.ts';
import { assumeRole } from '../../packages/server/src/testing/assume-role.ts';
import { type TestOrganization, testOrganization } from '../../packages/server/src/testing/organization.ts';
import type { ClientOptions, TestAccount } from '../../packages/server/src/testing/server.ts';
import { type Inputs, inputsOf } from '../organizations/every-operation.ts';

let org: TestOrganization;
let inputs: Inputs;
let powerless: TestAccount;
let backupPolicyId: string;

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const AUDIT = 'arn:aws:iam::aws:policy/AWSBackupFullAccess';
const session = (...allowed: string[]) =>
  assumeRole(org.server, org.server.management, {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['none:*', ...allowed], Resource: '*' }],
  });

beforeAll(async () => {
  org = await testOrganization();
  inputs = await inputsOf(org);
  backupPolicyId = present((inputs.reads['DescribePolicy'] as { PolicyId?: string }).PolicyId, 'a policy');
  const client = org.server.client(iam.IAMClient);
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: org.managementId }, Action: 'sts:*' }],
  });
  const held = { PermissionsBoundary: READ_ONLY };
  const tags = [{ Key: 'Level', Value: 'gold' }];
  await client.send(new iam.CreateUserCommand({ UserName: 'bounded', ...held }));
  await client.send(new iam.CreateRoleCommand({ RoleName: 'bounded', AssumeRolePolicyDocument, Tags: tags, ...held }));
  await client.send(new iam.CreateGroupCommand({ GroupName: 'group' }));
  powerless = await session();
});
afterAll(() => org[Symbol.asyncDispose]());

/** What is asked before the call is refused: nothing is changed by it. */
async function asked(action: string, input: object, caller = powerless): Promise<Question> {
  const [service = '', operation = ''] = action.split(':');
  const { Client, commands } = present(CLIENTS[service], service);
  const Command = present(commands[`${operation}Command`], operation) as new (input: object) => never;
  const decide = vi.spyOn(org.server.installation.authorizer, 'decide');
  try {
    await expect(org.server.client(Client, caller).send(new Command(input))).rejects.toThrow(
      /not authorized|don't have permissions/,
    );
    return present(decide.mock.lastCall, 'a question')[2];
  } finally {
    decide.mockRestore();
  }
}

interface ClientOf {
  readonly Client: new (
    options: ClientOptions,
  ) => { send(command: never): Promise<unknown>; destroy(): void; config: object };
  readonly commands: Readonly<Record<string, unknown>>;
}
const CLIENTS: Readonly<Record<string, ClientOf>> = {
  backup: { Client: backup.BackupClient, commands: { ...backup } },
  iam: { Client: iam.IAMClient, commands: { ...iam } },
  organizations: { Client: organizations.OrganizationsClient, commands: { ...organizations } },
  sts: { Client: sts.STSClient, commands: { ...sts } },
};

type Row = [key: string, action: string, input: () => object, value: string];

/** The value that each operation's input of the organization's every-operation list comes to. */
const POLICY_TYPES: Readonly<Record<string, string>> = {
  CreatePolicy: 'TAG_POLICY',
  DeletePolicy: 'TAG_POLICY',
  EnablePolicyType: 'TAG_POLICY',
};
const SERVICES: Readonly<Record<string, string>> = {
  DisableAWSServiceAccess: 'config.amazonaws.com',
  EnableAWSServiceAccess: 'ram.amazonaws.com',
};
const ofOrganizations = (key: string, valueAt: (operation: string) => string): Row[] =>
  present(KEYS_OF_OPERATIONS[key], key).map((action): Row => {
    const operation = action.replace('organizations:', '');
    const more = operation === 'ListDelegatedAdministrators' ? { ServicePrincipal: 'backup.amazonaws.com' } : {};
    return [
      key,
      action,
      () => ({ ...inputs.reads[operation], ...inputs.writes[operation], ...more }),
      valueAt(operation),
    ];
  });

const of = (kind: 'Role' | 'User') => ({ [`${kind}Name`]: 'bounded' });
const document = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});
const policy = { PolicyName: 'p', PolicyDocument: document };
const boundary = 'iam:permissionsboundary';
const ofPrincipals = (['Role', 'User'] as const).flatMap((kind): Row[] => [
  [boundary, `iam:Attach${kind}Policy`, () => ({ ...of(kind), PolicyArn: AUDIT }), READ_ONLY],
  [boundary, `iam:Detach${kind}Policy`, () => ({ ...of(kind), PolicyArn: AUDIT }), READ_ONLY],
  [boundary, `iam:Put${kind}Policy`, () => ({ ...of(kind), ...policy }), READ_ONLY],
  [boundary, `iam:Delete${kind}Policy`, () => ({ ...of(kind), PolicyName: 'p' }), READ_ONLY],
  [boundary, `iam:Delete${kind}PermissionsBoundary`, () => of(kind), READ_ONLY],
  [boundary, `iam:Put${kind}PermissionsBoundary`, () => ({ ...of(kind), PermissionsBoundary: AUDIT }), AUDIT],
  [
    boundary,
    `iam:Create${kind}`,
    () => ({ [`${kind}Name`]: 'new', AssumeRolePolicyDocument: document, PermissionsBoundary: AUDIT }),
    AUDIT,
  ],
]);
const ofAttachments = (['Role', 'User', 'Group'] as const).flatMap((kind): Row[] => {
  const input = () => ({ [`${kind}Name`]: kind === 'Group' ? 'group' : 'bounded', PolicyArn: AUDIT });
  return [
    ['iam:policyarn', `iam:Attach${kind}Policy`, input, AUDIT],
    ['iam:policyarn', `iam:Detach${kind}Policy`, input, AUDIT],
  ];
});

const assume = () => ({
  RoleArn: `arn:aws:iam::${org.managementId}:role/bounded`,
  RoleSessionName: 'guest',
  ExternalId: 'external',
  SourceIdentity: 'source',
  DurationSeconds: 900,
  Tags: [{ Key: 'team', Value: 'a' }],
  TransitiveTagKeys: ['team'],
});
const service = 'backup.amazonaws.com';

const ROWS: readonly Row[] = [
  ...ofOrganizations('organizations:policytype', (operation) => POLICY_TYPES[operation] ?? 'BACKUP_POLICY'),
  ...ofOrganizations('organizations:serviceprincipal', (operation) => SERVICES[operation] ?? service),
  ...ofPrincipals,
  ...ofAttachments,
  ['iam:awsservicename', 'iam:CreateServiceLinkedRole', () => ({ AWSServiceName: service }), service],
  ['sts:externalid', 'sts:AssumeRole', assume, 'external'],
  ['sts:rolesessionname', 'sts:AssumeRole', assume, 'guest'],
  ['sts:sourceidentity', 'sts:AssumeRole', assume, 'source'],
  ['sts:durationseconds', 'sts:AssumeRole', assume, '900'],
  ['sts:transitivetagkeys', 'sts:AssumeRole', assume, 'team'],
];

test.each(ROWS)('%s comes with %s', async (key, action, input, value) => {
  const question = await asked(action, input());
  expect(question.action).toBe(action);
  expect(question.context?.[key]).toEqual([value]);
});

/** Proven where the work is done that they are asked in: by jobs, by handing over roles, by tokens of providers. */
const ELSEWHERE: readonly string[] = ['backup:CopyFromBackupVault', 'iam:PassRole', 'sts:AssumeRoleWithWebIdentity'];

test('each key is proven at each operation of its own that is there; the others are not there', async () => {
  const implemented = new Set(
    (await loadServices()).flatMap(({ name, operations }) =>
      operations().flatMap((one) => (one.implemented ? [`${name}:${one.name}`] : [])),
    ),
  );
  const proven = new Set(ROWS.map(([key, action]) => `${key} ${action}`));
  const unproven = Object.entries(KEYS_OF_OPERATIONS).flatMap(([key, actions]) =>
    actions
      .filter((action) => implemented.has(action) && !ELSEWHERE.includes(action) && !proven.has(`${key} ${action}`))
      .map((action) => `${key} ${action}`),
  );
  expect(unproven).toEqual([]);
  expect(ROWS.filter(([key, action]) => !KEYS_OF_OPERATIONS[key]?.includes(action))).toEqual([]);
});

test('the tags of a role come with taking it', async () => {
  const { context } = await asked('sts:AssumeRole', assume());
  expect(context).toMatchObject({ 'aws:resourcetag/level': ['gold'], 'iam:resourcetag/level': ['gold'] });
});

test('a role is passed to a service by name', async () => {
  const vault = { BackupVaultName: 'Default', ResourceArn: 'arn:aws:elasticfilesystem:us-east-1:1:file-system/fs-1' };
  const IamRoleArn = `arn:aws:iam::${org.managementId}:role/bounded`;
  const question = await asked('backup:StartBackupJob', { ...vault, IamRoleArn }, await session('backup:*'));
  expect(question).toMatchObject({ action: 'iam:PassRole', resource: IamRoleArn });
  expect(question.context?.['iam:passedtoservice']).toEqual([service]);
});

test('the request’s own keys come with every operation', async () => {
  const { context = {} } = await asked('organizations:TagResource', {
    ResourceId: backupPolicyId,
    Tags: [
      { Key: 'Team', Value: 'a' },
      { Key: 'env', Value: 'b' },
    ],
  });
  expect(context).toMatchObject({
    'aws:requestedregion': ['us-east-1'],
    'aws:securetransport': ['false'],
    'aws:sourceip': ['127.0.0.1'],
    'aws:useragent': [expect.stringContaining('aws-sdk-js')],
    'aws:tagkeys': ['Team', 'env'],
    'aws:requesttag/team': ['a'],
    'aws:requesttag/env': ['b'],
  } satisfies ConditionContext);
});

test.each(['aws:AssumedRoot', 'aws:ResourceOrgPaths', 'aws:PrincipalTag/a', 'ec2:Vpc', 'backup:CopyTargets'])(
  '%s is known',
  (key) => {
    expect(isKnownConditionKey(key.toLowerCase())).toBe(true);
  },
);

test.each([
  'aws:Nobody',
  'aws:PrincipalTag/',
  'backup:Nothing',
  'holdfast:Nothing',
  'iam:Nothing',
  'sts:Nothing',
  'username',
])('%s is not', (key) => {
  expect(isKnownConditionKey(key.toLowerCase())).toBe(false);
});
