import * as iam from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { ManualClock, SECOND_MS } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertAccount, newAccountId } from '../../store/account.ts';
import { createAccountRoles, ORGANIZATION_ACCESS_ROLE } from '../../store/roles.ts';
import { type Credentials, type TestAccount, type TestServer, testServer } from '../../testing/server.ts';

let server: TestServer;
let management: TestAccount;
let admin: iam.IAMClient;
/** A user who may do nothing, until a test lets them. */
let ann: Credentials;
const ANN = 'ann';

beforeAll(async () => {
  server = await testServer();
  management = server.management;
  admin = server.client(iam.IAMClient);
  ann = await newUser(ANN);
});
afterAll(() => server[Symbol.asyncDispose]());

const allow = (...statements: object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
  });
const trusting = (principal: unknown, more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole', ...more }],
  });
const arnOf = (name: string, account = management): string => `arn:aws:iam::${account.accountId}:${name}`;

async function newUser(UserName: string): Promise<Credentials> {
  await admin.send(new iam.CreateUserCommand({ UserName }));
  const { AccessKey } = await admin.send(new iam.CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

async function newRole(RoleName: string, trust: string, document?: string, MaxSessionDuration = 3600): Promise<string> {
  await admin.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, MaxSessionDuration }));
  if (document) {
    await admin.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: document }));
  }
  return arnOf(`role/${RoleName}`);
}

