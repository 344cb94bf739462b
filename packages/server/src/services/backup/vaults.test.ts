import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CreateBackupVaultCommand,
  DeleteBackupVaultCommand,
  DescribeBackupVaultCommand,
  ListBackupVaultsCommand,
  ListTagsCommand,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findVault } from '../../store/vaults.ts';
import { type BackupWorld, backupWorld, failureOf, REGION } from './testing/backup-world.ts';

let world: BackupWorld;
beforeAll(async () => {
  world = await backupWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const create = (BackupVaultName: string, more: object = {}) =>
  world.backup.send(new CreateBackupVaultCommand({ BackupVaultName, ...more }));
const describe = (BackupVaultName: string, more: object = {}) =>
  world.backup.send(new DescribeBackupVaultCommand({ BackupVaultName, ...more }));
const rowOf = async (name: string) =>
  present(await findVault(world.server.installation.db, { accountId: world.accountId, region: REGION, name }), name);

test('a vault is AVAILABLE with a repository of its own when CreateBackupVault answers', async () => {
  const created = await create('first', { BackupVaultTags: { team: 'a' }, CreatorRequestId: 'request-1' });
  expect(created.BackupVaultArn).toBe(`arn:aws:backup:${REGION}:${world.accountId}:backup-vault:first`);
  const vault = await describe('first');
  expect(vault).toMatchObject({
    BackupVaultName: 'first',
    BackupVaultArn: created.BackupVaultArn,
    VaultType: 'BACKUP_VAULT',
    VaultState: 'AVAILABLE',
    NumberOfRecoveryPoints: 0,
    Locked: false,
    CreatorRequestId: 'request-1',
    CreationDate: created.CreationDate,
  });
  expect((await rowOf('first')).repository_id).toMatch(/^[0-9a-f]{64}$/);
  const { Tags } = await world.backup.send(new ListTagsCommand({ ResourceArn: created.BackupVaultArn }));
  expect(Tags).toEqual({ team: 'a' });
});

test('the password is sealed in the row and nowhere in clear', async () => {
  await create('sealed');
  const row = await rowOf('sealed');
  const password = world.server.installation.sealer.open(row.key_sealed, `vault-key:${row.id}`).toString('utf8');
  expect(password).toHaveLength(43);
  expect(JSON.stringify({ ...row, key_sealed: row.key_sealed.toString('latin1') })).not.toContain(password);
  expect(JSON.stringify(world.server.events)).not.toContain(password);
});

test('the same CreatorRequestId gets the same vault, another one AlreadyExistsException', async () => {
  const first = await create('twice', { CreatorRequestId: 'same' });
  expect(await create('twice', { CreatorRequestId: 'same' })).toMatchObject({ BackupVaultArn: first.BackupVaultArn });
  const failure = create('twice', { CreatorRequestId: 'other' });
  await expect(failure).rejects.toMatchObject({
    name: 'AlreadyExistsException',
    message: 'Backup vault with the same name already exists',
    Arn: first.BackupVaultArn,
    CreatorRequestId: 'same',
  });
});

test.each<[rule: string, name: string, more: object, failure: object]>([
  ['names have at least two characters', 'x', {}, { name: 'InvalidParameterValueException' }],
  ['names hold no periods', 'a.b', {}, { name: 'InvalidParameterValueException' }],
  [
    'a key cannot be chosen',
    'keyed',
    { EncryptionKeyArn: 'arn:aws:kms:us-east-1:111122223333:key/1' },
    { name: 'InvalidParameterValueException', message: expect.stringContaining('EncryptionKeyArn is not supported') },
  ],
  [
    'aws: tags are reserved',
    'tagged',
    { BackupVaultTags: { 'aws:x': '1' } },
    { name: 'InvalidParameterValueException' },
  ],
  [
    'a vault has at most 50 tags',
    'tagged',
    { BackupVaultTags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, ''])) },
    { name: 'LimitExceededException' },
  ],
])('CreateBackupVault: %s', async (_rule, name, more, failure) => {
  expect(await failureOf(create(name, more))).toMatchObject(failure);
});

test('a Region without a site takes no vaults', async () => {
  const elsewhere = world.client({ region: 'ap-south-1' });
  expect(await failureOf(elsewhere.send(new CreateBackupVaultCommand({ BackupVaultName: 'far' })))).toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The Region ap-south-1 has no site in this installation.',
  });
});

test('an account may have as many vaults in a Region as its quota says', async () => {
  await using small = await backupWorld({
    settings: { quotas: { ...world.server.installation.settings.quotas, vaultsPerRegion: 1 } },
  });
  await small.vaultRow('one');
  expect(await failureOf(small.vault('two'))).toMatchObject({ name: 'LimitExceededException' });
});

test('a vault that is not there answers DescribeBackupVault as one that may not be seen', async () => {
  const denied = { name: 'AccessDeniedException', message: 'Insufficient privileges to perform this action.' };
  expect(await failureOf(describe('missing'))).toEqual(denied);
  await world.vaultRow('foreign');
  expect(await failureOf(describe('foreign', { BackupVaultAccountId: '111122223333' }))).toEqual(denied);
});

