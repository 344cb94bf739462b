/**
 * Jobs as workers and the sweeper see them: claimed under a lease, kept by heartbeats, ended once.
 *
 * INVARIANT: every change of a job that a worker holds names the lease's token; a worker that lost its lease changes
 * nothing. INVARIANT: one backup or copy job at a time on a resource (backup spec 5.5): the row in resource_busy is
 * made with the claim and goes with it. Claims are one statement each, with `skip locked`, so that any number of
 * servers may claim side by side (tech 2).
 */
import type { Instant } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { BackupJobRow, CopyJobRow, RestoreJobRow } from './jobs.ts';

export type JobKind = 'backup' | 'copy' | 'restore';

/** Who holds a job: the token grows with each claim. */
export interface Lease {
  readonly kind: JobKind;
  readonly jobId: string;
  readonly token: number;
}

export interface Claim {
  readonly owner: string;
  readonly now: Instant;
  readonly leaseUntil: Instant;
}

export async function claimBackupJob(
  db: Queryable,
  { owner, now, leaseUntil }: Claim,
): Promise<BackupJobRow | undefined> {
  const { rows } = await sql<BackupJobRow>`
    with next as (
      select id, resource_arn from backup_job job
      where state in ('CREATED', 'PENDING') and run_after <= ${now}
        and (state = 'PENDING' or start_by >= ${now}) and complete_by >= ${now}
        and not exists (select from resource_busy busy where busy.resource_arn = job.resource_arn)
      order by run_after, id limit 1 for update skip locked
    ), busy as (
      insert into resource_busy (resource_arn, job_id) select resource_arn, id from next
      on conflict do nothing returning job_id
    )
    update backup_job set state = 'RUNNING', attempt = attempt + 1, lease_owner = ${owner}, lease_token = lease_token + 1,
      lease_until = ${leaseUntil}, initiated_at = coalesce(initiated_at, ${now}), status_message = null,
      message_category = null, percent_done = 0, bytes_transferred = null
    where id in (select job_id from busy) returning *`.execute(db);
  return rows[0];
}

export async function claimCopyJob(db: Queryable, { owner, now, leaseUntil }: Claim): Promise<CopyJobRow | undefined> {
  const { rows } = await sql<CopyJobRow>`
    with next as (
      select id, resource_arn from copy_job job
      where state = 'CREATED' and run_after <= ${now}
        and not exists (select from resource_busy busy where busy.resource_arn = job.resource_arn)
      order by run_after, id limit 1 for update skip locked
    ), busy as (
      insert into resource_busy (resource_arn, job_id) select resource_arn, id from next
      on conflict do nothing returning job_id
    )
    update copy_job set state = 'RUNNING', attempt = attempt + 1, lease_owner = ${owner}, lease_token = lease_token + 1,
      lease_until = ${leaseUntil}, status_message = null, message_category = null
    where id in (select job_id from busy) returning *`.execute(db);
  return rows[0];
}

export async function claimRestoreJob(
  db: Queryable,
  { owner, now, leaseUntil }: Claim,
): Promise<RestoreJobRow | undefined> {
  const { rows } = await sql<RestoreJobRow>`
    with next as (
      select id from restore_job where status = 'PENDING' and run_after <= ${now}
      order by run_after, id limit 1 for update skip locked
    )
    update restore_job set status = 'RUNNING', attempt = attempt + 1, lease_owner = ${owner},
      lease_token = lease_token + 1, lease_until = ${leaseUntil}, status_message = null, percent_done = 0
    where id in (select id from next) returning *`.execute(db);
  return rows[0];
}

export interface Progress {
  readonly percent: number | undefined;
  readonly bytes: number | undefined;
}

/**
 * `stop`: somebody asked for it; the worker ends the job. `lost`: it is not ours any more; the worker drops what it
 * does.
 */
export type HeartbeatAnswer = 'ours' | 'stop' | 'lost';

export async function heartbeat(
  db: Queryable,
  { kind, jobId, token }: Lease,
  leaseUntil: Instant,
  { percent, bytes }: Progress,
): Promise<HeartbeatAnswer> {
  const state = sql.ref(stateColumn(kind));
  // Copies have no percentage in AWS's answers.
  const progress =
    kind === 'backup'
      ? sql`, percent_done = coalesce(${percent ?? null}::real, percent_done), bytes_transferred = coalesce(${bytes ?? null}::bigint, bytes_transferred)`
      : kind === 'restore'
        ? sql`, percent_done = coalesce(${percent ?? null}::real, percent_done)`
        : sql``;
  const { rows } = await sql<{ state: string }>`
    update ${sql.table(`${kind}_job`)} set lease_until = ${leaseUntil}${progress}
    where id = ${jobId} and lease_token = ${token} and ${state} in ('RUNNING', 'ABORTING')
    returning ${state} as state`.execute(db);
  if (rows[0] === undefined) return 'lost';
  return rows[0].state === 'ABORTING' ? 'stop' : 'ours';
}

