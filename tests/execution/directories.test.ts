import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  DescribeRecoveryPointCommand,
  DescribeRestoreJobCommand,
  ListTagsCommand,
  StartRestoreJobCommand,
} from '@aws-sdk/client-backup';
import { GetResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listing, makeTree } from './tree.ts';
import { DIRECTORY, executionWorld, type World } from './world.ts';

let world: World;
let resourceArn: string;
let pointArn: string;
let source: string;
beforeAll(async () => {
  world = await executionWorld();
  source = makeTree(path.join(world.server.folder, 'shop files'));
  await world.vault('daily');
  resourceArn = await world.directory(source, { app: 'shop', tier: 'gold' });
  const job = await world.backUp(resourceArn, 'daily', {
    RecoveryPointTags: { tier: 'over', run: 'first' },
    Lifecycle: { DeleteAfterDays: 7 },
  });
  expect(job, JSON.stringify(job)).toMatchObject({
    State: 'COMPLETED',
    MessageCategory: 'SUCCESS',
    PercentDone: '100.0',
  });
  pointArn = present(job.RecoveryPointArn, 'recovery point ARN');
});
afterAll(() => world[Symbol.asyncDispose]());

test('the recovery point has size, lifecycle, vault, and the merged tags: those of the job win', async () => {
  const point = await world.backup.send(
    new DescribeRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: pointArn }),
  );
  expect(point).toMatchObject({
    Status: 'COMPLETED',
    ResourceArn: resourceArn,
    ResourceType: 'EFS',
    IsEncrypted: true,
  });
  expect(point.BackupSizeInBytes).toBeGreaterThan(1_500_000);
  const kept =
    present(point.CalculatedLifecycle?.DeleteAt, 'DeleteAt').getTime() - present(point.CreationDate, 'date').getTime();
  expect(kept).toBe(7 * 86_400_000);
  const { Tags } = await world.backup.send(new ListTagsCommand({ ResourceArn: pointArn }));
  expect(Tags).toEqual({ app: 'shop', tier: 'over', run: 'first' });
});

test('a restore to a new place is equal in bytes, modes, owners, times, links and attributes, and is registered', async () => {
  const target = path.join(world.server.folder, 'restored');
  const job = await world.restore(pointArn, { newFileSystem: 'true', 'holdfast:path': target });
  expect(job, JSON.stringify(job)).toMatchObject({ Status: 'COMPLETED' });
  expect(listing(target)).toEqual(listing(source));
  const identifier = present(job.CreatedResourceArn?.split('/')[1], 'identifier');
  const found = await world.cloudControl.send(new GetResourceCommand({ TypeName: DIRECTORY, Identifier: identifier }));
  expect(JSON.parse(found.ResourceDescription?.Properties ?? '')).toMatchObject({
    Path: target,
    Arn: job.CreatedResourceArn,
  });
});

test('a restore into the file system goes into a new folder named after the time', async () => {
  const before = listing(source);
  const job = await world.restore(pointArn, {
    newFileSystem: 'false',
    'file-system-id': present(resourceArn.split('/')[1], 'id'),
  });
  expect(job, JSON.stringify(job)).toMatchObject({ Status: 'COMPLETED', CreatedResourceArn: resourceArn });
  const [folder = ''] = readdirSync(source).filter((name) => name.startsWith('aws-backup-restore_'));
  expect(folder).toMatch(/^aws-backup-restore_\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z$/);
  // The source's own time has changed with the folder in it; what came back is as it was.
  expect(listing(path.join(source, folder)).slice(1)).toEqual(before.slice(1));
  expect(readdirSync(source).filter((name) => name.startsWith('.holdfast'))).toEqual([]);
});