test('vaults of one account and Region are unknown in another', async () => {
  await world.vaultRow('mine');
  const other = await world.server.createAccount();
  for (const caller of [{ credentials: other.credentials }, { region: 'eu-central-1' }]) {
    const client = world.client(caller);
    expect((await client.send(new ListBackupVaultsCommand({}))).BackupVaultList).toEqual([]);
    expect(await failureOf(client.send(new DescribeBackupVaultCommand({ BackupVaultName: 'mine' })))).toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(await failureOf(client.send(new DeleteBackupVaultCommand({ BackupVaultName: 'mine' })))).toMatchObject({
      name: 'ResourceNotFoundException',
    });
  }
});

test('ListBackupVaults lists by name, in pages, and knows that nothing is shared', async () => {
  await using fresh = await backupWorld();
  for (const name of ['bb', 'aa', 'Cc']) await fresh.vaultRow(name);
  const list = (more: object) => fresh.backup.send(new ListBackupVaultsCommand(more));
  const first = await list({ MaxResults: 2 });
  expect(first.BackupVaultList?.map((vault) => vault.BackupVaultName)).toEqual(['Cc', 'aa']);
  const second = await list({ MaxResults: 2, NextToken: first.NextToken });
  expect(second.BackupVaultList?.map((vault) => vault.BackupVaultName)).toEqual(['bb']);
  expect(second.NextToken).toBeUndefined();
  expect((await list({ ByShared: true })).BackupVaultList).toEqual([]);
  expect((await list({ ByVaultType: 'LOGICALLY_AIR_GAPPED_BACKUP_VAULT' })).BackupVaultList).toEqual([]);
  expect((await list({ ByVaultType: 'BACKUP_VAULT' })).BackupVaultList).toHaveLength(3);
  expect(await failureOf(list({ NextToken: 'garbage' }))).toMatchObject({ name: 'InvalidParameterValueException' });
});

test('a vault into which a backup or a copy is running is not empty', async () => {
  await world.vaultRow('busy');
  const { db } = world.server.installation;
  const ResourceArn = await world.directory('written');
  const remove = () => world.backup.send(new DeleteBackupVaultCommand({ BackupVaultName: 'busy' }));
  const start = { BackupVaultName: 'busy', ResourceArn, IamRoleArn: world.roleArn };
  const { BackupJobId: id = '' } = await world.backup.send(new StartBackupJobCommand(start));
  for (const state of ['RUNNING', 'ABORTING'] as const) {
    await db.updateTable('backup_job').set({ state }).where('id', '=', id).execute();
    expect(await failureOf(remove())).toMatchObject({ name: 'InvalidRequestException', Code: 'ERROR_9101' });
  }
  await db.updateTable('backup_job').set({ state: 'ABORTED' }).where('id', '=', id).execute();
  expect(await remove()).toMatchObject({ $metadata: { httpStatusCode: 200 } });
});

test('only an empty vault can be deleted; its repository goes with it and its name is free again', async () => {
  await create('full');
  const arn = await world.point('full', { arn: `arn:aws:backup:${REGION}:${world.accountId}:recovery-point:1` });
  const remove = () => world.backup.send(new DeleteBackupVaultCommand({ BackupVaultName: 'full' }));
  expect(await failureOf(remove())).toEqual({
    name: 'InvalidRequestException',
    message: 'Backup vault cannot be deleted because it contains recovery points.',
    Code: 'ERROR_9101',
  });
  await world.server.installation.db.deleteFrom('recovery_point').where('arn', '=', arn).execute();
  const { id } = await rowOf('full');
  await remove();
  expect(await failureOf(remove())).toMatchObject({ name: 'ResourceNotFoundException' });
  const { db } = world.server.installation;
  expect(await db.selectFrom('backup_vault').selectAll().where('id', '=', id).execute()).toEqual([]);
  await create('full');
});

test('a vault whose repository could not be made stays CREATING until the room makes it', async () => {
  await using broken = await backupWorld();
  const folder = path.join(broken.server.folder, 'vaults');
  rmSync(folder, { recursive: true, force: true });
  writeFileSync(folder, 'a file where the folder should be');
  expect(await failureOf(broken.vault('late'))).toMatchObject({ name: 'ServiceUnavailableException' });
  const state = async () =>
    (await broken.backup.send(new DescribeBackupVaultCommand({ BackupVaultName: 'late' }))).VaultState;
  expect(await state()).toBe('CREATING');
  await broken.server.tick('vaults');
  expect(await state()).toBe('CREATING');
  rmSync(folder);
  await broken.server.tick('vaults');
  expect(await state()).toBe('AVAILABLE');
});

test('a deletion that a crash cut off is finished by the room', async () => {
  await create('half-gone');
  const { db } = world.server.installation;
  const { id } = await rowOf('half-gone');
  await db.updateTable('backup_vault').set({ state: 'DELETING' }).where('id', '=', id).execute();
  await world.server.tick('vaults');
  expect(await db.selectFrom('backup_vault').selectAll().where('id', '=', id).execute()).toEqual([]);
});
