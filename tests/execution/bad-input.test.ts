import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { DeleteBackupVaultCommand } from '@aws-sdk/client-backup';
import { DetachRolePolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTree } from './tree.ts';
import { DIRECTORY, executionWorld, type World } from './world.ts';

let world: World;
let source: string;
let resourceArn: string;
beforeAll(async () => {
  world = await executionWorld();
  source = makeTree(path.join(world.server.folder, 'files'));
  await world.vault('daily');
  resourceArn = await world.directory(source);
});
afterAll(() => world[Symbol.asyncDispose]());

const db = () => world.server.installation.db;
const vaultRow = (name: string) =>
  db().selectFrom('backup_vault').selectAll().where('name', '=', name).executeTakeFirstOrThrow();
const pointsOf = async (jobId: string) =>
  (await db().selectFrom('recovery_point').select('arn').execute()).filter(({ arn }) => arn.includes(jobId));

test('a vault that is gone when the job starts fails it with the words of AWS', async () => {
  await world.vault('short-lived');
  const id = await world.start(resourceArn, 'short-lived');
  await world.backup.send(new DeleteBackupVaultCommand({ BackupVaultName: 'short-lived' }));
  await world.tick();
  expect(await world.job(id)).toMatchObject({
    State: 'FAILED',
    MessageCategory: 'RESOURCE_NOT_FOUND',
    StatusMessage: `Backup job failed because backup vault ${world.vaultArn('short-lived')} does not exist.`,
  });
});

test('a directory that does not exist fails the job', async () => {
  const arn = await world.directory(path.join(world.server.folder, 'never made'));
  expect(await world.backUp(arn, 'daily')).toMatchObject({ State: 'FAILED', MessageCategory: 'RESOURCE_NOT_FOUND' });
});

test('a file in the place of the directory fails the job', async () => {
  const file = path.join(world.server.folder, 'file');
  writeFileSync(file, '');
  const job = await world.backUp(await world.directory(file), 'daily');
  expect(job).toMatchObject({ State: 'FAILED', StatusMessage: `${file} is not a directory.` });
});

test('a directory that vanishes while it is read does not complete, and leaves no recovery point', async () => {
  const folder = path.join(world.server.folder, 'vanishing');
  mkdirSync(folder);
  for (let n = 0; n < 200; n++) writeFileSync(path.join(folder, `file-${n}`), randomBytes(300_000));
  const id = await world.start(await world.directory(folder), 'daily');
  const working = world.tick();
  // restic has begun to read once the vault grows.
  const data = path.join((await vaultRow('daily')).storage.path, 'locks');
  await grown(data);
  renameSync(folder, `${folder}-elsewhere`);
  rmSync(`${folder}-elsewhere`, { recursive: true });
  await working;
  const job = await world.job(id);
  expect(job, JSON.stringify(job)).toMatchObject({ State: 'FAILED', MessageCategory: 'RESOURCE_NOT_FOUND' });
  expect(await pointsOf(id)).toEqual([]);
});

test('a file that cannot be read makes the job PARTIAL and is named; the point is PARTIAL too and holds the rest', async () => {
  const folder = path.join(world.server.folder, 'unreadable');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'fine'), 'fine');
  // Of a process that is there for the test: its memory is a file whose reading fails with EIO, also for root.
  const mount = path.join(folder, 'broken disk');
  writeFileSync(mount, '');
  execFileSync('mount', ['--bind', `/proc/${process.pid}/mem`, mount]);
  try {
    const job = await world.backUp(await world.directory(folder), 'daily');
    expect(job, JSON.stringify(job)).toMatchObject({
      State: 'PARTIAL',
      MessageCategory: 'MISCELLANEOUS',
      StatusMessage: expect.stringMatching(/^1 file could not be read.*broken disk/),
    });
    const [point] = await db()
      .selectFrom('recovery_point')
      .selectAll()
      .where('arn', '=', present(job.RecoveryPointArn, 'arn'))
      .execute();
    expect(point).toMatchObject({ status: 'PARTIAL', status_message: job.StatusMessage });
  } finally {
    execFileSync('umount', ['-l', mount]);
  }
});

