import {
  type BackupJob,
  DescribeBackupJobCommand,
  DescribeCopyJobCommand,
  DescribeRestoreJobCommand,
  GetRestoreJobMetadataCommand,
  ListBackupJobsCommand,
  type ListBackupJobsCommandInput,
  ListCopyJobsCommand,
  type ListCopyJobsCommandInput,
  ListRestoreJobsByProtectedResourceCommand,
  ListRestoreJobsCommand,
  type ListRestoreJobsCommandInput,
  StartBackupJobCommand,
  type StartBackupJobCommandInput,
  StartCopyJobCommand,
  type StartCopyJobCommandInput,
  StartRestoreJobCommand,
  type StartRestoreJobCommandInput,
  StopBackupJobCommand,
  UpdateRegionSettingsCommand,
} from '@aws-sdk/client-backup';
import { DAY_MS, HOUR_MS, ManualClock, MINUTE_MS } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BackupWorld, backupWorld, failureOf, REGION } from './testing/backup-world.ts';

const NOW = Date.parse('2030-03-01T12:00:00Z');
const clock = new ManualClock(NOW);
let world: BackupWorld;
let directory: string;
let database: string;
let vaultArn: string;
let point: string;
beforeAll(async () => {
  world = await backupWorld({ clock });
  vaultArn = await world.vaultRow('vault');
  directory = await world.directory('docs');
  database = await world.database('shop');
  point = await world.point('vault', { arn: pointArn('1'), resource_arn: directory });
});
afterAll(() => world[Symbol.asyncDispose]());

const pointArn = (id: string) => `arn:aws:backup:${REGION}:${world.accountId}:recovery-point:${id}`;
const elsewhere = () => `arn:aws:backup:eu-central-1:${world.accountId}:backup-vault:second`;
const invalid = { name: 'InvalidParameterValueException' };
const refused = { name: 'InvalidRequestException' };
const missing = { name: 'ResourceNotFoundException' };
const noJob = '11111111-1111-4111-8111-111111111111';

const start = (more: Partial<StartBackupJobCommandInput> = {}) =>
  world.backup.send(
    new StartBackupJobCommand({
      BackupVaultName: 'vault',
      ResourceArn: directory,
      IamRoleArn: world.roleArn,
      ...more,
    }),
  );
const describeJob = (BackupJobId: string | undefined) =>
  world.backup.send(new DescribeBackupJobCommand({ BackupJobId }));

test('a job on demand waits as CREATED, with windows that count from now', async () => {
  const started = await start({
    StartWindowMinutes: 60,
    CompleteWindowMinutes: 180,
    Lifecycle: { DeleteAfterDays: 3 },
    RecoveryPointTags: { why: 'test' },
  });
  expect(started).toMatchObject({ CreationDate: new Date(clock.now()), IsParent: false });
  expect(await describeJob(started.BackupJobId)).toMatchObject({
    AccountId: world.accountId,
    BackupJobId: started.BackupJobId,
    BackupVaultName: 'vault',
    BackupVaultArn: vaultArn,
    ResourceArn: directory,
    ResourceType: 'EFS',
    ResourceName: 'docs',
    IamRoleArn: world.roleArn,
    State: 'CREATED',
    PercentDone: '0.0',
    StartBy: new Date(clock.now() + 60 * MINUTE_MS),
    RecoveryPointLifecycle: { DeleteAfterDays: 3 },
    VaultType: 'BACKUP_VAULT',
    VaultLockState: 'UNLOCKED',
    IsEncrypted: true,
    EncryptionKeyArn: expect.stringContaining(':key/'),
    NumberOfChildJobs: 0,
  });
  const row = await world.server.installation.db
    .selectFrom('backup_job')
    .select(['complete_by', 'request', 'created_by'])
    .where('id', '=', started.BackupJobId ?? '')
    .executeTakeFirst();
  expect(row).toMatchObject({
    complete_by: clock.now() + 3 * HOUR_MS,
    request: { lifecycle: { DeleteAfterDays: 3 }, recoveryPointTags: { why: 'test' } },
    created_by: null,
  });
});

test('the ARN of the point is known at once for file systems and not for databases', async () => {
  const ofDirectory = await start();
  expect(ofDirectory.RecoveryPointArn).toBe(pointArn(ofDirectory.BackupJobId ?? ''));
  expect((await start({ ResourceArn: database })).RecoveryPointArn).toBeUndefined();
});

test('one IdempotencyToken starts one job', async () => {
  const first = await start({ IdempotencyToken: 'token' });
  clock.advance(1_000);
  expect(await start({ IdempotencyToken: 'token' })).toMatchObject({
    BackupJobId: first.BackupJobId,
    CreationDate: first.CreationDate,
    RecoveryPointArn: first.RecoveryPointArn,
  });
  const racing = await Promise.all(Array.from({ length: 5 }, () => start({ IdempotencyToken: 'race' })));
  expect(new Set(racing.map((job) => job.BackupJobId)).size).toBe(1);
});