test('what a server that ended right after a restore left beside the place is removed later, the place is not', async () => {
  const target = path.join(world.server.folder, 'marked');
  const { RestoreJobId: id = '' } = await world.restore(pointArn, { newFileSystem: 'true', 'holdfast:path': target });
  const { db } = world.server.installation;
  const marks = () => db.selectFrom('restore_job').select('id').where('has_marks', '=', true).execute();
  expect(await marks()).toEqual([]);
  const before = listing(target);
  const left = path.join(world.server.folder, `.holdfast-restore-${id}`);
  mkdirSync(left);
  writeFileSync(path.join(left, 'complete'), '1');
  await db.updateTable('restore_job').set({ has_marks: true }).where('id', '=', id).execute();
  await world.tick();
  expect(await marks()).toEqual([]);
  expect(readdirSync(world.server.folder)).not.toContain(path.basename(left));
  expect(listing(target)).toEqual(before);
});

test('items come back alone', async () => {
  const target = path.join(world.server.folder, 'items');
  const items = JSON.stringify(['/sub/deeper', "/odd *[a]?\\ 'ü\n.txt"]);
  const job = await world.restore(pointArn, { newFileSystem: 'true', 'holdfast:path': target, ItemsToRestore: items });
  expect(job, JSON.stringify(job)).toMatchObject({ Status: 'COMPLETED' });
  expect(readdirSync(target, { recursive: true, encoding: 'utf8' }).toSorted()).toEqual(
    ["odd *[a]?\\ 'ü\n.txt", 'sub', 'sub/deeper', 'sub/deeper/large.bin'].toSorted(),
  );
});

test('an item that the point does not hold fails the job, and nothing is left', async () => {
  const target = path.join(world.server.folder, 'no-item');
  const metadata = { newFileSystem: 'true', 'holdfast:path': target, ItemsToRestore: '["/plain.txt","/not there"]' };
  const job = await world.restore(pointArn, metadata);
  expect(job).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining('/not there') });
  expect(
    readdirSync(world.server.folder).filter((name) => name.startsWith('no-item') || name.startsWith('.holdfast')),
  ).toEqual([]);
});

test('a restore never writes over what is there', async () => {
  const target = path.join(world.server.folder, 'occupied');
  mkdirSync(target);
  writeFileSync(path.join(target, 'mine'), 'mine');
  const job = await world.restore(pointArn, { newFileSystem: 'true', 'holdfast:path': target });
  expect(job).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining('is not empty') });
  expect(readdirSync(target)).toEqual(['mine']);
});

test.each([
  [{ newFileSystem: 'true', KmsKeyId: 'arn:aws:kms:x' }, 'KmsKeyId'],
  [{ newFileSystem: 'true', Encrypted: 'true' }, 'Encrypted'],
  [{ newFileSystem: 'maybe' }, 'newFileSystem'],
  [{ newFileSystem: 'false' }, 'file-system-id is missing'],
  [{ newFileSystem: 'false', 'file-system-id': 'fs-00000000' }, 'does not exist'],
  [{ newFileSystem: 'true', 'holdfast:path': 'relative' }, 'absolute path'],
  [{ newFileSystem: 'true', ItemsToRestore: '["../etc"]' }, 'ItemsToRestore'],
  [{ newFileSystem: 'true', ItemsToRestore: '["/../etc"]' }, 'without .. in it'],
  [{ newFileSystem: 'true', ItemsToRestore: '["/sub/../../etc"]' }, 'without .. in it'],
  [{ newFileSystem: 'true', ItemsToRestore: 'no json' }, 'ItemsToRestore'],
])('metadata %j fails the restore with words about %s', async (metadata, says) => {
  const job = await world.restore(pointArn, metadata);
  expect(job).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining(says) });
});

