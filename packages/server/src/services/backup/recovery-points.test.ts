import {
  DeleteRecoveryPointCommand,
  DescribeGlobalSettingsCommand,
  DescribeProtectedResourceCommand,
  DescribeRecoveryPointCommand,
  DescribeRegionSettingsCommand,
  GetRecoveryPointRestoreMetadataCommand,
  GetSupportedResourceTypesCommand,
  ListProtectedResourcesByBackupVaultCommand,
  ListProtectedResourcesCommand,
  ListRecoveryPointsByBackupVaultCommand,
  type ListRecoveryPointsByBackupVaultCommandInput,
  ListRecoveryPointsByResourceCommand,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateRecoveryPointLifecycleCommand,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import { DAY_MS, ManualClock, MINUTE_MS } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BackupWorld, backupWorld, failureOf, REGION } from './testing/backup-world.ts';

const NOW = Date.parse('2020-07-15T21:38:31.152Z');
const clock = new ManualClock(NOW);
let world: BackupWorld;
beforeAll(async () => {
  world = await backupWorld({ clock });
  await world.vaultRow('vault');
});
afterAll(() => world[Symbol.asyncDispose]());

const pointArn = (id: string) => `arn:aws:backup:${REGION}:${world.accountId}:recovery-point:${id}`;
const invalid = { name: 'InvalidParameterValueException' };
/** No policy of one's own reaches into another account. */
const denied = { name: 'AccessDeniedException' };
const missing = { name: 'ResourceNotFoundException' };
const describe = (RecoveryPointArn: string, BackupVaultName = 'vault') =>
  world.backup.send(new DescribeRecoveryPointCommand({ BackupVaultName, RecoveryPointArn }));

test('a point says what it is of, where it is and until when', async () => {
  const creator = { BackupPlanId: 'plan', BackupRuleId: 'rule' };
  const arn = await world.point('vault', {
    arn: pointArn('whole'),
    lifecycle: { DeleteAfterDays: 100 },
    delete_at: NOW + 100 * DAY_MS,
    created_by: creator,
  });
  expect(await describe(arn)).toMatchObject({
    RecoveryPointArn: arn,
    BackupVaultName: 'vault',
    BackupVaultArn: `arn:aws:backup:${REGION}:${world.accountId}:backup-vault:vault`,
    ResourceType: 'EFS',
    Status: 'COMPLETED',
    CreationDate: new Date(NOW),
    BackupSizeInBytes: 1_024,
    Lifecycle: { DeleteAfterDays: 100 },
    CalculatedLifecycle: { DeleteAt: new Date('2020-10-23T21:38:31.152Z') },
    IsEncrypted: true,
    StorageClass: 'WARM',
    CreatedBy: creator,
    IamRoleArn: world.roleArn,
  });
  const metadata = new GetRecoveryPointRestoreMetadataCommand({ BackupVaultName: 'vault', RecoveryPointArn: arn });
  expect(await world.backup.send(metadata)).toMatchObject({
    RestoreMetadata: { 'file-system-id': 'fs-1' },
    ResourceType: 'EFS',
  });
});

test('a point that is not in the vault, or whose vault is not there, is not found; another account’s is denied', async () => {
  await world.vaultRow('other');
  const arn = await world.point('vault', { arn: pointArn('placed') });
  expect(await failureOf(describe(pointArn('none')))).toMatchObject(missing);
  expect(await failureOf(describe(arn, 'other'))).toMatchObject(missing);
  expect(await failureOf(describe(arn, 'nowhere'))).toMatchObject(missing);
  const { credentials } = await world.server.createAccount();
  const theirs = world.client({ credentials });
  const command = new DescribeRecoveryPointCommand({ BackupVaultName: 'vault', RecoveryPointArn: arn });
  expect(await failureOf(theirs.send(command))).toMatchObject(denied);
  const remove = new DeleteRecoveryPointCommand({ BackupVaultName: 'vault', RecoveryPointArn: arn });
  expect(await failureOf(theirs.send(remove))).toMatchObject(denied);
});

