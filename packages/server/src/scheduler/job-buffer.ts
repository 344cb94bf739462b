/**
 * Jobs on their way into the database: written in bulk, so that memory stays bounded however many resources a plan has.
 */

import type { Tx } from '../store/database.ts';
import { insertScheduledJobs, type ScheduledJob } from '../store/schedule.ts';

const JOBS_AT_ONCE = 5_000;

export class JobBuffer {
  readonly #tx: Tx;
  #jobs: ScheduledJob[] = [];
  #written = 0;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  async add(job: ScheduledJob): Promise<void> {
    this.#jobs.push(job);
    if (this.#jobs.length >= JOBS_AT_ONCE) await this.flush();
  }

  async flush(): Promise<void> {
    const jobs = this.#jobs;
    this.#jobs = [];
    await insertScheduledJobs(this.#tx, jobs);
    this.#written += jobs.length;
  }

  /** Jobs written so far. */
  get written(): number {
    return this.#written;
  }
}
