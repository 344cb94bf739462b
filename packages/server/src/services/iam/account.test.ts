/** What IAM tells of an account as a whole, service-linked roles and their end, and what there is none of. */

import { BackupClient, CreateBackupVaultCommand, DeleteBackupVaultCommand } from '@aws-sdk/client-backup';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestAccount, type TestServer, testServer } from '../../testing/server.ts';
import { allow, fails, trusting } from './testing/documents.ts';

let server: TestServer;
let client: iam.IAMClient;
let accountId: string;
beforeAll(async () => {
  server = await testServer();
  client = server.client(iam.IAMClient);
  accountId = server.management.accountId;
});
afterAll(() => server[Symbol.asyncDispose]());

const backupTrust = trusting({ Service: 'backup.amazonaws.com' });

describe('an account alias', () => {
  const alias = (AccountAlias: string, as = client) => as.send(new iam.CreateAccountAliasCommand({ AccountAlias }));
  const aliases = async () => (await client.send(new iam.ListAccountAliasesCommand())).AccountAliases;

  test('is one an account: a new one takes the place of the old one, until it is deleted', async () => {
    expect(await aliases()).toEqual([]);
    await alias('first-name');
    await alias('second-name');
    expect(await aliases()).toEqual(['second-name']);
    const remove = (AccountAlias: string) => client.send(new iam.DeleteAccountAliasCommand({ AccountAlias }));
    await expect(remove('first-name')).rejects.toMatchObject(
      fails('NoSuchEntityException', 'The account alias first-name cannot be found.', 404),
    );
    await remove('second-name');
    expect(await aliases()).toEqual([]);
  });

  test('is unique in the installation', async () => {
    const other = server.client(iam.IAMClient, await server.createAccount());
    await alias('wanted', other);
    await expect(alias('wanted')).rejects.toMatchObject(
      fails('EntityAlreadyExistsException', 'The account alias wanted already exists.', 409),
    );
  });

  test.each(['Capital', 'a', '-dash', 'dash-', 'two--dashes', '123456789012'])('%s is refused', async (name) => {
    await expect(alias(name)).rejects.toMatchObject(fails('ValidationError', '', 400));
  });
});

