import type { BackupJobState, CopyJobState, RestoreJobStatus } from '@aws-sdk/client-backup';
import { MINUTE_MS } from '@holdfast/kernel';
import { expect, test } from 'vitest';
import type { BackupJobRow, CopyJobRow, RestoreJobRow } from '../store/jobs.ts';
import { ATTEMPTS_MAX, type BackupJob, startRetryDelayMs, sweepBackupJob } from './backup-job.ts';
import { COPY_ATTEMPTS_MAX, type CopyJob, sweepCopyJob } from './copy-job.ts';
import { recoveryPointArn } from './recovery-point-arn.ts';
import { RESTORE_ATTEMPTS_MAX, type RestoreJob, sweepRestoreJob } from './restore-job.ts';

/** `true` only when all three have the same members. */
type Same<A, B, C> = [A, B, C] extends [B, C, A] ? true : false;

const NOW = 1_000_000;
const running = { state: 'RUNNING', attempt: 1, completeBy: NOW, leaseUntil: NOW } as const;

test.each<[rule: string, job: BackupJob, becomes: string]>([
  ['a job inside its start window waits', { state: 'CREATED', startBy: NOW, waitsForResource: false }, 'unchanged'],
  [
    'a job past its start window expires',
    { state: 'CREATED', startBy: NOW - 1, waitsForResource: false },
    'EXPIRED JOB_EXPIRED',
  ],
  [
    'a job that waited for another on its resource says so when it expires',
    { state: 'CREATED', startBy: NOW - 1, waitsForResource: true },
    'EXPIRED CONCURRENT_JOB Backup job failed because there was a running job for the same resource.',
  ],
  [
    'a job given back waits until its completion window ends',
    { state: 'PENDING', attempt: 1, completeBy: NOW },
    'unchanged',
  ],
  [
    'a job given back expires with its completion window',
    { state: 'PENDING', attempt: 1, completeBy: NOW - 1 },
    'EXPIRED JOB_EXPIRED',
  ],
  ['a job whose worker lives goes on', running, 'unchanged'],
  ['a job whose worker was lost is given back', { ...running, leaseUntil: NOW - 1 }, 'again'],
  [
    'a job whose worker was lost too often fails',
    { ...running, leaseUntil: NOW - 1, attempt: ATTEMPTS_MAX },
    'FAILED FATAL_ERROR',
  ],
  [
    'a running job past its completion window expires, whether its worker lives or not',
    { ...running, completeBy: NOW - 1 },
    'EXPIRED JOB_EXPIRED Backup job expired before completion.',
  ],
  [
    'a job to be stopped that nobody works on is stopped',
    { state: 'ABORTING', leaseUntil: null },
    'ABORTED MISCELLANEOUS Backup job was stopped by user.',
  ],
  ['a job to be stopped is left to its worker', { state: 'ABORTING', leaseUntil: NOW }, 'unchanged'],
  [
    'a job to be stopped whose worker was lost is stopped',
    { state: 'ABORTING', leaseUntil: NOW - 1 },
    'ABORTED MISCELLANEOUS',
  ],
  ['a finished job stays', { state: 'COMPLETED' }, 'unchanged'],
])('%s', (_rule, job, becomes) => {
  const swept = sweepBackupJob(job, NOW);
  expect(swept.kind === 'ended' ? `${swept.state} ${swept.category} ${swept.message}` : swept.kind).toMatch(
    new RegExp(`^${becomes}`),
  );
});

test.each<[rule: string, job: CopyJob, becomes: string]>([
  ['a copy waits without a limit', { state: 'CREATED' }, 'unchanged'],
  ['a copy whose worker lives goes on', { state: 'RUNNING', attempt: 1, leaseUntil: NOW }, 'unchanged'],
  ['a copy whose worker was lost is made again', { state: 'RUNNING', attempt: 1, leaseUntil: NOW - 1 }, 'again'],
  [
    'a copy whose worker was lost too often fails',
    { state: 'RUNNING', attempt: COPY_ATTEMPTS_MAX, leaseUntil: 0 },
    'failed',
  ],
])('%s', (_rule, job, becomes) => {
  expect(sweepCopyJob(job, NOW).kind).toBe(becomes);
});

test.each<[rule: string, job: RestoreJob, becomes: string]>([
  ['a restore waits without a limit', { status: 'PENDING' }, 'unchanged'],
  ['a restore whose worker was lost is made again', { status: 'RUNNING', attempt: 1, leaseUntil: NOW - 1 }, 'again'],
  [
    'a restore whose worker was lost too often fails',
    { status: 'RUNNING', attempt: RESTORE_ATTEMPTS_MAX, leaseUntil: 0 },
    'failed',
  ],
])('%s', (_rule, job, becomes) => {
  expect(sweepRestoreJob(job, NOW).kind).toBe(becomes);
});

test('starts that fail are tried again ever more slowly, at least every ten minutes', () => {
  expect([0, 30_000, 60 * MINUTE_MS].map(startRetryDelayMs)).toEqual([5_000, 30_000, 10 * MINUTE_MS]);
});

test.each([
  ['RDS', 'backup', 'arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:job-J'],
  ['RDS', 'copy', 'arn:aws:rds:eu-central-1:111122223333:snapshot:awsbackup:copyjob-J'],
  ['EFS', 'backup', 'arn:aws:backup:eu-central-1:111122223333:recovery-point:J'],
] as const)('the recovery point of a %s %s job is named after the job', (resourceType, kind, arn) => {
  const of = { resourceType, region: 'eu-central-1', accountId: '111122223333', job: { kind, id: 'J' } };
  expect(recoveryPointArn(of)).toBe(arn);
});

test('states are those of AWS and those of the rows; the compiler compares them', () => {
  const backup: Same<BackupJob['state'], BackupJobState, BackupJobRow['state']> = true;
  const copy: Same<CopyJob['state'], CopyJobState, CopyJobRow['state']> = true;
  const restore: Same<RestoreJob['status'], RestoreJobStatus, RestoreJobRow['status']> = true;
  expect([backup, copy, restore]).toEqual([true, true, true]);
});
