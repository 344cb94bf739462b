import * as iam from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_CONTROLS } from '../store/account-place.ts';
import { findUser } from '../store/identity-users.ts';
import { type TestServer, testServer } from '../testing/server.ts';
import type { Decision, Question, RoleProblem } from './authorizer.ts';
import type { Caller } from './caller.ts';

let server: TestServer;
let client: iam.IAMClient;
let accountId: string;
beforeAll(async () => {
  server = await testServer();
  client = server.client(iam.IAMClient);
  accountId = server.management.accountId;
});
afterAll(() => server[Symbol.asyncDispose]());

const policy = (...statements: object[]): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement })),
  });
const trusting = (Service: string, more: object = {}): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole', ...more }],
  });

const orgPath = (path: string) => ({ 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': path } });

async function newUser(UserName: string, document: string, more: Partial<iam.CreateUserRequest> = {}): Promise<Caller> {
  await client.send(new iam.CreateUserCommand({ UserName, ...more }));
  await client.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: document }));
  const user = await findUser(server.installation.db, accountId, UserName);
  const arn = `arn:aws:iam::${accountId}:user/${UserName}`;
  return { kind: 'user', accountId, arn, userId: user?.id ?? '', accessKeyId: '', userName: UserName };
}

const decide = (caller: Caller, question: Partial<Question> = {}): Promise<Decision> =>
  server.installation.authorizer.decide(server.installation.db, caller, {
    action: 'backup:ListBackupPlans',
    resource: '*',
    ...question,
  });

