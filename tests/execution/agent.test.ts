import path from 'node:path';
import {
  DeleteRecoveryPointCommand,
  ListTagsCommand,
  StartCopyJobCommand,
  StopBackupJobCommand,
} from '@aws-sdk/client-backup';
import { DAY_MS, HOUR_MS, ManualClock, present, systemClock, systemRandom, uuid } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findBackupJob } from '../../packages/server/src/store/jobs.ts';
import { claimBackupJob, heartbeat, leave } from '../../packages/server/src/store/jobs-work.ts';
import { holdTable, type PostgresServer, postgres15 } from './postgres-server.ts';
import { makeTree } from './tree.ts';
import { executionWorld, POSTGRESQL, REGION, type World } from './world.ts';

const clock = new ManualClock(systemClock.now());
const LEASE_MS = 30_000;
let world: World;
let server: PostgresServer;
let files: string;
let shop: string;

beforeAll(async () => {
  [world, server] = await Promise.all([
    executionWorld({ clock, settings: { leaseMs: LEASE_MS, jobsAtOnce: 2 } }),
    postgres15(),
  ]);
  await server.query('postgres', 'create database shop');
  await Promise.all([world.vault('daily'), world.vault('offsite', 'eu-central-1')]);
  files = await world.directory(makeTree(path.join(world.server.folder, 'files')));
  await world.register(POSTGRESQL, {
    DBInstanceIdentifier: 'shop',
    Host: server.host,
    Database: 'shop',
    Username: server.username,
  });
  shop = `arn:aws:rds:${REGION}:${world.accountId}:db:shop`;
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const db = () => world.server.installation.db;
const claim = (owner: string) => ({ owner, now: clock.now(), leaseUntil: clock.now() + LEASE_MS });
const vaultRow = () =>
  db().selectFrom('backup_vault').selectAll().where('name', '=', 'daily').executeTakeFirstOrThrow();
const access = async () => {
  const { id, key_sealed, storage, repository_id } = await vaultRow();
  const password = world.server.installation.sealer.open(key_sealed, `vault-key:${id}`).toString('utf8');
  return { storage, password, repositoryId: present(repository_id, 'repository id') };
};
const snapshots = async () =>
  (await world.server.installation.repositories.snapshots(await access(), undefined, new AbortController().signal)).map(
    ({ id }) => id,
  );
const busy = () => db().selectFrom('resource_busy').selectAll().execute();
const pointOf = (arn: string | undefined) =>
  db().selectFrom('recovery_point').selectAll().where('arn', '=', present(arn, 'ARN')).executeTakeFirst();

/** A job that hangs in the middle of its work until `release`. */
async function hanging() {
  const held = await holdTable(server);
  const id = await world.start(shop, 'daily');
  const working = world.tick();
  await held.waitedFor();
  return { id, working, release: held.release };
}

test('a running job is stopped by request, and its resource is free again', async () => {
  const { id, working, release } = await hanging();
  expect(await world.job(id)).toMatchObject({ State: 'RUNNING' });
  await world.backup.send(new StopBackupJobCommand({ BackupJobId: id })).catch(() => stopAnyway(id));
  await working;
  await release();
  expect(await world.job(id)).toMatchObject({ State: 'ABORTED', StatusMessage: 'Backup job was stopped by user.' });
  expect(await busy()).toEqual([]);
});

test('a job that has not begun is stopped by the sweeper', async () => {
  const id = await world.start(files, 'daily');
  await world.backup.send(new StopBackupJobCommand({ BackupJobId: id }));
  await world.tick();
  expect(await world.job(id)).toMatchObject({ State: 'ABORTED', StatusMessage: 'Backup job was stopped by user.' });
});

test('a second job on a resource waits, and expires with the words of AWS', async () => {
  const { id, working, release } = await hanging();
  const second = await world.start(shop, 'daily', { StartWindowMinutes: 60 });
  clock.advance(HOUR_MS + 1_000);
  await expect.poll(async () => (await world.job(second)).State).toBe('EXPIRED');
  expect(await world.job(second)).toMatchObject({
    MessageCategory: 'CONCURRENT_JOB',
    StatusMessage: 'Backup job failed because there was a running job for the same resource.',
  });
  await release();
  await working;
  expect(await world.job(id)).toMatchObject({ State: 'COMPLETED' });
});

test('a job that nobody started inside its window expires', async () => {
  const id = await world.start(files, 'daily', { StartWindowMinutes: 60 });
  clock.advance(HOUR_MS + 1_000);
  await world.tick();
  expect(await world.job(id)).toMatchObject({ State: 'EXPIRED', MessageCategory: 'JOB_EXPIRED' });
});

test('a job that is not done inside its completion window expires, and its worker records nothing', async () => {
  const { id, working, release } = await hanging();
  clock.advance(8 * DAY_MS);
  await working;
  await release();
  expect(await world.job(id)).toMatchObject({
    State: 'EXPIRED',
    StatusMessage: 'Backup job expired before completion.',
  });
  expect((await world.job(id)).RecoveryPointArn).toBeUndefined();
  expect(await busy()).toEqual([]);
});

test('a job whose worker died is done by another; what the dead one left is removed, and nothing of it is believed', async () => {
  const id = await world.start(files, 'daily');
  const lost = present(await claimBackupJob(db(), claim('dead')), 'claim');
  const leftBehind = await world.server.installation.repositories.backup(
    await access(),
    { kind: 'directory', folder: path.join(world.server.folder, 'files', 'sub') },
    { accountId: world.accountId, createdAt: clock.now(), tags: [`holdfast:job=${id}`] },
    { signal: new AbortController().signal },
  );
  await world.tick();
  expect(await world.job(id), 'the lease still holds').toMatchObject({ State: 'RUNNING' });
  clock.advance(LEASE_MS + 1);
  await world.tick();
  const job = await world.job(id);
  expect(job).toMatchObject({ State: 'COMPLETED' });
  expect(await findBackupJob(db(), id)).toMatchObject({ attempt: 2 });
  expect((await pointOf(job.RecoveryPointArn))?.snapshot_id).not.toBe(leftBehind.snapshotId);
  expect(await snapshots()).toContain(leftBehind.snapshotId);

  // The dead one comes back: its lease is somebody else's.
  const lease = { kind: 'backup', jobId: id, token: lost.lease_token } as const;
  expect(await heartbeat(db(), lease, clock.now(), { percent: 1, bytes: 1 })).toBe('lost');
  expect(
    await db()
      .transaction()
      .execute((tx) => leave(tx, lease, { state: 'FAILED' })),
  ).toBe(false);
  expect(await world.job(id)).toMatchObject({ State: 'COMPLETED' });

  clock.advance(LEASE_MS + 1);
  await world.tick();
  expect(await snapshots()).not.toContain(leftBehind.snapshotId);
  expect(await snapshots()).toContain((await pointOf(job.RecoveryPointArn))?.snapshot_id);
});

test('a job whose workers die again and again fails', async () => {
  const id = await world.start(files, 'daily');
  for (const owner of ['first', 'second', 'third']) {
    await sweepOnly();
    expect((await claimBackupJob(db(), claim(owner)))?.id).toBe(id);
    clock.advance(LEASE_MS + 1);
  }
  await world.tick();
  expect(await world.job(id)).toMatchObject({
    State: 'FAILED',
    StatusMessage: expect.stringContaining('lost 3 times'),
  });
  expect(await busy()).toEqual([]);
});

test('a server that stops gives its jobs back at once, and the attempt does not count', async () => {
  const held = await holdTable(server);
  const id = await world.start(shop, 'daily');
  world.server.start(['jobs']);
  await held.waitedFor();
  const { rows } = await stopRooms();
  await held.release();
  expect(rows).toMatchObject({ state: 'PENDING', attempt: 0, lease_owner: null });
  expect(await findBackupJob(db(), id)).toMatchObject({ state: 'PENDING' });
  expect(await busy()).toEqual([]);
}, 30_000);

test('the copies of a rule are made when the point exists, with the lifecycle of the source where the copy names none', async () => {
  const destination = world.vaultArn('offsite', 'eu-central-1');
  const id = uuid(systemRandom);
  const { createBackupJobs } = await import('../../packages/server/src/store/jobs.ts');
  const now = clock.now();
  await db()
    .transaction()
    .execute((tx) =>
      createBackupJobs(tx, [
        {
          id,
          accountId: world.accountId,
          region: REGION,
          vaultName: 'daily',
          resourceArn: files,
          resourceType: 'EFS',
          iamRoleArn: world.roleArn,
          createdBy: { BackupPlanId: 'p', BackupRuleId: 'r' },
          request: {
            lifecycle: { DeleteAfterDays: 5 },
            recoveryPointTags: { by: 'plan' },
            copyActions: [
              { destinationVaultArn: destination, lifecycle: { DeleteAfterDays: -1 } },
              { destinationVaultArn: destination, lifecycle: { DeleteAfterDays: 30 } },
              { destinationVaultArn: world.vaultArn('missing', 'eu-central-1') },
            ],
          },
          createdAt: now,
          scheduledAt: now,
          startBy: now + HOUR_MS,
          completeBy: now + DAY_MS,
        },
      ]),
    );
  await world.tick();
  const copies = await db().selectFrom('copy_job').selectAll().where('created_by_backup_job_id', '=', id).execute();
  expect(copies.map(({ state }) => state).toSorted()).toEqual(['COMPLETED', 'COMPLETED', 'FAILED']);
  expect(copies.find(({ state }) => state === 'FAILED')?.status_message).toBe(
    `Copy job failed because backup vault ${world.vaultArn('missing', 'eu-central-1')} does not exist.`,
  );
  const source = await pointOf((await world.job(id)).RecoveryPointArn);
  const points = await Promise.all(
    copies
      .filter(({ state }) => state === 'COMPLETED')
      .map((copy) => pointOf(copy.destination_recovery_point_arn ?? undefined)),
  );
  expect(points.map((point) => present(point?.delete_at, 'delete_at') - now).toSorted((a, b) => a - b)).toEqual([
    5 * DAY_MS,
    30 * DAY_MS,
  ]);
  expect(points.map((point) => point?.created_at)).toEqual([source?.created_at, source?.created_at]);
  // Two copies of one point into one vault stand on one snapshot, which goes with the last of them.
  const [first, second] = points.toSorted((a, b) => Number(a?.delete_at) - Number(b?.delete_at));
  expect(first?.snapshot_id).toBe(second?.snapshot_id);
  clock.advance(6 * DAY_MS);
  await world.tick();
  expect(await pointOf(first?.arn)).toBeUndefined();
  const restored = await world.server.installation.repositories.snapshots(
    await accessOf('offsite'),
    undefined,
    new AbortController().signal,
  );
  expect(restored.map((snapshot) => snapshot.id)).toContain(second?.snapshot_id);
});

test('a point goes when its retention is over: its row, its tags, its snapshot, and later its space', async () => {
  const job = await world.backUp(files, 'daily', { Lifecycle: { DeleteAfterDays: 1 }, RecoveryPointTags: { a: 'b' } });
  const point = present(await pointOf(job.RecoveryPointArn), 'point');
  clock.advance(DAY_MS - 1_000);
  await world.tick();
  expect(await pointOf(point.arn)).toBeDefined();
  clock.advance(2_000);
  await world.tick();
  expect(await pointOf(point.arn)).toBeUndefined();
  expect(await snapshots()).not.toContain(point.snapshot_id);
  await expect(world.backup.send(new ListTagsCommand({ ResourceArn: point.arn }))).rejects.toThrow();
  const due = present((await vaultRow()).prune_due_at, 'prune_due_at');
  clock.set(due + 1);
  await world.tick();
  expect(await vaultRow()).toMatchObject({ prune_due_at: null, last_pruned_at: clock.now() });
});

test('DeleteRecoveryPoint removes the point and its snapshot', async () => {
  const job = await world.backUp(files, 'daily');
  const point = present(await pointOf(job.RecoveryPointArn), 'point');
  await world.backup.send(new DeleteRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: point.arn }));
  await world.tick();
  expect(await pointOf(point.arn)).toBeUndefined();
  expect(await snapshots()).not.toContain(point.snapshot_id);
});

