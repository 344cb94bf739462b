/**
 * Confused deputies: ways to have the server do or tell, with its own rights, what the caller may not do or know. Each
 * was looked for by hand; what every operation refuses is in other-accounts.test.ts.
 */
import * as backup from '@aws-sdk/client-backup';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { HOUR_MS, ManualClock, present } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type Credentials,
  type TestAccount,
  type TestServer,
  testServer,
} from '../../packages/server/src/testing/server.ts';
import { encode, getCallerIdentity, send, sign } from '../../packages/wire/src/testing/raw-request.ts';
import { buildWorld, type World } from './world.ts';

const clock = new ManualClock(Date.parse('2030-03-20T05:00:00Z'));
let server: TestServer;
let victim: World;
let rival: World;
let made = 0;
let name: string;

beforeAll(async () => {
  server = await testServer({ clock });
  victim = await buildWorld(server, server.management, 'zanzibar');
  rival = await buildWorld(server, await server.createAccount(), 'barbados');
});
beforeEach(() => {
  name = `deputy-${++made}`;
});
afterAll(() => server[Symbol.asyncDispose]());

const policy = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const EVERYTHING = { Effect: 'Allow', Action: '*', Resource: '*' };

/** A user of the account with these statements. */
async function user({ credentials }: TestAccount, ...statements: object[]): Promise<Credentials> {
  const client = server.client(iam.IAMClient, { credentials });
  await client.send(new iam.CreateUserCommand({ UserName: name }));
  const PolicyDocument = policy(...statements);
  await client.send(new iam.PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument }));
  const { AccessKey: key } = await client.send(new iam.CreateAccessKeyCommand({ UserName: name }));
  return {
    accessKeyId: present(key?.AccessKeyId, 'the key'),
    secretAccessKey: present(key?.SecretAccessKey, 'the secret'),
  };
}

const refusalOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no refusal',
    (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error)),
  );

test('a policy of the caller’s own does not tell the tags of another account’s things', async () => {
  const guess = (value: string) => ({
    Effect: 'Deny',
    Action: '*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/zanzibar': value } },
  });
  const { vaultArn, recoveryPointArn, iamPolicyArn, vaultName } = victim.things;
  const told = async (value: string) => {
    name = `${name}-${value}`;
    const credentials = await user(rival.owner, EVERYTHING, guess(value));
    const [backups, identities] = [
      server.client(backup.BackupClient, { credentials }),
      server.client(iam.IAMClient, { credentials }),
    ];
    const point = { BackupVaultName: vaultName, RecoveryPointArn: recoveryPointArn };
    const answers = [
      await refusalOf(backups.send(new backup.ListTagsCommand({ ResourceArn: vaultArn }))),
      await refusalOf(backups.send(new backup.DescribeRecoveryPointCommand(point))),
      await refusalOf(identities.send(new iam.GetPolicyCommand({ PolicyArn: iamPolicyArn }))),
    ];
    return answers.map((answer) => answer.replaceAll(name, ''));
  };
  expect(await told('zanzibar')).toEqual(await told('wrong'));
});

test('a refusal does not tell which policies hang above another account', async () => {
  const owner = await server.createAccount(name);
  const vaultArn = `arn:aws:backup:us-east-1:${owner.accountId}:backup-vault:any`;
  const client = server.client(backup.BackupClient, rival.owner);
  const listTags = () => refusalOf(client.send(new backup.ListTagsCommand({ ResourceArn: vaultArn })));
  const before = await listTags();
  const boss = server.client(organizations.OrganizationsClient, owner);
  await boss.send(new organizations.CreateOrganizationCommand({}));
  const { Roots: roots } = await boss.send(new organizations.ListRootsCommand({}));
  const PolicyType = 'RESOURCE_CONTROL_POLICY';
  await boss.send(new organizations.EnablePolicyTypeCommand({ RootId: roots?.[0]?.Id, PolicyType }));
  const created = await boss.send(
    new organizations.CreatePolicyCommand({
      Type: PolicyType,
      Name: name,
      Description: '',
      Content: policy({ Effect: 'Deny', Principal: '*', Action: 'backup:*', Resource: '*' }),
    }),
  );
  const PolicyId = created.Policy?.PolicySummary?.Id;
  await boss.send(new organizations.AttachPolicyCommand({ PolicyId, TargetId: roots?.[0]?.Id }));
  expect(await listTags()).toBe(before);
  const own = server.client(backup.BackupClient, rival.owner);
  const ghost = vaultArn.replace(owner.accountId, '111111111111');
  const ofNobody = await refusalOf(own.send(new backup.ListTagsCommand({ ResourceArn: ghost })));
  expect(before).toBe(ofNobody.replaceAll('111111111111', owner.accountId));
});