async function assume(credentials: Credentials, input: Partial<AssumeRoleCommandInput>): Promise<Credentials> {
  const client = server.client(STSClient, { credentials });
  const answer = await client.send(new AssumeRoleCommand({ RoleArn: '', RoleSessionName: 'test', ...input }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

const whoAmI = (credentials: Credentials) =>
  server.client(STSClient, { credentials }).send(new GetCallerIdentityCommand());
const listUsers = (credentials: Credentials) =>
  server.client(iam.IAMClient, { credentials }).send(new iam.ListUsersCommand());
const denied = (message: string | RegExp = '') => ({
  name: 'AccessDenied',
  message: message instanceof RegExp ? expect.stringMatching(message) : expect.stringContaining(message),
  $metadata: expect.objectContaining({ httpStatusCode: 403 }),
});

describe('GetCallerIdentity', () => {
  test('says who signed', async () => {
    const { Account, Arn, UserId } = await whoAmI(management.credentials);
    expect({ Account, Arn }).toEqual({ Account: management.accountId, Arn: arnOf('user/admin') });
    expect(UserId).toMatch(/^AIDA[A-Z2-7]{17}$/);
  });

  test('needs no permission', async () => {
    expect((await whoAmI(ann)).Arn).toBe(arnOf('user/ann'));
  });

  test('a test server with a clock of its own has clients that sign by it', async () => {
    const clock = new ManualClock(Date.parse('2031-01-01T00:00:00Z'));
    await using future = await testServer({ clock });
    const client = future.client(STSClient);
    for (let day = 0; day < 3; day++) {
      await expect(client.send(new GetCallerIdentityCommand())).resolves.toMatchObject({
        Account: future.management.accountId,
      });
      clock.advance(86_400 * SECOND_MS);
    }
  });
});

describe('AssumeRole', () => {
  test('a session has the role’s permissions, and is called by role and session name', async () => {
    const RoleArn = await newRole('Reader', trusting({ AWS: arnOf('user/ann') }), allow({ Action: 'iam:ListUsers' }));
    const session = await assume(ann, { RoleArn, RoleSessionName: 'work@1' });
    expect(session.accessKeyId).toMatch(/^ASIA[A-Z2-7]{16}$/);
    const { Arn, UserId, Account } = await whoAmI(session);
    expect(Arn).toBe(`arn:aws:sts::${management.accountId}:assumed-role/Reader/work@1`);
    expect(UserId).toMatch(/^AROA[A-Z2-7]{17}:work@1$/);
    expect(Account).toBe(management.accountId);
    await expect(listUsers(session)).resolves.toBeDefined();
    await expect(
      server.client(iam.IAMClient, { credentials: session }).send(new iam.ListRolesCommand()),
    ).rejects.toMatchObject(
      denied(
        `User: ${Arn} is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::${management.accountId}:role/ because no`,
      ),
    );
    await expect(listUsers(ann)).rejects.toMatchObject(
      denied('because no identity-based policy allows the iam:ListUsers'),
    );
  });

  test('trusting the account leaves it to the account’s own policies who may', async () => {
    const RoleArn = await newRole('ByAccount', trusting({ AWS: management.accountId }));
    await expect(assume(ann, { RoleArn })).rejects.toMatchObject(
      denied('because no identity-based policy allows the sts:AssumeRole action'),
    );
    const bob = await newUser('bob');
    const PolicyDocument = allow({ Action: 'sts:AssumeRole', Resource: RoleArn });
    await admin.send(new iam.PutUserPolicyCommand({ UserName: 'bob', PolicyName: 'p', PolicyDocument }));
    await expect(assume(bob, { RoleArn })).resolves.toBeDefined();
  });

  test('a role that trusts somebody else may not even be assumed by an administrator', async () => {
    const RoleArn = await newRole('ForBackup', trusting({ Service: 'backup.amazonaws.com' }));
    await expect(assume(management.credentials, { RoleArn })).rejects.toMatchObject(
      denied('because no role trust policy allows the sts:AssumeRole action'),
    );
  });

  test('a role that does not exist is refused in the same words as one of another account that does not trust', async () => {
    const other = await server.createAccount();
    const refused = (RoleArn: string): Promise<string> =>
      assume(management.credentials, { RoleArn }).then(
        () => 'let in',
        (error: Error) => error.message.replace(RoleArn, 'ROLE'),
      );
    const missing = arnOf('role/None', other);
    const closed = arnOf('role/service-role/AWSBackupDefaultServiceRole', other);
    expect(await refused(missing)).toBe(await refused(closed));
    expect(await refused(missing)).toContain('not authorized');
  });

  test('the management account’s administrator gets into a member through its access role', async () => {
    const { db, random } = server.installation;
    const accountId = newAccountId(random);
    await db.transaction().execute(async (tx) => {
      await insertAccount(tx, { id: accountId, name: 'm', email: 'm@example.test', state: 'ACTIVE', created_at: 0 });
      const access = { managementAccountId: management.accountId, roleName: ORGANIZATION_ACCESS_ROLE };
      await createAccountRoles(tx, { accountId, access, random, now: 0 });
    });
    const RoleArn = `arn:aws:iam::${accountId}:role/${ORGANIZATION_ACCESS_ROLE}`;
    const inside = await assume(management.credentials, { RoleArn });
    expect((await whoAmI(inside)).Account).toBe(accountId);
    expect((await listUsers(inside)).Users).toEqual([]);
    await expect(assume(ann, { RoleArn })).rejects.toMatchObject(denied());
    const stranger = await server.createAccount();
    await expect(assume(stranger.credentials, { RoleArn })).rejects.toMatchObject(denied());
  });

  test('an external id that the role asks for must be given', async () => {
    const condition = { Condition: { StringEquals: { 'sts:ExternalId': 'agreed' } } };
    const RoleArn = await newRole('External', trusting({ AWS: arnOf('user/ann') }, condition));
    await expect(assume(ann, { RoleArn })).rejects.toMatchObject(denied());
    await expect(assume(ann, { RoleArn, ExternalId: 'other' })).rejects.toMatchObject(denied());
    await expect(assume(ann, { RoleArn, ExternalId: 'agreed' })).resolves.toBeDefined();
  });

  test('session policies narrow and never widen', async () => {
    const RoleArn = await newRole(
      'Narrowed',
      trusting({ AWS: arnOf('user/ann') }),
      allow({ Action: ['iam:ListUsers', 'iam:ListRoles'] }),
    );
    const narrowed = await assume(ann, { RoleArn, Policy: allow({ Action: ['iam:ListUsers', 'iam:ListPolicies'] }) });
    const client = server.client(iam.IAMClient, { credentials: narrowed });
    await expect(client.send(new iam.ListUsersCommand())).resolves.toBeDefined();
    await expect(client.send(new iam.ListRolesCommand())).rejects.toMatchObject(
      denied('because no session policy allows'),
    );
    await expect(client.send(new iam.ListPoliciesCommand())).rejects.toMatchObject(denied('no identity-based policy'));
    const PolicyArns = [{ arn: 'arn:aws:iam::aws:policy/AWSOrganizationsReadOnlyAccess' }];
    await expect(listUsers(await assume(ann, { RoleArn, PolicyArns }))).rejects.toMatchObject(
      denied('no session policy'),
    );
    await expect(assume(ann, { RoleArn, Policy: '{"Statement":1}' })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    await expect(assume(ann, { RoleArn, PolicyArns: [{ arn: arnOf('policy/none') }] })).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
    await expect(assume(ann, { RoleArn, Policy: allow({ Action: `iam:${'x'.repeat(2_100)}` }) })).rejects.toMatchObject(
      { name: 'PackedPolicyTooLargeException' },
    );
  });

  test('session tags need sts:TagSession and become aws:PrincipalTag', async () => {
    const tags = { Tags: [{ Key: 'Team', Value: 'blue' }] };
    const own = allow({ Action: 'iam:ListUsers', Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } });
    const closed = await newRole('Untagged', trusting({ AWS: arnOf('user/ann') }), own);
    await expect(assume(ann, { RoleArn: closed, ...tags })).rejects.toMatchObject(denied('sts:TagSession'));
    const both = { Action: ['sts:AssumeRole', 'sts:TagSession'] };
    const RoleArn = await newRole('TaggedSession', trusting({ AWS: arnOf('user/ann') }, both), own);
    await expect(listUsers(await assume(ann, { RoleArn }))).rejects.toMatchObject(denied());
    await expect(listUsers(await assume(ann, { RoleArn, ...tags }))).resolves.toBeDefined();
  });

  test.each<[what: string, input: Partial<AssumeRoleCommandInput>, message: string]>([
    ['a duration above the role’s', { DurationSeconds: 3601 }, 'exceeds the MaxSessionDuration set for this role'],
    ['a duration below 15 minutes', { DurationSeconds: 899 }, 'greater than or equal to 900'],
    ['a session name with a space', { RoleSessionName: 'a b' }, 'regular expression pattern'],
    ['a session name of one character', { RoleSessionName: 'a' }, 'length greater than or equal to 2'],
    ['a transitive tag that is not passed', { TransitiveTagKeys: ['a'] }, 'must be included in the requested tags'],
    [
      'a context of an application',
      { ProvidedContexts: [{ ProviderArn: 'arn:aws:iam::aws:contextProvider/x' }] },
      'is not supported here',
    ],
  ])('%s is refused', async (_what, input, message) => {
    const RoleArn = arnOf('role/Reader');
    await expect(assume(ann, { RoleArn, ...input })).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining(message),
    });
  });

  test('a session made from a session lasts one hour at most', async () => {
    const first = await newRole('First', trusting({ AWS: arnOf('user/ann') }), allow({ Action: 'sts:AssumeRole' }));
    const second = await newRole('Second', trusting({ AWS: first }), undefined, 7200);
    const chained = await assume(ann, { RoleArn: first });
    await expect(assume(chained, { RoleArn: second, DurationSeconds: 3601 })).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('role chaining'),
    });
    await expect(assume(chained, { RoleArn: second, DurationSeconds: 3600 })).resolves.toBeDefined();
  });

  test('deleting a role ends its sessions', async () => {
    const RoleArn = await newRole('Short', trusting({ AWS: arnOf('user/ann') }));
    const session = await assume(ann, { RoleArn });
    await whoAmI(session);
    await admin.send(new iam.DeleteRoleCommand({ RoleName: 'Short' }));
    await expect(whoAmI(session)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  test('secrets of keys and sessions are nowhere in the database as they are', async () => {
    const RoleArn = await newRole('Sealed', trusting({ AWS: arnOf('user/ann') }));
    const session = await assume(ann, { RoleArn });
    const { db } = server.installation;
    const rows = [
      ...(await db.selectFrom('access_key').selectAll().execute()),
      ...(await db.selectFrom('iam_session').selectAll().execute()),
    ];
    const text = rows.map((row) => `${JSON.stringify(row)}${row.secret_sealed.toString('latin1')}`).join();
    for (const secret of [ann.secretAccessKey, session.secretAccessKey, session.sessionToken ?? '']) {
      expect(secret.length).toBeGreaterThan(30);
      expect(text.includes(secret)).toBe(false);
    }
  });
});