test('a copy into an account that is in no organization with this one fails with the words of AWS', async () => {
  const job = await world.backUp(files, 'daily');
  const stranger = `arn:aws:backup:${REGION}:999999999999:backup-vault:theirs`;
  const copy = await world.copy(present(job.RecoveryPointArn, 'ARN'), 'daily', stranger);
  expect(copy).toMatchObject({
    State: 'FAILED',
    MessageCategory: 'ACCESS_DENIED',
    StatusMessage: 'Copy job failed. Both source and destination account must be a member of the same organization.',
  });
});

test('a copy of a point that was deleted in the meantime fails', async () => {
  const job = await world.backUp(files, 'daily');
  const arn = present(job.RecoveryPointArn, 'ARN');
  const command = new StartCopyJobCommand({
    RecoveryPointArn: arn,
    SourceBackupVaultName: 'daily',
    DestinationBackupVaultArn: world.vaultArn('offsite', 'eu-central-1'),
    IamRoleArn: world.roleArn,
  });
  const { CopyJobId: id } = await world.backup.send(command);
  await world.backup.send(new DeleteRecoveryPointCommand({ BackupVaultName: 'daily', RecoveryPointArn: arn }));
  await world.tick();
  const row = await db().selectFrom('copy_job').selectAll().where('id', '=', present(id, 'id')).executeTakeFirst();
  expect(row).toMatchObject({
    state: 'FAILED',
    status_message: `Copy job failed because recovery point ${arn} does not exist.`,
  });
});