test('a vault that was moved into the directory that it is to keep fails the job', async () => {
  await world.vault('moved');
  const { storage } = await vaultRow('moved');
  const inside = path.join(makeTree(path.join(world.server.folder, 'around')), 'vault');
  renameSync(storage.path, inside);
  await db()
    .updateTable('backup_vault')
    .set({ storage: { ...storage, path: inside } })
    .where('name', '=', 'moved')
    .execute();
  const job = await world.backUp(await world.directory(path.dirname(inside)), 'moved');
  expect(job).toMatchObject({
    State: 'FAILED',
    StatusMessage: expect.stringContaining('holds the storage of the vault moved'),
  });
});

test('the folders of the server itself are registered, backed up and restored over by nobody', async () => {
  const { workFolder } = world.server.installation.settings;
  for (const Path of [workFolder, path.join(workFolder, 'secrets'), path.dirname(workFolder)]) {
    expect(await world.register(DIRECTORY, { Path })).toMatchObject({
      OperationStatus: 'FAILED',
      ErrorCode: 'AccessDenied',
      StatusMessage: expect.stringContaining('no account may back up'),
    });
  }
  const link = path.join(world.server.folder, 'becomes a link');
  mkdirSync(link);
  const arn = await world.directory(link);
  rmSync(link, { recursive: true });
  symlinkSync(workFolder, link);
  const job = await world.backUp(arn, 'daily');
  expect(job).toMatchObject({ State: 'FAILED', StatusMessage: expect.stringContaining('no account may back up') });
  const good = present((await world.backUp(resourceArn, 'daily')).RecoveryPointArn, 'arn');
  for (const place of [path.join(workFolder, 'mine'), path.join(link, 'mine')]) {
    expect(await world.restore(good, { newFileSystem: 'true', 'holdfast:path': place })).toMatchObject({
      Status: 'FAILED',
      StatusMessage: expect.stringContaining('no account may back up or restore to'),
    });
  }
  expect(readdirSync(workFolder)).not.toContain('mine');
});

test('a full disk at the vault fails the job and leaves no recovery point', async () => {
  await world.vault('small');
  const { storage } = await vaultRow('small');
  const aside = `${storage.path}-aside`;
  cpSync(storage.path, aside, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', storage.path]);
  try {
    cpSync(aside, storage.path, { recursive: true });
    const folder = path.join(world.server.folder, 'large');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'noise'), randomBytes(60_000_000));
    const id = await world.start(await world.directory(folder), 'small');
    await world.tick();
    expect(await world.job(id)).toMatchObject({
      State: 'FAILED',
      MessageCategory: 'LIMIT_EXCEEDED',
      StatusMessage: expect.stringContaining('The storage of the vault is full'),
    });
    expect(await pointsOf(id)).toEqual([]);
    // What the failed one had written is pruned at once: there is room again for what fits.
    const fitting = path.join(world.server.folder, 'fitting');
    mkdirSync(fitting);
    writeFileSync(path.join(fitting, 'noise'), randomBytes(20_000_000));
    expect(await world.backUp(await world.directory(fitting), 'small')).toMatchObject({ State: 'COMPLETED' });
  } finally {
    execFileSync('umount', ['-l', storage.path]);
  }
});

test('a damaged repository fails the restore loudly, and nothing half restored is left', async () => {
  await world.vault('damaged');
  const job = await world.backUp(resourceArn, 'damaged');
  const { storage } = await vaultRow('damaged');
  const packs = execFileSync('find', [path.join(storage.path, 'data'), '-type', 'f'], { encoding: 'utf8' })
    .trim()
    .split('\n');
  for (const pack of packs) {
    chmodSync(pack, 0o600);
    const bytes = readFileSync(pack);
    bytes.fill(0, 20, bytes.length - 20);
    writeFileSync(pack, bytes);
  }
  const target = path.join(world.server.folder, 'from-damaged');
  const restored = await world.restore(present(job.RecoveryPointArn, 'arn'), {
    newFileSystem: 'true',
    'holdfast:path': target,
  });
  expect(restored).toMatchObject({ Status: 'FAILED', StatusMessage: expect.stringContaining('damaged') });
  expect(readdirSync(world.server.folder).filter((name) => /from-damaged|\.holdfast/.test(name))).toEqual([]);
});