test.each([
  ['an account', 'us-east-1:111111111111'],
  ['an address', 'us-east-1.evil.test'],
  ['nothing that is a region', 'US EAST'],
])('a region that holds %s is none: it would become part of ARNs', async (_what, region) => {
  const { accessKeyId, secretAccessKey } = rival.owner.credentials;
  const signed = await sign(getCallerIdentity, { service: 'sts', at: clock.now(), accessKeyId, secretAccessKey });
  const authorization = signed.headers['authorization']?.replace('/eu-central-1/', `/${region}/`) ?? '';
  const { status, body } = await send(port(), { ...signed, headers: { ...signed.headers, authorization } });
  expect(status).toBeGreaterThanOrEqual(400);
  expect(body).toContain('Credential should be scoped to a valid region.');
});

function port(): number {
  return Number(new URL(server.endpoint).port);
}

test('an ARN of another partition names nothing: policies are written for this one', async () => {
  const foreign = victim.things.vaultArn.replace('arn:aws:', 'arn:aws-cn:');
  const guarded = { Effect: 'Deny', Action: 'backup:TagResource', Resource: victim.things.vaultArn };
  const credentials = await user(victim.owner, EVERYTHING, guarded);
  const client = server.client(backup.BackupClient, { credentials });
  const tag = (ResourceArn: string) => client.send(new backup.TagResourceCommand({ ResourceArn, Tags: { a: 'b' } }));
  expect(await refusalOf(tag(victim.things.vaultArn))).toContain('AccessDeniedException');
  expect(await refusalOf(tag(foreign))).toContain('InvalidParameterValueException');
});

test('another letter case does not get around a policy that names a user', async () => {
  const admin = server.client(iam.IAMClient, victim.owner);
  await admin.send(new iam.CreateUserCommand({ UserName: 'Guarded' }));
  const Resource = `arn:aws:iam::${victim.owner.accountId}:user/Guarded`;
  const credentials = await user(victim.owner, EVERYTHING, { Effect: 'Deny', Action: 'iam:DeleteUser', Resource });
  const client = server.client(iam.IAMClient, { credentials });
  for (const UserName of ['Guarded', 'GUARDED', 'guarded']) {
    expect(await refusalOf(client.send(new iam.DeleteUserCommand({ UserName }))), UserName).toContain('AccessDenied');
  }
});

test.each(['StartBackupJob', 'StartRestoreJob', 'StartCopyJob'])(
  '%s takes no role of another account, not even one that trusts the service',
  async (operation) => {
    const { vaultName, resourceArn, recoveryPointArn, copyVaultArn } = rival.things;
    const role = { IamRoleArn: victim.things.roleArn };
    const point = { RecoveryPointArn: recoveryPointArn, ...role };
    const client = server.client(backup.BackupClient, rival.owner);
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      StartBackupJob: () =>
        client.send(
          new backup.StartBackupJobCommand({ BackupVaultName: vaultName, ResourceArn: resourceArn, ...role }),
        ),
      StartRestoreJob: () =>
        client.send(new backup.StartRestoreJobCommand({ ...point, Metadata: { newFileSystem: 'true' } })),
      StartCopyJob: () =>
        client.send(
          new backup.StartCopyJobCommand({
            ...point,
            SourceBackupVaultName: vaultName,
            DestinationBackupVaultArn: copyVaultArn,
          }),
        ),
    };
    const refusal = await refusalOf(present(calls[operation], operation)());
    expect(refusal).toMatch(/^AccessDenied.*iam:PassRole on resource: .*role\/zanzibar-role/);
  },
);

test('a policy of the organization cannot name a role of another account', async () => {
  const all = {
    iam_role_arn: { '@@assign': victim.things.roleArn },
    tag_key: { '@@assign': 'backup' },
    tag_value: { '@@assign': ['yes'] },
  };
  const rules = { daily: { target_backup_vault_name: { '@@assign': rival.things.vaultName } } };
  const plan = { regions: { '@@assign': ['us-east-1'] }, rules, selections: { tags: { all } } };
  const client = server.client(organizations.OrganizationsClient, rival.owner);
  const create = new organizations.CreatePolicyCommand({
    Type: 'BACKUP_POLICY',
    Name: name,
    Description: '',
    Content: JSON.stringify({ plans: { [name]: plan } }),
  });
  expect(await refusalOf(client.send(create))).toContain('MalformedPolicyDocumentException');
});

test('a selection with a role of another account, however it came there, makes no jobs', async () => {
  const { db } = server.installation;
  const { accountId, planId } = rival.things;
  const roleArn = `arn:aws:iam::${victim.owner.accountId}:role/service-role/AWSBackupDefaultServiceRole`;
  await db.updateTable('backup_selection').set({ iam_role_arn: roleArn }).where('plan_id', '=', planId).execute();
  clock.advance(25 * HOUR_MS);
  await server.tick('scheduler');
  const occurrences = await db
    .selectFrom('schedule_occurrence')
    .select(['jobs', 'reason'])
    .where('account_id', '=', accountId)
    .where('plan_id', '=', planId)
    .execute();
  expect(occurrences.map(({ jobs }) => jobs)).toEqual([0]);
  expect(occurrences[0]?.reason).toContain(`IAM Role ${roleArn} cannot be assumed by AWS Backup`);
});