test.each<[rule: string, more: () => Partial<StartBackupJobCommandInput>, failure: object]>([
  ['the vault must be there', () => ({ BackupVaultName: 'nowhere' }), missing],
  ['the resource must be registered', () => ({ ResourceArn: `${directory}-not` }), missing],
  ['a resource is one that can be backed up', () => ({ ResourceArn: 'arn:aws:sqs:us-east-1:1:queue' }), invalid],
  ['a role is the ARN of one', () => ({ IamRoleArn: 'role' }), invalid],
  ['a start window has an hour at least', () => ({ StartWindowMinutes: 59 }), invalid],
  ['completion does not end before start', () => ({ StartWindowMinutes: 90, CompleteWindowMinutes: 60 }), invalid],
  ['a lifecycle is checked', () => ({ Lifecycle: { DeleteAfterDays: 0 } }), invalid],
  ['aws: tags are reserved', () => ({ RecoveryPointTags: { 'aws:a': '' } }), invalid],
  ['options of other types are refused', () => ({ BackupOptions: { WindowsVSS: 'enabled' } }), invalid],
  ['an index is refused', () => ({ Index: 'ENABLED' }), invalid],
  ['an air-gapped vault is refused', () => ({ LogicallyAirGappedBackupVaultArn: vaultArn }), invalid],
])('StartBackupJob: %s', async (_rule, more, failure) => {
  expect(await failureOf(start(more()))).toMatchObject(failure);
});

test('a resource of another account or Region cannot be backed up', async () => {
  const other = await world.server.createAccount();
  const theirs = await world.directory('theirs', {}, { accountId: other.accountId });
  const far = await world.directory('far', {}, { region: 'eu-central-1' });
  for (const ResourceArn of [theirs, far]) expect(await failureOf(start({ ResourceArn }))).toMatchObject(missing);
});

test('a type that is not opted in to cannot be backed up on demand', async () => {
  const optIn = (EFS: boolean) =>
    world.backup.send(new UpdateRegionSettingsCommand({ ResourceTypeOptInPreference: { EFS } }));
  await optIn(false);
  expect(await failureOf(start())).toMatchObject(refused);
  await optIn(true);
  await start();
});

test('a job that is stopped goes ABORTING; one of a database cannot be stopped, nor one that has ended', async () => {
  const stop = (BackupJobId: string | undefined) => world.backup.send(new StopBackupJobCommand({ BackupJobId }));
  const { BackupJobId: id } = await start();
  await stop(id);
  expect((await describeJob(id)).State).toBe('ABORTING');
  const { db } = world.server.installation;
  await db
    .updateTable('backup_job')
    .set({ state: 'ABORTED' })
    .where('id', '=', id ?? '')
    .execute();
  expect(await failureOf(stop(id))).toMatchObject(refused);
  const ofDatabase = await start({ ResourceArn: database });
  expect(await failureOf(stop(ofDatabase.BackupJobId))).toMatchObject(refused);
  expect(await failureOf(stop(noJob))).toMatchObject(missing);
});