describe('a service-linked role', () => {
  const remove = (RoleName: string, as = client) => as.send(new iam.DeleteServiceLinkedRoleCommand({ RoleName }));
  const status = (DeletionTaskId: string | undefined, as = client) =>
    as.send(new iam.GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }));

  test('goes when its service has nothing left that needs it, and is kept with the reason as long as it does', async () => {
    const BackupVaultName = 'holds';
    const backup = server.client(BackupClient);
    const { BackupVaultArn } = await backup.send(new CreateBackupVaultCommand({ BackupVaultName }));
    await server.tick('vaults');
    const RoleName = 'AWSServiceRoleForBackup';
    const refused = await remove(RoleName);
    expect(refused.DeletionTaskId).toMatch(
      /^task\/aws-service-role\/backup\.amazonaws\.com\/AWSServiceRoleForBackup\/[0-9a-f-]{36}$/,
    );
    expect(await status(refused.DeletionTaskId)).toMatchObject({
      Status: 'FAILED',
      Reason: {
        Reason: expect.stringContaining('backup vaults'),
        RoleUsageList: [{ Region: 'us-east-1', Resources: [BackupVaultArn] }],
      },
    });
    await client.send(new iam.GetRoleCommand({ RoleName }));
    await backup.send(new DeleteBackupVaultCommand({ BackupVaultName }));
    const { DeletionTaskId } = await remove(RoleName);
    expect((await status(DeletionTaskId)).Status).toBe('SUCCEEDED');
    await expect(client.send(new iam.GetRoleCommand({ RoleName }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    // It leaves nothing behind that would hold its policy or its name.
    const PolicyArn = 'arn:aws:iam::aws:policy/aws-service-role/AWSBackupServiceLinkedRolePolicyForBackup';
    expect((await client.send(new iam.GetPolicyCommand({ PolicyArn }))).Policy?.AttachmentCount).toBe(0);
    await client.send(new iam.CreateServiceLinkedRoleCommand({ AWSServiceName: 'backup.amazonaws.com' }));
  });

  test('of Organizations stays while the account is in an organization with all features', async () => {
    const account: TestAccount = await server.createAccount();
    const as = server.client(iam.IAMClient, account);
    const organization = server.client(organizations.OrganizationsClient, account);
    await organization.send(new organizations.CreateOrganizationCommand({ FeatureSet: 'ALL' }));
    const refused = await remove('AWSServiceRoleForOrganizations', as);
    expect(await status(refused.DeletionTaskId, as)).toMatchObject({
      Status: 'FAILED',
      Reason: { Reason: expect.stringMatching(/organization o-[a-z0-9]+/), RoleUsageList: [] },
    });
    await organization.send(new organizations.DeleteOrganizationCommand());
    const done = await remove('AWSServiceRoleForOrganizations', as);
    expect((await status(done.DeletionTaskId, as)).Status).toBe('SUCCEEDED');
    await expect(status(done.DeletionTaskId)).rejects.toMatchObject(fails('NoSuchEntityException', 'task', 404));
  });

  test('is what a role must be to be deleted this way', async () => {
    await client.send(new iam.CreateRoleCommand({ RoleName: 'Ordinary', AssumeRolePolicyDocument: backupTrust }));
    await expect(remove('Ordinary')).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await client.send(new iam.GetRoleCommand({ RoleName: 'Ordinary' }));
  });
});

describe('GetAccountSummary', () => {
  test('counts what there is and tells the quotas', async () => {
    const as = server.client(iam.IAMClient, await server.createAccount());
    const summary = async () => (await as.send(new iam.GetAccountSummaryCommand())).SummaryMap ?? {};
    const before = await summary();
    await as.send(new iam.CreateGroupCommand({ GroupName: 'g' }));
    const { Policy } = await as.send(new iam.CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('a:b') }));
    await as.send(new iam.CreatePolicyVersionCommand({ PolicyArn: Policy?.Arn, PolicyDocument: allow('c:d') }));
    expect(before).toMatchObject({
      Users: 1,
      Groups: 0,
      Policies: 0,
      AccountAccessKeysPresent: 0,
      AccountMFAEnabled: 0,
    });
    expect(await summary()).toEqual({ ...before, Groups: 1, Policies: 1, PolicyVersionsInUse: 2 });
    expect(before).toMatchObject({ GroupsQuota: 300, UsersQuota: 5_000, RolesQuota: 1_000, PoliciesQuota: 1_500 });
  });
});

test('GetAccountPasswordPolicy tells what passwords have to be like, which no account changes', async () => {
  const { PasswordPolicy } = await client.send(new iam.GetAccountPasswordPolicyCommand());
  expect(PasswordPolicy).toMatchObject({ MinimumPasswordLength: 12, RequireSymbols: false, ExpirePasswords: false });
  const UserName = 'short-password';
  await client.send(new iam.CreateUserCommand({ UserName }));
  const login = (chars: number) =>
    client.send(new iam.CreateLoginProfileCommand({ UserName, Password: 'x'.repeat(chars) }));
  await expect(login(11)).rejects.toMatchObject({ name: 'PasswordPolicyViolationException' });
  await login(12);
});