test('a place where no directory can be made is refused in plain words before anything is read back', async () => {
  const restoreTo = (place: string) => world.restore(pointArn, { newFileSystem: 'true', 'holdfast:path': place });
  const inProc = await restoreTo('/proc/holdfast-test');
  expect(inProc).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining('cannot be written') });
  const long = await restoreTo(path.join(world.server.folder, 'n'.repeat(300)));
  expect(long).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining('the name is too long') });
  const below = await restoreTo(path.join(source, 'plain.txt', 'x'));
  expect(below).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining('does not exist') });
  expect(readdirSync(world.server.folder).filter((name) => name.startsWith('.holdfast'))).toEqual([]);
});

test('a place on a read-only or full file system, or that is a mount point, fails the restore in plain words', async () => {
  const disk = path.join(world.server.folder, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  try {
    const metadata = { newFileSystem: 'true', 'holdfast:path': path.join(disk, 'x') };
    const full = await world.restore(pointArn, metadata);
    expect(full).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringMatching(/^There is no space left/) });
    expect(readdirSync(disk)).toEqual([]);
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const readOnly = await world.restore(pointArn, metadata);
    expect(readOnly).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining('is read-only') });
    const mounted = await world.restore(pointArn, { ...metadata, 'holdfast:path': disk });
    expect(mounted).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining('is a mount point') });
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});

test('of two restores into one new place at once, one is done and the other says that the place is taken', async () => {
  const target = path.join(world.server.folder, 'twice');
  const metadata = { newFileSystem: 'true', 'holdfast:path': target };
  const command = () =>
    new StartRestoreJobCommand({ RecoveryPointArn: pointArn, Metadata: metadata, IamRoleArn: world.roleArn });
  const ids = [await world.backup.send(command()), await world.backup.send(command())];
  await world.tick();
  const jobs = await Promise.all(
    ids.map(({ RestoreJobId }) => world.backup.send(new DescribeRestoreJobCommand({ RestoreJobId }))),
  );
  expect(jobs.map(({ Status }) => String(Status)).toSorted()).toEqual(['COMPLETED', 'FAILED']);
  const loser = jobs.find(({ Status }) => Status === 'FAILED');
  expect(loser?.StatusMessage).toBe(`${target} exists and is not empty: nothing was restored.`);
});

test('a copy in the second region is restored there as the point itself would be', async () => {
  const destination = await world.vault('offsite', 'eu-central-1');
  const copied = await world.copy(pointArn, 'daily', destination);
  expect(copied, JSON.stringify(copied)).toMatchObject({ State: 'COMPLETED', SourceRecoveryPointArn: pointArn });
  expect(copied.DestinationRecoveryPointArn).toMatch(/^arn:aws:backup:eu-central-1:/);
  const { db } = world.server.installation;
  const rows = await db.selectFrom('recovery_point').selectAll().where('resource_arn', '=', resourceArn).execute();
  const [original, copy] = rows.toSorted(
    (a, b) => Number(a.copied_from_arn !== null) - Number(b.copied_from_arn !== null),
  );
  expect(copy).toMatchObject({
    created_at: original?.created_at,
    delete_at: original?.delete_at,
    copied_from_arn: pointArn,
    source_vault_arn: world.vaultArn('daily'),
    size_bytes: original?.size_bytes,
  });
});

test('plain restic with the key of the vault lists and restores the point', async () => {
  const { db, sealer } = world.server.installation;
  const vault = await db.selectFrom('backup_vault').selectAll().where('name', '=', 'daily').executeTakeFirstOrThrow();
  const password = sealer.open(vault.key_sealed, `vault-key:${vault.id}`).toString('utf8');
  const env = {
    PATH: '/usr/bin',
    HOME: world.server.folder,
    RESTIC_PASSWORD: password,
    RESTIC_REPOSITORY: vault.storage.path,
  };
  const target = path.join(world.server.folder, 'by-hand');
  const tag = `holdfast:rp=${pointArn}`;
  execFileSync('restic', ['restore', 'latest', '--tag', tag, '--target', target], { env });
  expect(readFileSync(path.join(target, 'shop files', 'plain.txt'), 'utf8')).toBe('plain\n');
});
