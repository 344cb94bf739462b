/**
 * Jobs of an account that nobody may work for any more.
 *
 * What has not begun ends at once; a backup under way is told to stop, as StopBackupJob does; copies and restores under
 * way come to their end, since half of one is worth nothing. Not here: schedules, which pass such accounts over.
 */
import type { Instant } from '@holdfast/kernel';
import type { Tx } from './database.ts';

/** Safe to repeat. */
export async function endJobsOfAccount(tx: Tx, accountId: string, message: string, now: Instant): Promise<void> {
  const ended = { status_message: message, completed_at: now } as const;
  await tx
    .updateTable('backup_job')
    .set({ state: 'ABORTED', message_category: 'MISCELLANEOUS', ...ended })
    .where('account_id', '=', accountId)
    .where('state', 'in', ['CREATED', 'PENDING'])
    .execute();
  await tx
    .updateTable('backup_job')
    .set({ state: 'ABORTING', status_message: message })
    .where('account_id', '=', accountId)
    .where('state', '=', 'RUNNING')
    .execute();
  await tx
    .updateTable('copy_job')
    .set({ state: 'FAILED', message_category: 'MISCELLANEOUS', ...ended })
    .where('account_id', '=', accountId)
    .where('state', '=', 'CREATED')
    .execute();
  await tx
    .updateTable('restore_job')
    .set({ status: 'ABORTED', ...ended })
    .where('account_id', '=', accountId)
    .where('status', '=', 'PENDING')
    .execute();
}