test('the points of a vault are listed newest first, in pages, with all of AWS filters', async () => {
  await world.vaultRow('listed');
  const of = `arn:aws:rds:${REGION}:${world.accountId}:db:shop`;
  const at = (minutes: number) => NOW + minutes * MINUTE_MS;
  const one = await world.point('listed', { arn: pointArn('l1'), created_at: at(1) });
  const two = await world.point('listed', {
    arn: pointArn('l2'),
    created_at: at(2),
    created_by: { BackupPlanId: 'p' },
  });
  const three = await world.point('listed', {
    arn: pointArn('l3'),
    created_at: at(3),
    resource_arn: of,
    resource_type: 'RDS',
  });
  const list = async (more: Partial<ListRecoveryPointsByBackupVaultCommandInput>) => {
    const command = new ListRecoveryPointsByBackupVaultCommand({ BackupVaultName: 'listed', ...more });
    const answer = await world.backup.send(command);
    return { arns: answer.RecoveryPoints?.map((point) => point.RecoveryPointArn), token: answer.NextToken };
  };
  const table: [filter: Partial<ListRecoveryPointsByBackupVaultCommandInput>, expected: string[]][] = [
    [{}, [three, two, one]],
    [{ ByResourceArn: of }, [three]],
    [{ ByResourceType: 'EFS' }, [two, one]],
    [{ ByBackupPlanId: 'p' }, [two]],
    [{ ByCreatedBefore: new Date(at(2)) }, [one]],
    [{ ByCreatedAfter: new Date(at(2)) }, [three]],
    [{ ByParentRecoveryPointArn: one }, []],
  ];
  for (const [filter, expected] of table) expect((await list(filter)).arns, JSON.stringify(filter)).toEqual(expected);
  const first = await list({ MaxResults: 2 });
  expect(first.arns).toEqual([three, two]);
  expect(await list({ MaxResults: 2, NextToken: first.token ?? '' })).toEqual({ arns: [one], token: undefined });
  expect(await failureOf(list({ BackupVaultName: 'nowhere' }))).toMatchObject(missing);
  expect(await failureOf(list({ BackupVaultAccountId: '111122223333' }))).toMatchObject({
    name: 'AccessDeniedException',
  });

  const byResource = await world.backup.send(new ListRecoveryPointsByResourceCommand({ ResourceArn: of }));
  expect(byResource.RecoveryPoints).toEqual([
    expect.objectContaining({ RecoveryPointArn: three, BackupSizeBytes: 1_024, BackupVaultName: 'listed' }),
  ]);
});

test('a resource is protected while it has a point, and shows its latest one', async () => {
  await using fresh = await backupWorld({ clock });
  await fresh.vaultRow('a');
  await fresh.vaultRow('b');
  const arnOf = (id: string) => `arn:aws:backup:${REGION}:${fresh.accountId}:recovery-point:${id}`;
  const docs = `arn:aws:elasticfilesystem:${REGION}:${fresh.accountId}:file-system/fs-docs`;
  const shop = `arn:aws:rds:${REGION}:${fresh.accountId}:db:shop`;
  const old = { resource_arn: docs, created_at: NOW, completed_at: NOW };
  const latest = { resource_arn: docs, created_at: NOW + 1_000, completed_at: NOW + 2_000 };
  await fresh.point('a', { arn: arnOf('old'), ...old });
  await fresh.point('b', { arn: arnOf('new'), ...latest });
  await fresh.point('a', { arn: arnOf('db'), resource_arn: shop, resource_type: 'RDS', resource_name: 'shop' });
  const all = await fresh.backup.send(new ListProtectedResourcesCommand({ MaxResults: 1 }));
  expect(all.Results).toEqual([
    {
      ResourceArn: docs,
      ResourceType: 'EFS',
      ResourceName: 'one',
      LastBackupTime: new Date(NOW + 2_000),
      LastBackupVaultArn: `arn:aws:backup:${REGION}:${fresh.accountId}:backup-vault:b`,
      LastRecoveryPointArn: arnOf('new'),
    },
  ]);
  const rest = await fresh.backup.send(new ListProtectedResourcesCommand({ NextToken: all.NextToken }));
  expect(rest.Results?.map((resource) => resource.ResourceArn)).toEqual([shop]);
  const inVault = new ListProtectedResourcesByBackupVaultCommand({ BackupVaultName: 'b' });
  expect((await fresh.backup.send(inVault)).Results?.map((resource) => resource.ResourceArn)).toEqual([docs]);
  expect(await fresh.backup.send(new DescribeProtectedResourceCommand({ ResourceArn: shop }))).toMatchObject({
    ResourceName: 'shop',
    LastRecoveryPointArn: arnOf('db'),
  });
  const never = new DescribeProtectedResourceCommand({ ResourceArn: `${shop}-never` });
  expect(await failureOf(fresh.backup.send(never))).toMatchObject(missing);
});