test('a role that is made anew under its old name does not revive the sessions of the old one', async () => {
  const client = server.client(iam.IAMClient, victim.owner);
  const Principal = { AWS: `arn:aws:iam::${victim.owner.accountId}:root` };
  const AssumeRolePolicyDocument = policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal });
  const make = () => client.send(new iam.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  const { Role: role } = await make();
  const { Credentials: given } = await server
    .client(STSClient, victim.owner)
    .send(new AssumeRoleCommand({ RoleArn: role?.Arn, RoleSessionName: 'old' }));
  const credentials = {
    accessKeyId: present(given?.AccessKeyId, 'the key'),
    secretAccessKey: present(given?.SecretAccessKey, 'the secret'),
    sessionToken: present(given?.SessionToken, 'the token'),
  };
  await client.send(new iam.DeleteRoleCommand({ RoleName: name }));
  await make();
  const PolicyDocument = policy(EVERYTHING);
  await client.send(new iam.PutRolePolicyCommand({ RoleName: name, PolicyName: 'all', PolicyDocument }));
  const old = server.client(iam.IAMClient, { credentials });
  expect(await refusalOf(old.send(new iam.ListUsersCommand({})))).toContain('InvalidClientTokenId');
});

test('who left an organization sees nothing of it, and is not seen', async () => {
  const guest = await server.createAccount(name);
  const boss = server.client(organizations.OrganizationsClient, victim.owner);
  const own = server.client(organizations.OrganizationsClient, guest);
  const { Handshake: invitation } = await boss.send(
    new organizations.InviteAccountToOrganizationCommand({ Target: { Type: 'ACCOUNT', Id: guest.accountId } }),
  );
  await own.send(new organizations.AcceptHandshakeCommand({ HandshakeId: invitation?.Id }));
  await server.tick('publisher');
  const ofGuest = () =>
    server
      .client(backup.BackupClient, victim.owner)
      .send(new backup.ListBackupJobsCommand({ ByAccountId: guest.accountId }));
  await insertJob(guest.accountId);
  expect((await ofGuest()).BackupJobs).toHaveLength(1);
  await own.send(new organizations.LeaveOrganizationCommand({}));
  expect((await ofGuest()).BackupJobs).toEqual([]);
  for (const call of [
    own.send(new organizations.DescribeOrganizationCommand({})),
    own.send(new organizations.DescribeEffectivePolicyCommand({ PolicyType: 'BACKUP_POLICY' })),
  ]) {
    expect(await refusalOf(call)).toContain('AWSOrganizationsNotInUseException');
  }
});

/** A job like one of the victim's. */
async function insertJob(accountId: string): Promise<void> {
  const { db } = server.installation;
  const job = await db
    .selectFrom('backup_job')
    .selectAll()
    .where('id', '=', victim.things.backupJobId)
    .executeTakeFirstOrThrow();
  const { request, created_by } = job;
  await db
    .insertInto('backup_job')
    .values({ ...job, id: name, account_id: accountId, request, created_by, created_at: clock.now() })
    .execute();
}

test('a delegated administrator of another service sees no jobs but its own', async () => {
  const boss = server.client(organizations.OrganizationsClient, victim.owner);
  const ServicePrincipal = 'config.amazonaws.com';
  await boss.send(new organizations.EnableAWSServiceAccessCommand({ ServicePrincipal }));
  const AccountId = victim.member.accountId;
  await boss.send(new organizations.RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal }));
  const client = server.client(backup.BackupClient, victim.member);
  for (const ByAccountId of ['*', victim.owner.accountId]) {
    const { BackupJobs: jobs } = await client.send(new backup.ListBackupJobsCommand({ ByAccountId }));
    expect(jobs).toEqual([]);
  }
});

test.each([
  '/backup-vaults/..%2F..%2Fetc',
  '/backup-vaults/../../etc/passwd',
  '/backup-vaults/%00',
  '/backup/plans/..%2Forgs',
  '/backup-jobs/%2e%2e%2f%2e%2e',
])('%s leads nowhere', async (path) => {
  const at = clock.now();
  const request = { method: 'GET', path, query: {}, headers: { host: 'holdfast.test' }, body: '' };
  const signed = await sign(request, { service: 'backup', at, region: 'us-east-1', ...rival.owner.credentials });
  const { status, body } = await send(port(), signed);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(body).not.toContain(encode('zanzibar'));
});