describe('GetAccountAuthorizationDetails', () => {
  let as: iam.IAMClient;
  let ownPolicy: string;
  const AWS_POLICY = 'arn:aws:iam::aws:policy/AWSBackupFullAccess';
  beforeAll(async () => {
    as = server.client(iam.IAMClient, await server.createAccount());
    const { Policy } = await as.send(new iam.CreatePolicyCommand({ PolicyName: 'own', PolicyDocument: allow('a:b') }));
    ownPolicy = Policy?.Arn ?? '';
    await as.send(new iam.CreateGroupCommand({ GroupName: 'group' }));
    await as.send(new iam.AttachGroupPolicyCommand({ GroupName: 'group', PolicyArn: AWS_POLICY }));
    const Tags = [{ Key: 'k', Value: 'v' }];
    await as.send(new iam.CreateUserCommand({ UserName: 'user', Tags, PermissionsBoundary: AWS_POLICY }));
    await as.send(new iam.AddUserToGroupCommand({ UserName: 'user', GroupName: 'group' }));
    await as.send(
      new iam.PutUserPolicyCommand({ UserName: 'user', PolicyName: 'inline', PolicyDocument: allow('c:d') }),
    );
    await as.send(new iam.CreateRoleCommand({ RoleName: 'role', AssumeRolePolicyDocument: backupTrust }));
    await as.send(new iam.AttachRolePolicyCommand({ RoleName: 'role', PolicyArn: ownPolicy }));
  });

  test('tells of each user, group, role and policy all that decides about it', async () => {
    const { UserDetailList, GroupDetailList, RoleDetailList, Policies, IsTruncated } = await as.send(
      new iam.GetAccountAuthorizationDetailsCommand(),
    );
    expect(IsTruncated).toBe(false);
    expect(UserDetailList?.find(({ UserName }) => UserName === 'user')).toMatchObject({
      GroupList: ['group'],
      UserPolicyList: [{ PolicyName: 'inline', PolicyDocument: encodeURIComponent(allow('c:d')).replace('*', '%2A') }],
      AttachedManagedPolicies: [],
      PermissionsBoundary: { PermissionsBoundaryArn: AWS_POLICY },
      Tags: [{ Key: 'k', Value: 'v' }],
    });
    expect(GroupDetailList).toMatchObject([
      { GroupName: 'group', AttachedManagedPolicies: [{ PolicyName: 'AWSBackupFullAccess', PolicyArn: AWS_POLICY }] },
    ]);
    expect(RoleDetailList?.find(({ RoleName }) => RoleName === 'role')).toMatchObject({
      AssumeRolePolicyDocument: encodeURIComponent(backupTrust),
      AttachedManagedPolicies: [{ PolicyName: 'own', PolicyArn: ownPolicy }],
      InstanceProfileList: [],
      RoleLastUsed: {},
    });
    expect(Policies?.find(({ Arn }) => Arn === ownPolicy)).toMatchObject({
      AttachmentCount: 1,
      PolicyVersionList: [{ VersionId: 'v1', IsDefaultVersion: true }],
    });
    expect(Policies?.find(({ Arn }) => Arn === AWS_POLICY)).toMatchObject({
      AttachmentCount: 1,
      PermissionsBoundaryUsageCount: 1,
    });
  });

  async function namesBy(pageSize: number, Filter?: iam.EntityType[]): Promise<(string | undefined)[]> {
    const names: (string | undefined)[] = [];
    for await (const page of iam.paginateGetAccountAuthorizationDetails({ client: as, pageSize }, { Filter })) {
      names.push(...(page.UserDetailList ?? []).map(({ UserName }) => UserName));
      names.push(...(page.GroupDetailList ?? []).map(({ GroupName }) => GroupName));
      names.push(...(page.RoleDetailList ?? []).map(({ RoleName }) => RoleName));
      names.push(...(page.Policies ?? []).map(({ PolicyName }) => PolicyName));
    }
    return names;
  }

  test('comes in pages that hold everything once', async () => {
    const whole = await namesBy(1_000);
    expect(new Set(whole).size).toBe(whole.length);
    expect(whole).toEqual(expect.arrayContaining(['user', 'group', 'role', 'own', 'AWSBackupFullAccess']));
    for (const size of [1, 2, 3]) expect(await namesBy(size)).toEqual(whole);
  });

  test.each<[iam.EntityType[], string[]]>([
    [['Group'], ['group']],
    [['LocalManagedPolicy'], ['own']],
    [
      ['User', 'Group'],
      ['admin', 'user', 'group'],
    ],
  ])('is filtered by kinds: %j', async (filter, expected) => {
    expect(await namesBy(2, filter)).toEqual(expected);
  });

  test('says nothing of other accounts', async () => {
    const text = JSON.stringify(await as.send(new iam.GetAccountAuthorizationDetailsCommand()));
    expect(text).not.toContain(accountId);
  });
});