test('a deleted point is DELETING at once and cannot be deleted twice', async () => {
  const arn = await world.point('vault', { arn: pointArn('doomed') });
  const remove = () =>
    world.backup.send(new DeleteRecoveryPointCommand({ BackupVaultName: 'vault', RecoveryPointArn: arn }));
  await remove();
  expect((await describe(arn)).Status).toBe('DELETING');
  expect(await failureOf(remove())).toMatchObject({ name: 'InvalidResourceStateException' });
});

const updateLifecycle = (RecoveryPointArn: string, Lifecycle?: object) =>
  world.backup.send(
    new UpdateRecoveryPointLifecycleCommand({
      BackupVaultName: 'vault',
      RecoveryPointArn,
      ...(Lifecycle && { Lifecycle }),
    }),
  );

test('a new lifecycle counts from the creation of the point, and what is left out is cleared', async () => {
  const created = NOW - 10 * DAY_MS;
  const arn = await world.point('vault', { arn: pointArn('aging'), created_at: created });
  expect(await updateLifecycle(arn, { MoveToColdStorageAfterDays: 11, DeleteAfterDays: 101 })).toMatchObject({
    Lifecycle: { MoveToColdStorageAfterDays: 11, DeleteAfterDays: 101 },
    CalculatedLifecycle: { DeleteAt: new Date(created + 101 * DAY_MS) },
  });
  await updateLifecycle(arn, { DeleteAfterDays: 20 });
  const point = await describe(arn);
  expect(point.Lifecycle).toEqual({ DeleteAfterDays: 20 });
  expect(point.CalculatedLifecycle).toEqual({ DeleteAt: new Date(created + 20 * DAY_MS) });
});

test.each([
  ['-1 for both', { DeleteAfterDays: -1, MoveToColdStorageAfterDays: -1 }],
  ['no lifecycle', undefined],
])('%s keeps a point for ever', async (name, lifecycle) => {
  const arn = await world.point('vault', { arn: pointArn(`ever ${name}`), lifecycle: { DeleteAfterDays: 1 } });
  await updateLifecycle(arn, lifecycle);
  const { Lifecycle, CalculatedLifecycle } = await describe(arn);
  expect({ Lifecycle, CalculatedLifecycle }).toEqual({});
});

test.each([
  ['points move to cold storage in the future', { MoveToColdStorageAfterDays: 10 }],
  ['cold storage lasts at least 90 days', { MoveToColdStorageAfterDays: 20, DeleteAfterDays: 100 }],
  ['points are kept for at least a day', { DeleteAfterDays: 0 }],
])('UpdateRecoveryPointLifecycle: %s', async (rule, lifecycle) => {
  const arn = await world.point('vault', { arn: pointArn(rule), created_at: NOW - 10 * DAY_MS });
  expect(await failureOf(updateLifecycle(arn, lifecycle))).toMatchObject(invalid);
});

