/** `ExplainAccess` on a living organization: what decided, what came near, and who may ask. */
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccessExplanation, readExplanation } from '../../packages/cli/src/access/explanation.ts';
import { askOwnService } from '../../packages/cli/src/connection/own-service.ts';
import { type TestOrganization, testOrganization } from '../../packages/server/src/testing/organization.ts';
import type { Credentials, TestAccount } from '../../packages/server/src/testing/server.ts';

let org: TestOrganization;
let member: TestAccount;
let stranger: TestAccount;
let ann: string;
let role: string;
let unit: string;
let scp: string;

const scpArn = (): string =>
  `arn:aws:organizations::${org.managementId}:policy/${org.id}/service_control_policy/${scp}`;
const policy = (...statements: object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
  });

beforeAll(async () => {
  org = await testOrganization();
  unit = await org.unit('unit');
  member = await org.server.adminOf(await org.account('member'));
  stranger = await org.server.createAccount('stranger');
  await org.client.send(
    new organizations.MoveAccountCommand({
      AccountId: member.accountId,
      SourceParentId: org.rootId,
      DestinationParentId: unit,
    }),
  );
  scp = await org.policy(
    'SERVICE_CONTROL_POLICY',
    policy({ Action: '*' }, { Sid: 'KeepPoints', Effect: 'Deny', Action: 'backup:DeleteRecoveryPoint' }),
    'guard',
  );
  await org.attach(scp, unit);
  ann = `arn:aws:iam::${member.accountId}:user/ops/ann`;
  role = `arn:aws:iam::${member.accountId}:role/Deploy`;
  await makeIdentities(org.server.client(iam.IAMClient, { credentials: member.credentials }));
});
afterAll(() => org[Symbol.asyncDispose]());