describe('of what Holdfast has none of', () => {
  test('the lists that Terraform reads before it deletes a user or role are empty', async () => {
    await client.send(new iam.CreateUserCommand({ UserName: 'gone-soon' }));
    const UserName = 'gone-soon';
    const answers = await Promise.all([
      client.send(new iam.ListSSHPublicKeysCommand({ UserName })),
      client.send(new iam.ListServiceSpecificCredentialsCommand({ UserName })),
      client.send(new iam.ListSigningCertificatesCommand({ UserName })),
      client.send(new iam.ListInstanceProfilesForRoleCommand({ RoleName: 'AWSServiceRoleForBackup' })),
      client.send(new iam.ListInstanceProfilesCommand()),
      client.send(new iam.ListServerCertificatesCommand()),
      client.send(new iam.ListSAMLProvidersCommand()),
    ]);
    const lists = answers.flatMap((answer) => Object.values(answer).filter((value) => Array.isArray(value)));
    expect(lists).toEqual(answers.map(() => []));
  });

  test.each<[string, () => Promise<unknown>]>([
    ['an instance profile', () => client.send(new iam.GetInstanceProfileCommand({ InstanceProfileName: 'x' }))],
    ['a server certificate', () => client.send(new iam.GetServerCertificateCommand({ ServerCertificateName: 'x' }))],
    ['keys of nobody', () => client.send(new iam.ListSSHPublicKeysCommand({ UserName: 'nobody' }))],
    ['profiles of no role', () => client.send(new iam.ListInstanceProfilesForRoleCommand({ RoleName: 'none' }))],
  ])('%s cannot be found', async (_what, ask) => {
    await expect(ask()).rejects.toMatchObject(fails('NoSuchEntityException', 'cannot be found.', 404));
  });
});

describe('quotas of an account', () => {
  const outcomesOf = async (attempts: readonly Promise<unknown>[]): Promise<string[]> =>
    (await Promise.allSettled(attempts)).map((one) =>
      one.status === 'fulfilled' ? 'made' : (one.reason as Error).message,
    );

  test('of 300 groups are held, also against many at once', async () => {
    const { accountId: full, credentials } = await server.createAccount();
    const as = server.client(iam.IAMClient, { credentials });
    const named = (_: unknown, index: number) => ({ id: `AGPA${full}${index}`, name: `g${index}` });
    const groups = Array.from({ length: 298 }, named).map((group) => ({
      ...group,
      account_id: full,
      path: '/',
      created_at: 0,
    }));
    await server.installation.db.insertInto('iam_group').values(groups).execute();
    const outcomes = await outcomesOf(
      ['a', 'b', 'c', 'd'].map((GroupName) => as.send(new iam.CreateGroupCommand({ GroupName }))),
    );
    const refused = 'Cannot exceed quota for GroupsPerAccount: 300';
    expect(outcomes.toSorted()).toEqual([refused, refused, 'made', 'made']);
  });

  test('of 1,000 roles leave those of services out', async () => {
    const { accountId: full, credentials } = await server.createAccount();
    const as = server.client(iam.IAMClient, { credentials });
    // The account came with one role of its own and one of a service.
    await sql`
      insert into iam_role (id, account_id, name, path, trust_policy, max_session_seconds, tags, created_at)
      select 'AROA' || ${full}::text || n, ${full}, 'r' || n, '/', ${backupTrust}, 3600, '{}', 0
      from generate_series(1, 998) n`.execute(server.installation.db);
    const create = (RoleName: string) =>
      as.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: backupTrust }));
    expect(await outcomesOf([create('last')])).toEqual(['made']);
    expect(await outcomesOf([create('too-many')])).toEqual(['Cannot exceed quota for RolesPerAccount: 1000']);
  });
});