test('ListBackupJobs has all of AWS filters, newest first, in pages, 30 days back', async () => {
  await using fresh = await backupWorld({ clock });
  await fresh.vaultRow('one');
  await fresh.vaultRow('two');
  const efs = await fresh.directory('a');
  const rds = await fresh.database('b');
  const { db } = fresh.server.installation;
  const begun = clock.now();
  const ids: string[] = [];
  for (const [BackupVaultName, ResourceArn] of [
    ['one', efs],
    ['two', efs],
    ['two', rds],
  ] as const) {
    clock.advance(MINUTE_MS);
    const command = new StartBackupJobCommand({ BackupVaultName, ResourceArn, IamRoleArn: fresh.roleArn });
    ids.push((await fresh.backup.send(command)).BackupJobId ?? '');
  }
  const [first = '', second = '', third = ''] = ids;
  await db
    .updateTable('backup_job')
    .set({ state: 'FAILED', message_category: 'ACCESS_DENIED', completed_at: begun + 10 * MINUTE_MS })
    .where('id', '=', first)
    .execute();
  const list = async (more: ListBackupJobsCommandInput) => {
    const { BackupJobs: jobs = [], NextToken: token } = await fresh.backup.send(new ListBackupJobsCommand(more));
    return { ids: jobs.map((job: BackupJob) => job.BackupJobId), token };
  };
  const at = (minutes: number) => new Date(begun + minutes * MINUTE_MS);
  const table: [filter: ListBackupJobsCommandInput, expected: string[]][] = [
    [{}, [third, second, first]],
    [{ ByResourceArn: efs }, [second, first]],
    [{ ByState: 'FAILED' }, [first]],
    [{ ByBackupVaultName: 'two' }, [third, second]],
    [{ ByCreatedBefore: at(2) }, [first]],
    [{ ByCreatedAfter: at(2) }, [third]],
    [{ ByResourceType: 'RDS' }, [third]],
    [{ ByResourceType: 'SAP HANA on Amazon EC2' }, []],
    [{ ByAccountId: fresh.accountId }, [third, second, first]],
    [{ ByAccountId: '*' }, [third, second, first]],
    [{ ByAccountId: '111122223333' }, []],
    [{ ByCompleteBefore: at(11) }, [first]],
    [{ ByCompleteAfter: at(11) }, []],
    [{ ByParentJobId: first }, []],
    [{ ByMessageCategory: 'ACCESS_DENIED' }, [first]],
    [{ ByMessageCategory: '*' }, [third, second, first]],
  ];
  for (const [filter, expected] of table) expect((await list(filter)).ids, JSON.stringify(filter)).toEqual(expected);
  const page = await list({ MaxResults: 2 });
  expect(page.ids).toEqual([third, second]);
  expect(await list({ MaxResults: 2, NextToken: page.token ?? '' })).toEqual({ ids: [first], token: undefined });
  expect(await failureOf(list({ ByState: 'RUNNING', NextToken: page.token ?? '' }))).toMatchObject(invalid);
  clock.advance(30 * DAY_MS);
  expect((await list({})).ids).toEqual([]);
  expect((await list({ ByCreatedAfter: at(0) })).ids).toEqual([]);
});

const copy = (more: Partial<StartCopyJobCommandInput> = {}) =>
  world.backup.send(
    new StartCopyJobCommand({
      RecoveryPointArn: point,
      SourceBackupVaultName: 'vault',
      DestinationBackupVaultArn: elsewhere(),
      IamRoleArn: world.roleArn,
      ...more,
    }),
  );

test('a copy on demand waits as CREATED', async () => {
  const { CopyJobId, CreationDate } = await copy({ Lifecycle: { DeleteAfterDays: 9 }, IdempotencyToken: 'copy' });
  expect((await copy({ IdempotencyToken: 'copy' })).CopyJobId).toBe(CopyJobId);
  const { CopyJob: job } = await world.backup.send(new DescribeCopyJobCommand({ CopyJobId }));
  expect(job).toMatchObject({
    CopyJobId,
    CreationDate,
    AccountId: world.accountId,
    State: 'CREATED',
    SourceBackupVaultArn: vaultArn,
    SourceRecoveryPointArn: point,
    DestinationBackupVaultArn: elsewhere(),
    DestinationRecoveryPointLifecycle: { DeleteAfterDays: 9 },
    ResourceArn: directory,
    ResourceType: 'EFS',
    IamRoleArn: world.roleArn,
  });
  const list = async (more: ListCopyJobsCommandInput) =>
    (await world.backup.send(new ListCopyJobsCommand(more))).CopyJobs?.map((one) => one.CopyJobId);
  expect(await list({ ByDestinationVaultArn: elsewhere(), BySourceRecoveryPointArn: point })).toEqual([CopyJobId]);
  expect(await list({ ByState: 'CREATED', ByResourceArn: directory, ByResourceType: 'EFS' })).toEqual([CopyJobId]);
  expect(await list({ ByDestinationVaultArn: vaultArn })).toEqual([]);
  expect(await list({ ByState: 'FAILED' })).toEqual([]);
  expect(await list({ ByAccountId: '111122223333' })).toEqual([]);
});

test.each<[rule: string, more: () => Partial<StartCopyJobCommandInput>, failure: object]>([
  ['the vault must be there', () => ({ SourceBackupVaultName: 'nowhere' }), missing],
  ['the point must be there', () => ({ RecoveryPointArn: pointArn('none') }), missing],
  ['the destination is a vault', () => ({ DestinationBackupVaultArn: 'arn:aws:s3:::b' }), invalid],
  ['the destination is another vault', () => ({ DestinationBackupVaultArn: vaultArn }), refused],
  ['a lifecycle is checked', () => ({ Lifecycle: { DeleteAfterDays: 0 } }), invalid],
  ['a role is the ARN of one', () => ({ IamRoleArn: 'role' }), invalid],
])('StartCopyJob: %s', async (_rule, more, failure) => {
  expect(await failureOf(copy(more()))).toMatchObject(failure);
});

const restore = (more: Partial<StartRestoreJobCommandInput> = {}) =>
  world.backup.send(
    new StartRestoreJobCommand({
      RecoveryPointArn: point,
      Metadata: { newFileSystem: 'true' },
      IamRoleArn: world.roleArn,
      ...more,
    }),
  );