async function makeIdentities(client: iam.IAMClient): Promise<void> {
  await client.send(
    new iam.CreateUserCommand({ UserName: 'ann', Path: '/ops/', Tags: [{ Key: 'team', Value: 'red' }] }),
  );
  const blue = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } };
  const own = policy({ Sid: 'Blue', Action: 'backup:StartBackupJob', Condition: blue }, { Action: 'backup:Delete*' });
  await client.send(new iam.PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'own', PolicyDocument: own }));
  await client.send(new iam.CreateGroupCommand({ GroupName: 'Readers' }));
  await client.send(new iam.AddUserToGroupCommand({ GroupName: 'Readers', UserName: 'ann' }));
  const reading = policy({ Sid: 'Read', Action: ['backup:List*', 'backup:Describe*'] });
  await client.send(
    new iam.PutGroupPolicyCommand({ GroupName: 'Readers', PolicyName: 'read', PolicyDocument: reading }),
  );
  const trust = policy({ Resource: undefined, Principal: { AWS: ann }, Action: 'sts:AssumeRole' });
  await client.send(
    new iam.CreateRoleCommand({
      RoleName: 'Deploy',
      AssumeRolePolicyDocument: trust,
      PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
    }),
  );
  await client.send(
    new iam.AttachRolePolicyCommand({ RoleName: 'Deploy', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
  );
}

interface Question {
  readonly principal?: string;
  readonly action?: string;
  readonly resource?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

async function explain(
  { principal = ann, action = 'backup:ListBackupVaults', resource, context = {} }: Question = {},
  credentials: Credentials = member.credentials,
): Promise<AccessExplanation> {
  const session = { endpoint: org.server.endpoint, region: 'us-east-1', credentials };
  const Context = Object.entries(context).map(([Key, Values]) => ({ Key, Values }));
  const ResourceArn = resource === undefined ? {} : { ResourceArn: resource };
  const input = { PrincipalArn: principal, Action: action, ...ResourceArn, Context };
  return readExplanation(await askOwnService(session, 'ExplainAccess', input));
}

const refused = (question: Question, credentials?: Credentials): Promise<string> =>
  explain(question, credentials).then(
    ({ decision }) => decision,
    (error: Error) => error.message,
  );

describe('an answer', () => {
  test('that allows names one statement of each layer that had to allow', async () => {
    const { decision, because, decidedBy } = await explain();
    expect({ decision, because }).toEqual({ decision: 'ALLOWED' });
    expect(decidedBy).toMatchObject([
      { origin: { layer: 'identity', policy: 'read', on: 'group Readers' }, statement: 1, sid: 'Read', misses: [] },
      { origin: { layer: 'service-control', policy: 'p-FullAWSAccess', on: `Root (${org.rootId})` } },
      { origin: { layer: 'service-control', policy: 'p-FullAWSAccess', on: `unit (${unit})` } },
      { origin: { layer: 'service-control', policy: 'p-FullAWSAccess', on: `member (${member.accountId})` } },
    ]);
  });

  test('that finds no allow names the nearest statement, and what it lacks', async () => {
    expect(await explain({ action: 'backup:StartBackupJob' })).toMatchObject({
      decision: 'DENIED',
      because: 'because no identity-based policy allows the backup:StartBackupJob action',
      decidedBy: [],
      nearest: [
        {
          origin: { policy: 'own', on: 'user ann' },
          sid: 'Blue',
          misses: [
            {
              element: 'Condition',
              operator: 'StringEquals',
              key: 'aws:PrincipalTag/team',
              wanted: ['blue'],
              actual: ['red'],
            },
          ],
        },
      ],
    });
  });

  test('to the management account says which statement of which control policy denies, and where it hangs', async () => {
    const question = { action: 'backup:DeleteRecoveryPoint', resource: 'arn:aws:ec2:us-east-1::snapshot/x' };
    expect(await explain(question, org.server.management.credentials)).toMatchObject({
      decision: 'DENIED',
      because: `with an explicit deny in a service control policy: ${scpArn()}`,
      decidedBy: [
        {
          origin: { layer: 'service-control', policy: scp, name: 'guard', on: `unit (${unit})` },
          statement: 2,
          sid: 'KeepPoints',
          effect: 'Deny',
        },
      ],
    });
  });

  test('to a member says which control policy it is, not what it says', async () => {
    const [finding, ...others] = (await explain({ action: 'backup:DeleteRecoveryPoint' })).decidedBy;
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ origin: { policy: scp, on: `unit (${unit})` } });
    expect(finding).not.toHaveProperty('sid');
  });

  test('names the boundary that does not reach', async () => {
    expect(await explain({ principal: role, action: 'backup:CreateBackupVault' })).toMatchObject({
      because: 'because no permissions boundary allows the backup:CreateBackupVault action',
      nearest: [],
    });
  });

  test('knows the trust policy of a role, and whom it names', async () => {
    const assume = { action: 'sts:AssumeRole', resource: role };
    expect(await explain(assume)).toMatchObject({
      decision: 'ALLOWED',
      decidedBy: [{ origin: { layer: 'trust', on: role } }, {}, {}, {}],
    });
    const root = `arn:aws:iam::${member.accountId}:root`;
    expect(await explain({ ...assume, principal: root })).toMatchObject({
      because: 'because no role trust policy allows the sts:AssumeRole action',
      nearest: [{ misses: [{ element: 'Principal', written: { AWS: expect.anything() } }] }],
    });
  });

  test('counts the session policies of a session that lives', async () => {
    const client = org.server.client(iam.IAMClient, { credentials: member.credentials });
    const { AccessKey: key } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'ann' }));
    const credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
    const Policy = policy({ Action: 'iam:*' });
    await org.server
      .client(sts.STSClient, { credentials })
      .send(new sts.AssumeRoleCommand({ RoleArn: role, RoleSessionName: 'narrow', Policy }));
    const of = (name: string) => `arn:aws:sts::${member.accountId}:assumed-role/Deploy/${name}`;
    expect(await explain({ principal: of('narrow') })).toMatchObject({
      because: 'because no session policy allows the backup:ListBackupVaults action',
    });
    expect(await explain({ principal: of('wide') })).toMatchObject({ decision: 'ALLOWED' });
  });

  test('says when nobody can sign in to the account any more', async () => {
    const closing = await org.account('closing');
    const { management } = org.server;
    const notes = async () =>
      (await explain({ principal: `arn:aws:iam::${closing}:root` }, management.credentials)).notes;
    expect(await notes()).toEqual([]);
    await org.client.send(new organizations.CloseAccountCommand({ AccountId: closing }));
    expect(await notes()).toEqual([expect.stringContaining('The account is closed')]);
  });

  test('takes condition keys of the request, several values a key', async () => {
    const client = org.server.client(iam.IAMClient, { credentials: member.credentials });
    const keys = { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'env'] } };
    const PolicyDocument = policy({ Action: 'backup:TagResource', Condition: keys });
    await client.send(new iam.PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'tagging', PolicyDocument }));
    const asked = (...values: string[]) =>
      explain({ action: 'backup:TagResource', context: { 'aws:TagKeys': values } });
    expect((await asked('team', 'env')).decision).toBe('ALLOWED');
    expect((await asked('team', 'cost')).nearest).toMatchObject([{ misses: [{ actual: ['team', 'cost'] }] }]);
  });

  test('says that Organizations has rules of its own for members', async () => {
    const { notes } = await explain({ action: 'organizations:ListAccounts' });
    expect(notes).toEqual([expect.stringContaining('Organizations has rules of its own')]);
  });

  test.each(['root', 'user', 'role'])('is what the authorizer decides, for a %s and many actions', async (kind) => {
    const { accountId } = member;
    const principal = { root: `arn:aws:iam::${accountId}:root`, user: ann, role }[kind] ?? '';
    const { installation } = org.server;
    for (const action of [
      'backup:ListBackupVaults',
      'backup:DeleteRecoveryPoint',
      'iam:CreateUser',
      'sts:AssumeRole',
    ]) {
      const explained = await installation.authorizer.explain(installation.db, principal, { action, resource: '*' });
      const caller = await callerOf(principal);
      const decided = await installation.authorizer.decide(installation.db, caller, { action, resource: '*' });
      expect(explained?.decision).toEqual(decided);
    }
  });

  async function callerOf(arn: string) {
    const { accountId } = member;
    if (arn.endsWith(':root')) return { kind: 'root', accountId, arn, userId: accountId, accessKeyId: '' } as const;
    const client = org.server.client(iam.IAMClient, { credentials: member.credentials });
    if (arn === ann) {
      const { User } = await client.send(new iam.GetUserCommand({ UserName: 'ann' }));
      return {
        kind: 'user',
        accountId,
        arn,
        userId: present(User?.UserId, 'id'),
        accessKeyId: '',
        userName: 'ann',
      } as const;
    }
    const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'Deploy' }));
    return {
      kind: 'session',
      accountId,
      arn: `arn:aws:sts::${accountId}:assumed-role/Deploy/s`,
      userId: `${present(Role?.RoleId, 'id')}:s`,
      accessKeyId: '',
      roleArn: arn,
      sessionName: 's',
      sessionPolicies: [],
      sessionPolicyArns: [],
      sessionTags: {},
      issuedAt: 0,
      expiresAt: 0,
    } as const;
  }
});

