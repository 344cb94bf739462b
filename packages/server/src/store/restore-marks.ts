/**
 * Which restore jobs have marks at their places: what a later attempt would know the earlier one by.
 *
 * Not here: what the marks are (connectors), when they go (jobs/restore-marks.ts).
 */
import type { Queryable } from './database.ts';
import type { RestoreJobRow } from './jobs.ts';

export async function noteMarks(db: Queryable, jobId: string, hasMarks: boolean): Promise<void> {
  await db.updateTable('restore_job').set({ has_marks: hasMarks }).where('id', '=', jobId).execute();
}

/** Jobs that have ended and still have marks. */
export function endedWithMarks(db: Queryable, limit: number): Promise<RestoreJobRow[]> {
  return db
    .selectFrom('restore_job')
    .selectAll()
    .where('has_marks', '=', true)
    .where('status', 'in', ['COMPLETED', 'ABORTED', 'FAILED'])
    .orderBy('id')
    .limit(limit)
    .execute();
}
