/**
 * A restore job's states and what time alone makes of them. Pure.
 *
 * A restore is made beside its target and put in place in one step at the end, so a lost worker's restore is made anew.
 * Source: backup spec 5.7.
 */
import { type Instant, unreachable } from '@holdfast/kernel';
import type { RestoreJobRow } from '../store/jobs.ts';

export type RestoreJob = Readonly<
  | { status: 'PENDING' }
  | { status: 'RUNNING'; attempt: number; leaseUntil: Instant }
  | { status: 'COMPLETED' | 'ABORTED' | 'FAILED' }
>;

export const RESTORE_ATTEMPTS_MAX = 3;

export type SweptRestore =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'again' }
  | { readonly kind: 'failed'; readonly message: string };

export function sweepRestoreJob(job: RestoreJob, now: Instant): SweptRestore {
  switch (job.status) {
    case 'PENDING':
    case 'COMPLETED':
    case 'ABORTED':
    case 'FAILED':
      return { kind: 'unchanged' };
    case 'RUNNING':
      if (now <= job.leaseUntil) return { kind: 'unchanged' };
      if (job.attempt < RESTORE_ATTEMPTS_MAX) return { kind: 'again' };
      return { kind: 'failed', message: `Restore job failed because its worker was lost ${job.attempt} times.` };
    default:
      return unreachable(job);
  }
}

export function restoreJobOf(row: RestoreJobRow): RestoreJob {
  return row.status === 'RUNNING'
    ? { status: row.status, attempt: row.attempt, leaseUntil: row.lease_until ?? row.created_at }
    : { status: row.status };
}