describe('asking', () => {
  test('takes the permission to simulate the principal', async () => {
    const client = org.server.client(iam.IAMClient, { credentials: member.credentials });
    await client.send(new iam.CreateUserCommand({ UserName: 'asker' }));
    const { AccessKey: key } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'asker' }));
    const credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
    expect(await refused({}, credentials)).toContain('is not authorized to perform: iam:SimulatePrincipalPolicy');
    const PolicyDocument = policy({ Action: 'iam:SimulatePrincipalPolicy', Resource: ann });
    await client.send(new iam.PutUserPolicyCommand({ UserName: 'asker', PolicyName: 'p', PolicyDocument }));
    expect(await refused({}, credentials)).toBe('ALLOWED');
    expect(await refused({ principal: role }, credentials)).toContain('iam:SimulatePrincipalPolicy');
    const session = `arn:aws:sts::${member.accountId}:assumed-role/Deploy/s1`;
    expect(await refused({ principal: session }, credentials)).toContain('iam:SimulatePrincipalPolicy');
    const both = policy({ Action: 'iam:SimulatePrincipalPolicy', Resource: [ann, role] });
    await client.send(new iam.PutUserPolicyCommand({ UserName: 'asker', PolicyName: 'p', PolicyDocument: both }));
    expect(await refused({ principal: session }, credentials)).toBe('ALLOWED');
  });

  test('about another account is for its management account alone, and tells nobody else what is there', async () => {
    const { management } = org.server;
    expect(await refused({}, management.credentials)).toBe('ALLOWED');
    const existing = await refused({}, stranger.credentials);
    expect(existing).toContain('Only principals of your own account');
    expect(await refused({ principal: ann.replace('ann', 'nobody') }, stranger.credentials)).toBe(existing);
    const upwards = `arn:aws:iam::${management.accountId}:root`;
    expect(await refused({ principal: upwards })).toBe(existing);
  });

  test('about what another account owns is for that account and its management account', async () => {
    const resource = `arn:aws:backup:us-east-1:${member.accountId}:backup-vault:v`;
    const mine = `arn:aws:iam::${stranger.accountId}:root`;
    expect(await refused({ principal: mine, resource }, stranger.credentials)).toContain('belongs to account');
    expect(await refused({ resource }, org.server.management.credentials)).toBe('ALLOWED');
  });

  const rows: [rule: string, question: Question, answer: string][] = [
    ['a principal is an ARN', { principal: 'ann' }, 'is not the ARN of a principal'],
    ['an action is one', { action: 'backup:*' }, 'is not an action'],
    ['a resource is an ARN', { resource: 'vault' }, 'is neither an ARN nor'],
    ['a condition key is known', { context: { 'aws:Nobody': ['x'] } }, 'aws:Nobody is not known here'],
    ['facts are not made up', { context: { 'aws:PrincipalTag/team': ['blue'] } }, 'follows from what is asked about'],
    ['keys have values', { context: { 'aws:TagKeys': [] } }, 'ALLOWED'],
  ];
  test.each(rows)('%s', async (_rule, question, answer) => {
    expect(await refused(question)).toContain(answer);
  });

  test('about nobody is an error', async () => {
    for (const principal of [ann.replace('/ops', ''), `${role}X`, `arn:aws:iam::${member.accountId}:group/Readers`]) {
      expect(await refused({ principal })).toContain('There is no user, role, session or root');
    }
  });
});
