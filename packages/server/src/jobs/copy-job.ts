/**
 * A copy job's states and what time alone makes of them. Pure.
 *
 * A copy has no start window: CREATED waits until the resource is free, however long. Source: backup spec 5.5, 5.7.
 */
import { type Instant, unreachable } from '@holdfast/kernel';
import type { CopyJobRow } from '../store/jobs.ts';

export type CopyJob = Readonly<
  | { state: 'CREATED' }
  | { state: 'RUNNING'; attempt: number; leaseUntil: Instant }
  | { state: 'COMPLETED' | 'FAILED' | 'PARTIAL' }
>;

export const COPY_ATTEMPTS_MAX = 5;

export type SweptCopy = { readonly kind: 'unchanged' } | { readonly kind: 'again' } | Failed;
interface Failed {
  readonly kind: 'failed';
  readonly message: string;
}

export function sweepCopyJob(job: CopyJob, now: Instant): SweptCopy {
  switch (job.state) {
    case 'CREATED':
    case 'COMPLETED':
    case 'FAILED':
    case 'PARTIAL':
      return { kind: 'unchanged' };
    case 'RUNNING':
      if (now <= job.leaseUntil) return { kind: 'unchanged' };
      if (job.attempt < COPY_ATTEMPTS_MAX) return { kind: 'again' };
      return { kind: 'failed', message: `Copy job failed because its worker was lost ${job.attempt} times.` };
    default:
      return unreachable(job);
  }
}

export function copyJobOf(row: CopyJobRow): CopyJob {
  return row.state === 'RUNNING'
    ? { state: row.state, attempt: row.attempt, leaseUntil: row.lease_until ?? row.created_at }
    : { state: row.state };
}
