/**
 * The sweeper: writes into the database what time alone makes of jobs. The states' rules are in backup-job.ts,
 * copy-job.ts and restore-job.ts; here are only their effects.
 */

import type { Instant } from '@holdfast/kernel';
import { parseVaultArn } from '../plans/arns.ts';
import type { Tx } from '../store/database.ts';
import type { BackupJobRow } from '../store/jobs.ts';
import { askForOrphanCheckOf } from '../store/jobs-removal.ts';
import {
  changeSwept,
  holderOf,
  lockSweepableBackupJobs,
  lockSweepableCopyJobs,
  lockSweepableRestoreJobs,
} from '../store/jobs-work.ts';
import { backupJobOf, sweepBackupJob } from './backup-job.ts';
import { copyJobOf, sweepCopyJob } from './copy-job.ts';
import type { JobParts } from './parts.ts';
import { restoreJobOf, sweepRestoreJob } from './restore-job.ts';
import { removeMarks } from './restore-marks.ts';

const JOBS_AT_ONCE = 200;

/** @returns true when there may be more to sweep */
export async function sweep(parts: JobParts, now: Instant): Promise<boolean> {
  const counts = await Promise.all([
    parts.db.transaction().execute((tx) => sweepBackups(parts, tx, now)),
    parts.db.transaction().execute((tx) => sweepCopies(parts, tx, now)),
    parts.db.transaction().execute((tx) => sweepRestores(parts, tx, now)),
  ]);
  await removeMarks(parts);
  return counts.some((count) => count === JOBS_AT_ONCE);
}

async function sweepBackups(parts: JobParts, tx: Tx, now: number): Promise<number> {
  const rows = await lockSweepableBackupJobs(tx, now, JOBS_AT_ONCE);
  for (const row of rows) {
    const holder = row.state === 'CREATED' ? await holderOf(tx, row.resource_arn) : undefined;
    const swept = sweepBackupJob(backupJobOf(row, holder !== undefined && holder !== row.id), now);
    if (swept.kind === 'unchanged') continue;
    if (swept.kind === 'again') {
      await changeSwept(tx, 'backup', row.id, { state: 'PENDING', run_after: now });
    } else {
      // What the last try said is the reason that it could not start.
      const message =
        row.state === 'CREATED' && row.status_message !== null
          ? `${swept.message} ${row.status_message}`
          : swept.message;
      const ended = {
        state: swept.state,
        status_message: message,
        message_category: swept.category,
        completed_at: now,
      };
      await changeSwept(tx, 'backup', row.id, ended);
    }
    if (row.lease_until !== null) await lookForOrphans(parts, tx, row, now);
    parts.log.info('job.swept', {
      jobId: row.id,
      from: row.state,
      to: swept.kind === 'again' ? 'PENDING' : swept.state,
    });
  }
  return rows.length;
}

/** The lost worker may live on for a while, so not before another lease has passed. */
async function lookForOrphans(parts: JobParts, tx: Tx, row: BackupJobRow, now: number): Promise<void> {
  const vault = { accountId: row.account_id, region: row.region, name: row.vault_name };
  await askForOrphanCheckOf(tx, vault, now + parts.settings.leaseMs);
}

async function sweepCopies(parts: JobParts, tx: Tx, now: number): Promise<number> {
  const rows = await lockSweepableCopyJobs(tx, now, JOBS_AT_ONCE);
  for (const row of rows) {
    const swept = sweepCopyJob(copyJobOf(row), now);
    if (swept.kind === 'unchanged') continue;
    const ended =
      swept.kind === 'again'
        ? { state: 'CREATED', run_after: now }
        : { state: 'FAILED', status_message: swept.message, message_category: 'FATAL_ERROR', completed_at: now };
    await changeSwept(tx, 'copy', row.id, ended);
    const destination = parseVaultArn(row.destination_vault_arn);
    if (swept.kind === 'failed' && destination?.accountId === row.account_id)
      await askForOrphanCheckOf(tx, destination, now + parts.settings.leaseMs);
    parts.log.info('job.swept', { jobId: row.id, from: row.state, to: ended.state });
  }
  return rows.length;
}

async function sweepRestores(parts: JobParts, tx: Tx, now: number): Promise<number> {
  const rows = await lockSweepableRestoreJobs(tx, now, JOBS_AT_ONCE);
  for (const row of rows) {
    const swept = sweepRestoreJob(restoreJobOf(row), now);
    if (swept.kind === 'unchanged') continue;
    const ended =
      swept.kind === 'again'
        ? { status: 'PENDING', run_after: now }
        : { status: 'FAILED', status_message: swept.message, completed_at: now };
    await changeSwept(tx, 'restore', row.id, ended);
    parts.log.info('job.swept', { jobId: row.id, from: row.status, to: ended.status });
  }
  return rows.length;
}