test('tags are added, changed, removed and listed by key in pages', async () => {
  const ResourceArn = await world.point('vault', { arn: pointArn('tagged') });
  const tag = (Tags: Record<string, string>) => world.backup.send(new TagResourceCommand({ ResourceArn, Tags }));
  const list = (more: object = {}) => world.backup.send(new ListTagsCommand({ ResourceArn, ...more }));
  await tag({ b: '1', a: '1', c: '' });
  await tag({ b: '2' });
  const first = await list({ MaxResults: 2 });
  expect(first.Tags).toEqual({ a: '1', b: '2' });
  expect((await list({ NextToken: first.NextToken })).Tags).toEqual({ c: '' });
  await world.backup.send(new UntagResourceCommand({ ResourceArn, TagKeyList: ['a', 'never'] }));
  expect((await list()).Tags).toEqual({ b: '2', c: '' });
  const many = Object.fromEntries(Array.from({ length: 49 }, (_, at) => [`k${at}`, '']));
  expect(await failureOf(tag(many))).toMatchObject({ name: 'LimitExceededException' });
  expect(await failureOf(tag({ 'AWS:x': '1' }))).toMatchObject(invalid);
});

test('only vaults, plans and points of the account can be tagged', async () => {
  const tag = (ResourceArn: string) => world.backup.send(new TagResourceCommand({ ResourceArn, Tags: { a: '1' } }));
  const backup = `arn:aws:backup:${REGION}`;
  expect(await failureOf(tag('arn:aws:s3:::bucket'))).toMatchObject(invalid);
  expect(await failureOf(tag(`${backup}:${world.accountId}:backup-vault:nowhere`))).toMatchObject(missing);
  expect(await failureOf(tag(`${backup}:${world.accountId}:backup-plan:nothing`))).toMatchObject(missing);
  expect(await failureOf(tag(pointArn('nothing')))).toMatchObject(missing);
  expect(await failureOf(tag(`${backup}:111122223333:backup-vault:vault`))).toMatchObject(denied);
  await tag(`${backup}:${world.accountId}:backup-vault:vault`);
});

test('Region settings are merged, per account and Region, and know all of AWS types', async () => {
  const update = (input: object) => world.backup.send(new UpdateRegionSettingsCommand(input));
  await update({ ResourceTypeOptInPreference: { EFS: false, Aurora: false } });
  await update({
    ResourceTypeOptInPreference: { Aurora: true },
    ResourceTypeManagementPreference: { DynamoDB: false },
  });
  const read = async (client = world.backup) => client.send(new DescribeRegionSettingsCommand({}));
  const here = await read();
  expect(here.ResourceTypeOptInPreference).toMatchObject({
    EFS: false,
    Aurora: true,
    RDS: true,
    'Storage Gateway': true,
  });
  expect(here.ResourceTypeManagementPreference).toEqual({ DynamoDB: false, EFS: true });
  const there = await read(world.client({ region: 'eu-central-1' }));
  expect(there.ResourceTypeOptInPreference).toMatchObject({ EFS: true });
  expect(await failureOf(update({ ResourceTypeOptInPreference: { Floppy: true } }))).toMatchObject(invalid);
  expect(await failureOf(update({ ResourceTypeManagementPreference: { EFS: false } }))).toMatchObject(invalid);
});

test('what can be backed up is what there are connectors for', async () => {
  const { ResourceTypes } = await world.backup.send(new GetSupportedResourceTypesCommand({}));
  expect(ResourceTypes).toEqual(['EFS', 'RDS']);
});

test('global settings are an organization’s', async () => {
  expect(await failureOf(world.backup.send(new DescribeGlobalSettingsCommand({})))).toEqual({
    name: 'InvalidRequestException',
    message: 'Your account is not a member of an organization.',
    Code: 'ERROR_9601',
  });
});