/** Columns that a job gets with its end or when it is given back. */
export type JobChange = Readonly<Record<string, string | number | null>>;

/**
 * Changes a job that is RUNNING (or, with `stopping`, also ABORTING) under this lease, gives the lease back and frees
 * the resource. False: the lease was lost, or somebody asked to stop; nothing has changed, and the caller rolls back.
 */
export async function leave(
  tx: Tx,
  { kind, jobId, token }: Lease,
  change: JobChange,
  { stopping = false }: { readonly stopping?: boolean } = {},
): Promise<boolean> {
  const states = stopping ? ['RUNNING', 'ABORTING'] : ['RUNNING'];
  const assignments = Object.entries(change).map(([column, value]) => sql`, ${sql.ref(column)} = ${value}`);
  const { rows } = await sql<{ id: string }>`
    update ${sql.table(`${kind}_job`)} set lease_owner = null, lease_until = null${sql.join(assignments, sql``)}
    where id = ${jobId} and lease_token = ${token} and ${sql.ref(stateColumn(kind))} = any(${states})
    returning id`.execute(tx);
  if (rows.length === 0) return false;
  await freeResource(tx, jobId);
  return true;
}

export async function freeResource(tx: Tx, jobId: string): Promise<void> {
  await tx.deleteFrom('resource_busy').where('job_id', '=', jobId).execute();
}

/** Takes the resource in the name of no lease: only for what the sweeper does with a job it has locked. */
export async function changeSwept(tx: Tx, kind: JobKind, jobId: string, change: JobChange): Promise<void> {
  const assignments = Object.entries(change).map(([column, value]) => sql`, ${sql.ref(column)} = ${value}`);
  // A new token: whoever still works on it finds the lease lost.
  await sql`
    update ${sql.table(`${kind}_job`)} set lease_owner = null, lease_until = null,
      lease_token = lease_token + 1${sql.join(assignments, sql``)}
    where id = ${jobId}`.execute(tx);
  await freeResource(tx, jobId);
}

/** At most `limit` jobs on which time may have something to say, held until the end of the transaction. */
export async function lockSweepableBackupJobs(tx: Tx, now: Instant, limit: number): Promise<BackupJobRow[]> {
  const { rows } = await sql<BackupJobRow>`
    select * from backup_job
    where (state = 'CREATED' and start_by < ${now})
      or (state = 'PENDING' and complete_by < ${now})
      or (state in ('RUNNING', 'ABORTING') and (lease_until is null or lease_until < ${now}))
      or (state = 'RUNNING' and complete_by < ${now})
    order by created_at limit ${limit} for update skip locked`.execute(tx);
  return rows;
}

export async function lockSweepableCopyJobs(tx: Tx, now: Instant, limit: number): Promise<CopyJobRow[]> {
  const { rows } = await sql<CopyJobRow>`
    select * from copy_job where state = 'RUNNING' and lease_until < ${now}
    order by created_at limit ${limit} for update skip locked`.execute(tx);
  return rows;
}

export async function lockSweepableRestoreJobs(tx: Tx, now: Instant, limit: number): Promise<RestoreJobRow[]> {
  const { rows } = await sql<RestoreJobRow>`
    select * from restore_job where status = 'RUNNING' and lease_until < ${now}
    order by created_at limit ${limit} for update skip locked`.execute(tx);
  return rows;
}

/** The job that holds a resource now. */
export async function holderOf(db: Queryable, resourceArn: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('resource_busy')
    .select('job_id')
    .where('resource_arn', '=', resourceArn)
    .executeTakeFirst();
  return row?.job_id;
}

/** When a recovery point was last restored. */
export async function noteRestore(tx: Tx, recoveryPointArn: string, at: Instant): Promise<void> {
  await tx.updateTable('recovery_point').set({ last_restored_at: at }).where('arn', '=', recoveryPointArn).execute();
}

function stateColumn(kind: JobKind): string {
  return kind === 'restore' ? 'status' : 'state';
}
