/**
 * A backup job's states and what time alone makes of them. Pure.
 *
 * CREATED waits for its first start, PENDING for another one after its worker was lost; RUNNING and ABORTING have a
 * worker, except an ABORTING job that had not started. Workers write the other changes (backup-work.ts), each guarded
 * by the lease. Source: backup spec 5.1 (states, texts), 5.8 (categories).
 */
import { type Instant, isoTime, MINUTE_MS, unreachable } from '@holdfast/kernel';
import type { BackupJobRow } from '../store/jobs.ts';

export type BackupJob = Readonly<
  | { state: 'CREATED'; startBy: Instant; waitsForResource: boolean }
  | { state: 'PENDING'; attempt: number; completeBy: Instant }
  | { state: 'RUNNING'; attempt: number; completeBy: Instant; leaseUntil: Instant }
  | { state: 'ABORTING'; leaseUntil: Instant | null }
  | { state: 'COMPLETED' | 'PARTIAL' | 'FAILED' | 'ABORTED' | 'EXPIRED' }
>;

/** How often a job is given to a worker again after the one before was lost. */
export const ATTEMPTS_MAX = 3;
/** AWS retries a start at least every 10 minutes inside the start window (backup spec 5.1). */
export const START_RETRY_MS_MAX = 10 * MINUTE_MS;
const START_RETRY_MS = 5_000;

export const EXPIRED_BEFORE_COMPLETION = 'Backup job expired before completion.';
export const STOPPED_BY_USER = 'Backup job was stopped by user.';
export const RESOURCE_WAS_BUSY = 'Backup job failed because there was a running job for the same resource.';

export interface Ended {
  readonly state: 'FAILED' | 'ABORTED' | 'EXPIRED';
  readonly message: string;
  readonly category: string;
}
export type SweptBackup =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'again' }
  | ({ readonly kind: 'ended' } & Ended);

const UNCHANGED: SweptBackup = { kind: 'unchanged' };

/** What the sweeper makes of a job at `now`: the only change of state without a worker. */
export function sweepBackupJob(job: BackupJob, now: Instant): SweptBackup {
  switch (job.state) {
    case 'CREATED':
      return now > job.startBy ? expiredBeforeStart(job) : UNCHANGED;
    case 'PENDING':
      return now > job.completeBy ? EXPIRED : UNCHANGED;
    case 'RUNNING':
      if (now > job.completeBy) return EXPIRED;
      if (now <= job.leaseUntil) return UNCHANGED;
      return job.attempt < ATTEMPTS_MAX ? { kind: 'again' } : lost(job.attempt);
    case 'ABORTING':
      return job.leaseUntil === null || now > job.leaseUntil
        ? { kind: 'ended', state: 'ABORTED', message: STOPPED_BY_USER, category: 'MISCELLANEOUS' }
        : UNCHANGED;
    case 'COMPLETED':
    case 'PARTIAL':
    case 'FAILED':
    case 'ABORTED':
    case 'EXPIRED':
      return UNCHANGED;
    default:
      return unreachable(job);
  }
}

const EXPIRED: SweptBackup = {
  kind: 'ended',
  state: 'EXPIRED',
  message: EXPIRED_BEFORE_COMPLETION,
  category: 'JOB_EXPIRED',
};

function expiredBeforeStart(job: { startBy: Instant; waitsForResource: boolean }): SweptBackup {
  if (job.waitsForResource) {
    return { kind: 'ended', state: 'EXPIRED', message: RESOURCE_WAS_BUSY, category: 'CONCURRENT_JOB' };
  }
  const message = `Backup job could not start within its start window, which ended at ${isoTime(job.startBy)}.`;
  return { kind: 'ended', state: 'EXPIRED', message, category: 'JOB_EXPIRED' };
}

function lost(attempts: number): SweptBackup {
  const message = `Backup job failed because its worker was lost ${attempts} times.`;
  return { kind: 'ended', state: 'FAILED', message, category: 'FATAL_ERROR' };
}

/**
 * The pause before a start that failed for a passing reason is tried again: as long as the job is old, at most ten
 * minutes.
 */
export function startRetryDelayMs(ageMs: number): number {
  return Math.min(Math.max(START_RETRY_MS, ageMs), START_RETRY_MS_MAX);
}

export function backupJobOf(row: BackupJobRow, waitsForResource: boolean): BackupJob {
  switch (row.state) {
    case 'CREATED':
      return { state: row.state, startBy: row.start_by, waitsForResource };
    case 'PENDING':
      return { state: row.state, attempt: row.attempt, completeBy: row.complete_by };
    case 'RUNNING':
      return {
        state: row.state,
        attempt: row.attempt,
        completeBy: row.complete_by,
        leaseUntil: row.lease_until ?? row.created_at,
      };
    case 'ABORTING':
      return { state: row.state, leaseUntil: row.lease_until };
    case 'COMPLETED':
    case 'PARTIAL':
    case 'FAILED':
    case 'ABORTED':
    case 'EXPIRED':
      return { state: row.state };
    default:
      return unreachable(row.state);
  }
}
