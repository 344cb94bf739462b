import {
  DescribeBackupJobCommand,
  DescribeGlobalSettingsCommand,
  ListBackupJobsCommand,
  ListCopyJobsCommand,
  ListRestoreJobsCommand,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup';
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  DisableAWSServiceAccessCommand,
  EnableAWSServiceAccessCommand,
  OrganizationsClient,
  RegisterDelegatedAdministratorCommand,
} from '@aws-sdk/client-organizations';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBackupJobs } from '../../store/jobs.ts';
import type { TestAccount } from '../../testing/server.ts';
import { type BackupWorld, backupWorld, failureOf, REGION, roleArnOf } from './testing/backup-world.ts';

const ServicePrincipal = 'backup.amazonaws.com';
let world: BackupWorld;
let organizations: OrganizationsClient;
let shop: TestAccount;
let payments: TestAccount;
let outsider: TestAccount;
beforeAll(async () => {
  world = await backupWorld();
  organizations = world.server.client(OrganizationsClient);
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  shop = await member('shop');
  payments = await member('payments');
  outsider = await world.server.createAccount('outsider');
  await world.vaultRow('vault');
  const ResourceArn = await world.directory('docs');
  const own = new StartBackupJobCommand({ BackupVaultName: 'vault', ResourceArn, IamRoleArn: world.roleArn });
  await world.backup.send(own);
  for (const { accountId } of [shop, payments, outsider]) await jobOf(accountId);
});
afterAll(() => world[Symbol.asyncDispose]());

async function member(AccountName: string): Promise<TestAccount> {
  const command = new CreateAccountCommand({ AccountName, Email: `${AccountName}@members.test` });
  const { CreateAccountStatus: status } = await organizations.send(command);
  await world.server.tick('accounts');
  const done = await organizations.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: status?.Id }));
  return world.server.adminOf(present(done.CreateAccountStatus?.AccountId, 'account'));
}

async function jobOf(accountId: string): Promise<void> {
  const { db, clock } = world.server.installation;
  const now = clock.now();
  const job = {
    id: `job-${accountId}`,
    accountId,
    region: REGION,
    vaultName: 'vault',
    resourceArn: `arn:aws:rds:${REGION}:${accountId}:db:one`,
    resourceType: 'RDS',
    iamRoleArn: roleArnOf(accountId),
    request: {},
    createdAt: now,
    scheduledAt: now,
    startBy: now + 3_600_000,
    completeBy: now + 7_200_000,
  };
  await db.transaction().execute((tx) => createBackupJobs(tx, [job]));
}

/** Ids of the accounts whose jobs the caller sees. */
async function seen(caller: TestAccount, ByAccountId?: string): Promise<Set<string>> {
  const client = world.client({ credentials: caller.credentials });
  const { BackupJobs: jobs = [] } = await client.send(
    new ListBackupJobsCommand({ ...(ByAccountId && { ByAccountId }) }),
  );
  return new Set(jobs.map((job) => job.AccountId ?? ''));
}
const ids = (...accounts: TestAccount[]) => new Set(accounts.map((account) => account.accountId));
const trust = (on: boolean) =>
  organizations.send(
    on
      ? new EnableAWSServiceAccessCommand({ ServicePrincipal })
      : new DisableAWSServiceAccessCommand({ ServicePrincipal }),
  );

test('without trusted access everyone sees their own jobs alone', async () => {
  const { management } = world.server;
  expect(await seen(management)).toEqual(ids(management));
  expect(await seen(management, '*')).toEqual(ids(management));
  expect(await seen(management, shop.accountId)).toEqual(ids());
});

test('with trusted access the management account sees the organization’s jobs, and no others', async () => {
  const { management } = world.server;
  await trust(true);
  expect(await seen(management)).toEqual(ids(management));
  expect(await seen(management, '*')).toEqual(ids(management, shop, payments));
  expect(await seen(management, shop.accountId)).toEqual(ids(shop));
  expect(await seen(management, outsider.accountId)).toEqual(ids());
  for (const command of [
    new ListCopyJobsCommand({ ByAccountId: '*' }),
    new ListRestoreJobsCommand({ ByAccountId: '*' }),
  ])
    await world.backup.send(command as ListCopyJobsCommand);
});

test('a member and a stand-alone account see their own jobs, whatever they ask for', async () => {
  await trust(true);
  expect(await seen(shop, '*')).toEqual(ids(shop));
  expect(await seen(shop, payments.accountId)).toEqual(ids());
  expect(await seen(outsider, '*')).toEqual(ids(outsider));
});

test('a delegated administrator sees the organization’s jobs while there is trusted access', async () => {
  await trust(true);
  const { accountId: AccountId } = payments;
  await organizations.send(new RegisterDelegatedAdministratorCommand({ AccountId, ServicePrincipal }));
  expect(await seen(payments, '*')).toEqual(ids(world.server.management, shop, payments));
  await trust(false);
  expect(await seen(payments, '*')).toEqual(ids(payments));
});

test('only lists reach into other accounts', async () => {
  await trust(true);
  const describe = new DescribeBackupJobCommand({ BackupJobId: `job-${shop.accountId}` });
  expect(await failureOf(world.backup.send(describe))).toMatchObject({ name: 'ResourceNotFoundException' });
});

test('all global settings of an organization are off', async () => {
  const { GlobalSettings } = await world.backup.send(new DescribeGlobalSettingsCommand({}));
  expect(GlobalSettings).toEqual({
    isCrossAccountBackupEnabled: 'false',
    isMpaEnabled: 'false',
    isDelegatedAdministratorEnabled: 'false',
  });
});
