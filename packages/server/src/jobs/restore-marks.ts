/**
 * Removes the marks of restores whose server ended between the job's end and their removal.
 *
 * The worker itself may be at it in that moment: removing them twice harms nobody.
 */
import { endedWithMarks, noteMarks } from '../store/restore-marks.ts';
import type { JobParts } from './parts.ts';
import { planOf } from './restore-work.ts';

const JOBS_AT_ONCE = 20;

export async function removeMarks(parts: JobParts): Promise<void> {
  for (const job of await endedWithMarks(parts.db, JOBS_AT_ONCE)) {
    try {
      const { plan } = await planOf(parts, job);
      await plan.settled();
    } catch (error) {
      // The recovery point or the place has gone. Whatever is left there harms no restore.
      parts.log.warn('job.restore-marks-left', { jobId: job.id, error });
    }
    await noteMarks(parts.db, job.id, false);
  }
}