test('no more jobs run side by side than the settings say, and one of a resource', async () => {
  const arns = await Promise.all(
    ['one', 'two', 'three'].map((name) => world.directory(makeTree(path.join(world.server.folder, name)))),
  );
  const ids = await Promise.all([...arns, ...arns].map((arn) => world.start(arn, 'daily')));
  const seen: number[] = [];
  const watching = { on: true };
  const watch = (async () => {
    while (watching.on)
      seen.push((await db().selectFrom('backup_job').select('id').where('state', '=', 'RUNNING').execute()).length);
  })();
  await world.tick();
  watching.on = false;
  await watch;
  expect(Math.max(...seen)).toBe(2);
  expect(await Promise.all(ids.map(async (id) => (await world.job(id)).State))).toEqual(ids.map(() => 'COMPLETED'));
});

async function stopAnyway(id: string): Promise<void> {
  // RDS jobs cannot be stopped through the API (AWS's rule); the agent does not care for the type.
  const { requestStop } = await import('../../packages/server/src/store/jobs.ts');
  await db()
    .transaction()
    .execute((tx) => requestStop(tx, { accountId: world.accountId, region: REGION, id }));
}

async function sweepOnly(): Promise<void> {
  const { sweep } = await import('../../packages/server/src/jobs/sweeper.ts');
  await sweep(world.server.installation, clock.now());
}

async function stopRooms() {
  const before = await db()
    .selectFrom('backup_job')
    .select('id')
    .where('state', '=', 'RUNNING')
    .executeTakeFirstOrThrow();
  await world.server.stop();
  const rows = await findBackupJob(db(), before.id);
  return { rows };
}

async function accessOf(name: string) {
  const { id, key_sealed, storage, repository_id } = await db()
    .selectFrom('backup_vault')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  const password = world.server.installation.sealer.open(key_sealed, `vault-key:${id}`).toString('utf8');
  return { storage, password, repositoryId: present(repository_id, 'repository id') };
}