test('a key that is not the key of the repository fails the job, and is not told', async () => {
  await world.vault('wrong-key');
  const { id } = await vaultRow('wrong-key');
  const other = world.server.installation.sealer.seal('not the password', `vault-key:${id}`);
  await db().updateTable('backup_vault').set({ key_sealed: other }).where('id', '=', id).execute();
  const job = await world.backUp(resourceArn, 'wrong-key');
  expect(job).toMatchObject({ State: 'FAILED', MessageCategory: 'KMS_KEY_ERROR' });
  expect(job.StatusMessage).not.toContain('not the password');
});

test("another vault's repository in the place of the vault's is not written to", async () => {
  await world.vault('swapped');
  const [swapped, daily] = [await vaultRow('swapped'), await vaultRow('daily')];
  rmSync(swapped.storage.path, { recursive: true });
  cpSync(daily.storage.path, swapped.storage.path, { recursive: true });
  await db()
    .updateTable('backup_vault')
    .set({ key_sealed: sealedFor(swapped.id, daily) })
    .where('id', '=', swapped.id)
    .execute();
  const before = readdirSync(path.join(swapped.storage.path, 'snapshots'));
  expect(await world.backUp(resourceArn, 'swapped')).toMatchObject({
    State: 'FAILED',
    MessageCategory: 'INVALID_STATE',
  });
  expect(readdirSync(path.join(swapped.storage.path, 'snapshots'))).toEqual(before);
});

test('a resource whose registration ended fails the job', async () => {
  const folder = makeTree(path.join(world.server.folder, 'unregistered'));
  const arn = await world.directory(folder);
  const id = await world.start(arn, 'daily');
  await db().deleteFrom('resource').where('arn', '=', arn).execute();
  await world.tick();
  expect(await world.job(id)).toMatchObject({ State: 'FAILED', MessageCategory: 'RESOURCE_NOT_FOUND' });
});

test('more than fifty tags fail the job', async () => {
  const many = (prefix: string) => Object.fromEntries(Array.from({ length: 30 }, (_each, n) => [`${prefix}${n}`, 'x']));
  const folder = makeTree(path.join(world.server.folder, 'tagged'));
  const job = await world.backUp(await world.directory(folder, many('a')), 'daily', { RecoveryPointTags: many('b') });
  expect(job).toMatchObject({
    State: 'FAILED',
    MessageCategory: 'LIMIT_EXCEEDED',
    StatusMessage: expect.stringContaining('60 tags'),
  });
});

test('a role that may not back up, or that is gone, fails the job', async () => {
  const iam = world.server.client(IAMClient);
  const id = await world.start(resourceArn, 'daily');
  const role = 'AWSBackupDefaultServiceRole';
  const policy = 'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup';
  await iam.send(new DetachRolePolicyCommand({ RoleName: role, PolicyArn: policy }));
  await world.tick();
  expect(await world.job(id)).toMatchObject({
    State: 'FAILED',
    MessageCategory: 'ACCESS_DENIED',
    StatusMessage: expect.stringContaining(
      `IAM Role ${world.roleArn} does not have sufficient permissions to execute the backup`,
    ),
  });
});

function sealedFor(vaultId: string, like: { readonly id: string; readonly key_sealed: Buffer }): Buffer {
  const { sealer } = world.server.installation;
  return sealer.seal(sealer.open(like.key_sealed, `vault-key:${like.id}`), `vault-key:${vaultId}`);
}

async function grown(folder: string): Promise<void> {
  const { watch } = await import('node:fs/promises');
  const changes = watch(folder)[Symbol.asyncIterator]();
  while (readdirSync(folder).length === 0) await changes.next();
}