test('a restore waits as PENDING with the metadata that it was given', async () => {
  const { RestoreJobId } = await restore({ IdempotencyToken: 'restore' });
  expect((await restore({ IdempotencyToken: 'restore' })).RestoreJobId).toBe(RestoreJobId);
  expect(await world.backup.send(new DescribeRestoreJobCommand({ RestoreJobId }))).toMatchObject({
    RestoreJobId,
    AccountId: world.accountId,
    Status: 'PENDING',
    PercentDone: '0.0',
    RecoveryPointArn: point,
    RecoveryPointCreationDate: new Date(NOW),
    SourceResourceArn: directory,
    BackupVaultArn: vaultArn,
    ResourceType: 'EFS',
    IamRoleArn: world.roleArn,
  });
  expect(await world.backup.send(new GetRestoreJobMetadataCommand({ RestoreJobId }))).toMatchObject({
    RestoreJobId,
    Metadata: { newFileSystem: 'true' },
  });
  const list = async (more: ListRestoreJobsCommandInput) =>
    (await world.backup.send(new ListRestoreJobsCommand(more))).RestoreJobs?.map((job) => job.RestoreJobId);
  expect(await list({ ByStatus: 'PENDING', ByResourceType: 'EFS' })).toEqual([RestoreJobId]);
  expect(await list({ ByStatus: 'FAILED' })).toEqual([]);
  expect(await list({ ByRestoreTestingPlanArn: 'arn:aws:backup:::x' })).toEqual([]);
  const ofResource = async (ResourceArn: string) =>
    (await world.backup.send(new ListRestoreJobsByProtectedResourceCommand({ ResourceArn }))).RestoreJobs?.length;
  expect(await ofResource(directory)).toBe(1);
  expect(await ofResource(database)).toBe(0);
});

test.each<[rule: string, more: () => Partial<StartRestoreJobCommandInput>, failure: object]>([
  ['the point must be there', () => ({ RecoveryPointArn: pointArn('none') }), missing],
  ['a role is needed', () => ({ IamRoleArn: undefined }), { name: 'MissingParameterValueException' }],
  ['a file system says where to', () => ({ Metadata: { 'file-system-id': 'fs-1' } }), invalid],
  ['a type that is named is the point’s', () => ({ ResourceType: 'RDS' }), invalid],
])('StartRestoreJob: %s', async (_rule, more, failure) => {
  expect(await failureOf(restore(more()))).toMatchObject(failure);
});

test('a point that is being deleted is neither copied nor restored', async () => {
  const arn = await world.point('vault', { arn: pointArn('going'), status: 'DELETING' });
  expect(await failureOf(copy({ RecoveryPointArn: arn }))).toMatchObject(refused);
  expect(await failureOf(restore({ RecoveryPointArn: arn }))).toMatchObject(refused);
});

test('a repeated call answers the same when its subject is gone; a refused one leaves its token free', async () => {
  const arn = await world.point('vault', { arn: pointArn('brief') });
  const copied = await copy({ RecoveryPointArn: arn, IdempotencyToken: 'brief' });
  const restored = await restore({ RecoveryPointArn: arn, IdempotencyToken: 'brief' });
  const { db } = world.server.installation;
  await db.deleteFrom('recovery_point').where('arn', '=', arn).execute();
  expect(await copy({ RecoveryPointArn: arn, IdempotencyToken: 'brief' })).toMatchObject({
    CopyJobId: copied.CopyJobId,
  });
  expect(await restore({ RecoveryPointArn: arn, IdempotencyToken: 'brief' })).toMatchObject({
    RestoreJobId: restored.RestoreJobId,
  });
  expect(await failureOf(start({ BackupVaultName: 'nowhere', IdempotencyToken: 'free' }))).toMatchObject(missing);
  await start({ IdempotencyToken: 'free' });
});

test('jobs of one account are not there for another', async () => {
  const backupJob = await start();
  const { CopyJobId } = await copy();
  const { RestoreJobId } = await restore();
  const { credentials } = await world.server.createAccount();
  const theirs = world.client({ credentials });
  for (const call of [
    () => theirs.send(new DescribeBackupJobCommand({ BackupJobId: backupJob.BackupJobId })),
    () => theirs.send(new StopBackupJobCommand({ BackupJobId: backupJob.BackupJobId })),
    () => theirs.send(new DescribeCopyJobCommand({ CopyJobId })),
    () => theirs.send(new DescribeRestoreJobCommand({ RestoreJobId })),
    () => theirs.send(new GetRestoreJobMetadataCommand({ RestoreJobId })),
  ])
    expect(await failureOf(call())).toMatchObject(missing);
  expect((await theirs.send(new ListBackupJobsCommand({ ByAccountId: world.accountId }))).BackupJobs).toEqual([]);
});