describe('a user', () => {
  test('may from the next question on what a policy newly allows, and no more what it no longer does', async () => {
    const caller = await newUser('changing', policy({ Action: 'iam:*' }));
    expect(await decide(caller)).toEqual({
      allowed: false,
      because: 'because no identity-based policy allows the backup:ListBackupPlans action',
    });
    const put = (PolicyDocument: string) =>
      client.send(new iam.PutUserPolicyCommand({ UserName: 'changing', PolicyName: 'p', PolicyDocument }));
    await put(policy({ Action: 'backup:*' }));
    expect(await decide(caller)).toEqual({ allowed: true });
    await put(policy({ Action: 'backup:*' }, { Effect: 'Deny', Action: 'backup:List*' }));
    expect(await decide(caller)).toEqual({
      allowed: false,
      because: 'with an explicit deny in an identity-based policy',
    });
  });

  test('is held by its boundary', async () => {
    const more = { PermissionsBoundary: 'arn:aws:iam::aws:policy/AWSOrganizationsReadOnlyAccess' };
    const caller = await newUser('bounded', policy({ Action: '*' }), more);
    expect(await decide(caller)).toMatchObject({
      allowed: false,
      because: expect.stringContaining('permissions boundary'),
    });
    expect(await decide(caller, { action: 'organizations:ListRoots' })).toEqual({ allowed: true });
  });

  test('is known by tags, name, account, ARN and kind', async () => {
    const keys = {
      StringEquals: {
        'aws:PrincipalTag/Team': 'blue',
        'aws:username': 'tagged',
        'aws:PrincipalAccount': accountId,
        'aws:PrincipalType': 'User',
        'aws:ResourceAccount': accountId,
      },
      ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${accountId}:user/tagged` },
      DateGreaterThan: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' },
      Null: { 'aws:PrincipalOrgID': 'true' },
    };
    const tags = { Tags: [{ Key: 'team', Value: 'blue' }] };
    expect(await decide(await newUser('tagged', policy({ Action: '*', Condition: keys }), tags))).toEqual({
      allowed: true,
    });
  });

  test('cannot say who it is by the request', async () => {
    const condition = { StringEquals: { 'aws:PrincipalTag/Team': 'blue', 'aws:username': 'pretender' } };
    const caller = await newUser('pretender', policy({ Action: '*', Condition: condition }), {
      Tags: [{ Key: 'Team', Value: 'red' }],
    });
    const context = { 'aws:principaltag/team': ['blue'], 'aws:username': ['pretender'] };
    expect(await decide(caller, { context })).toMatchObject({ allowed: false });
  });

  test('may not reach what another account owns, however wide its policies', async () => {
    const caller = await newUser('wide', policy({ Action: '*' }));
    const resource = 'arn:aws:backup:us-east-1:999999999999:backup-vault:v';
    const because = 'because no resource-based policy allows the backup:DeleteBackupVault action';
    const question = { action: 'backup:DeleteBackupVault', resource };
    expect(await decide(caller, question)).toEqual({ allowed: false, because });
    const root: Caller = {
      kind: 'root',
      accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      userId: accountId,
      accessKeyId: '',
    };
    expect(await decide(root, question)).toEqual({ allowed: false, because });
    expect(await decide(root, { ...question, resource: resource.replace('999999999999', accountId) })).toEqual({
      allowed: true,
    });
    const document = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: accountId }, Action: 'backup:*', Resource: resource }],
    });
    const resourcePolicy = { document, kind: 'resource', accountId: '999999999999' } as const;
    expect(await decide(caller, { ...question, resourcePolicy })).toEqual({ allowed: true });
  });

  test.each([
    ['a condition', { Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } } }, true],
    ['a condition, whatever its letters', { Condition: { Null: { 'AWS:RESOURCETAG/team': 'true' } } }, true],
    ['a variable', { Resource: 'arn:aws:backup:*:*:backup-vault:${aws:ResourceTag/team}' }, true],
    ['no place', { Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } } }, false],
  ])('with tags of resources in %s of a policy is decided with them', async (place, more, looks) => {
    const UserName = `looking-${place.replaceAll(/\W/g, '-')}`;
    const caller = await newUser(UserName, policy({ Action: '*' }));
    const { authorizer, db } = server.installation;
    const put = (PolicyDocument: string) =>
      client.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument }));
    expect(await authorizer.looksAtTags(db, caller)).toBe(false);
    await put(policy({ Action: '*', ...more }));
    expect(await authorizer.looksAtTags(db, caller)).toBe(looks);
    // The same key, spelled with an escape.
    await put(policy({ Action: '*', ...more }).replaceAll(/tag\//gi, '\\u0074ag/'));
    expect(await authorizer.looksAtTags(db, caller)).toBe(looks);
  });

  test('is in its organization, at the node above its account', async () => {
    const standing = {
      policies: [{ document: policy({ Action: '*', Condition: orgPath('o-1/r-1/ou-1/') }) }],
      boundary: undefined,
      sessionPolicies: [],
      tags: {},
      membership: {
        organization: { id: 'o-1', rootId: 'r-1', managementAccountId: accountId, featureSet: 'ALL' },
        accountId,
        path: `o-1/r-1/ou-1/${accountId}/`,
      },
      controls: NO_CONTROLS,
    } as const;
    const caller = await newUser('placed', policy({ Action: 'iam:*' }));
    expect(await decide({ ...caller, standing })).toEqual({ allowed: true });
  });

  test('that is gone may do nothing', async () => {
    const caller = await newUser('gone', policy({ Action: '*' }));
    await client.send(new iam.DeleteUserPolicyCommand({ UserName: 'gone', PolicyName: 'p' }));
    await client.send(new iam.DeleteUserCommand({ UserName: 'gone' }));
    expect(await decide(caller)).toMatchObject({ allowed: false });
  });
});

describe('a role for a service', () => {
  const backup = 'backup.amazonaws.com';
  const problem = (roleName: string, ...questions: Question[]): Promise<RoleProblem | undefined> =>
    server.installation.authorizer.roleProblem(
      server.installation.db,
      `arn:aws:iam::${accountId}:role/${roleName}`,
      backup,
      questions,
    );
  const copy: Question = {
    action: 'backup:CopyIntoBackupVault',
    resource: `arn:aws:backup:us-east-1:${accountId}:backup-vault:v`,
  };
  const newRole = async (RoleName: string, trust: string, document?: string) => {
    await client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
    if (document)
      await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: document }));
  };

  test('the default role may do what backup, copy and restore jobs need', async () => {
    const region = `us-east-1:${accountId}`;
    expect(
      await problem(
        'service-role/AWSBackupDefaultServiceRole',
        { action: 'elasticfilesystem:Backup', resource: `arn:aws:elasticfilesystem:${region}:file-system/fs-1` },
        { action: 'elasticfilesystem:Restore', resource: `arn:aws:elasticfilesystem:${region}:file-system/fs-1` },
        { action: 'rds:CreateDBSnapshot', resource: `arn:aws:rds:${region}:db:x` },
        { action: 'rds:RestoreDBInstanceFromDBSnapshot', resource: `arn:aws:rds:${region}:db:y` },
        { action: 'backup:CopyFromBackupVault', resource: `arn:aws:backup:${region}:recovery-point:1` },
        copy,
      ),
    ).toBeUndefined();
  });

  test('that does not exist is missing, also when only its path is wrong', async () => {
    expect(await problem('None')).toEqual({ kind: 'missing' });
    expect(await problem('AWSBackupDefaultServiceRole')).toEqual({ kind: 'missing' });
    expect(await problem('service-role/awsbackupdefaultservicerole')).toEqual({ kind: 'missing' });
  });

  test('that trusts another service is not assumable', async () => {
    await newRole('Lambda', trusting('lambda.amazonaws.com'));
    expect(await problem('Lambda')).toEqual({ kind: 'not-assumable' });
  });

  test('that trusts the service for its own account is assumable; for another account it is not', async () => {
    const only = (account: string) => ({ Condition: { StringEquals: { 'aws:SourceAccount': account } } });
    await newRole('Own', trusting(backup, only(accountId)));
    await newRole('Foreign', trusting(backup, only('999999999999')));
    expect(await problem('Own')).toBeUndefined();
    expect(await problem('Foreign')).toEqual({ kind: 'not-assumable' });
  });

  test('that lacks a permission is denied by name', async () => {
    await newRole('Weak', trusting(backup), policy({ Action: 'backup:CopyFromBackupVault' }));
    expect(await problem('Weak', { ...copy, action: 'backup:CopyFromBackupVault' }, copy)).toEqual({
      kind: 'denied',
      action: 'backup:CopyIntoBackupVault',
      because: 'because no identity-based policy allows the backup:CopyIntoBackupVault action',
    });
  });
});
