import * as sdk from '@aws-sdk/client-backup';
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
import { backup } from './service.ts';
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

/** A copy and a restore. */
async function otherJobsOf(accountId: string): Promise<void> {
  const { db, clock } = world.server.installation;
  const vault = `arn:aws:backup:${REGION}:${accountId}:backup-vault:vault`;
  const point = `arn:aws:backup:${REGION}:${accountId}:recovery-point:1`;
  const resource = `arn:aws:rds:${REGION}:${accountId}:db:one`;
  const times = { created_at: clock.now(), run_after: clock.now() };
  const of = {
    account_id: accountId,
    region: REGION,
    resource_type: 'RDS',
    iam_role_arn: roleArnOf(accountId),
    ...times,
  };
  const ends = { source_vault_arn: vault, source_recovery_point_arn: point, destination_vault_arn: vault };
  const copy = { id: `copy-${accountId}`, state: 'CREATED', resource_arn: resource, ...of, ...ends } as const;
  await db.insertInto('copy_job').values(copy).execute();
  const from = {
    recovery_point_arn: point,
    source_resource_arn: resource,
    vault_arn: vault,
    metadata: {},
    recovery_point_created_at: null,
  };
  await db
    .insertInto('restore_job')
    .values({ id: `restore-${accountId}`, status: 'PENDING', ...of, ...from })
    .execute();
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

/** Every operation that may name another account's jobs, and every one that may name another account's vault. */
const JOB_LISTS = ['ListBackupJobs', 'ListCopyJobs', 'ListRestoreJobs'];
const VAULT_READS = [
  'DescribeBackupVault',
  'DescribeRecoveryPoint',
  'GetRecoveryPointRestoreMetadata',
  'ListProtectedResourcesByBackupVault',
  'ListRecoveryPointsByBackupVault',
];
type Schema = readonly unknown[];

test('the doors to other accounts that are tried below are all there are', () => {
  const schemas = new Map(
    Object.values<unknown>({ ...sdk }).flatMap((value) =>
      Array.isArray(value) && value[0] === 9 ? [[String(value[2]), value as Schema] as const] : [],
    ),
  );
  const doors = backup
    .operations()
    .filter(({ implemented }) => implemented)
    .map(({ name }) => name)
    .filter((name) => {
      const input = (schemas.get(name)?.[4] as (() => Schema) | Schema) ?? [];
      const members = (typeof input === 'function' ? input() : input)[4];
      return Array.isArray(members) && members.some((member) => /AccountId$/.test(String(member)));
    });
  expect(doors.toSorted()).toEqual([...JOB_LISTS, ...VAULT_READS].toSorted());
});

test('trusted access off shuts every door, on opens it again with nothing to set up anew', async () => {
  const { management, installation } = world.server;
  const { db } = installation;
  const reads = (caller: TestAccount) =>
    Promise.all(
      JOB_LISTS.map(async (name) => {
        const Command = (sdk as unknown as Record<string, unknown>)[`${name}Command`] as new (
          input: object,
        ) => ListBackupJobsCommand;
        const client = world.client({ credentials: caller.credentials });
        const answer = await client.send(new Command({ ByAccountId: '*' }));
        const jobs = Object.values(answer).find(Array.isArray) as { AccountId: string }[];
        return [name, [...new Set(jobs.map(({ AccountId }) => AccountId))].toSorted()] as const;
      }),
    );
  const everyone = [...ids(management, shop, payments)].toSorted();
  const open = JOB_LISTS.map((name) => [name, everyone]);
  const shut = (caller: TestAccount) => JOB_LISTS.map((name) => [name, [caller.accountId]]);
  const roles = () =>
    db.selectFrom('iam_role').select(['account_id', 'name']).orderBy('account_id').orderBy('name').execute();
  const plans = () => db.selectFrom('backup_plan').selectAll().orderBy('id').execute();
  const before = [await roles(), await plans()];
  for (const { accountId } of [management, shop, payments]) await otherJobsOf(accountId);

  await trust(true);
  for (const caller of [management, payments]) expect(await reads(caller)).toEqual(open);
  await trust(false);
  for (const caller of [management, payments]) expect(await reads(caller)).toEqual(shut(caller));
  expect([await roles(), await plans()]).toEqual(before);
  await trust(true);
  for (const caller of [management, payments]) expect(await reads(caller)).toEqual(open);
  expect(await reads(shop)).toEqual(shut(shop));
});

test.each(VAULT_READS)('%s opens no vault of another account, with or without trusted access', async (name) => {
  const Command = (sdk as unknown as Record<string, unknown>)[`${name}Command`] as new (
    input: object,
  ) => DescribeBackupJobCommand;
  const RecoveryPointArn = `arn:aws:backup:${REGION}:${shop.accountId}:recovery-point:1`;
  const input = { BackupVaultName: 'vault', BackupVaultAccountId: shop.accountId, RecoveryPointArn };
  for (const on of [true, false]) {
    await trust(on);
    for (const caller of [world.server.management, payments]) {
      const client = world.client({ credentials: caller.credentials });
      const failure = await failureOf(client.send(new Command(input)));
      expect(failure).toMatchObject({
        name: expect.stringMatching(/^(AccessDenied|ResourceNotFound|InvalidParameter|InvalidRequest)/),
      });
    }
  }
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
