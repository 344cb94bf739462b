/**
 * The room `jobs`: the built-in agent. Claims jobs, keeps their leases, sweeps, removes what is due.
 *
 * One tick: heartbeats for what is under way, the sweeper, then claims up to `jobsAtOnce` backups and copies and as
 * many restores, which run beside the ticks. While anything runs a tick lasts until something ends or the next
 * heartbeat is due. Heartbeats go before the sweeper and at the same moment: a clock that jumps, before or between
 * them, makes no living worker of this process a lost one.
 */
import { SECOND_MS } from '@holdfast/kernel';
import { type Room, sleep } from '../background.ts';
import type { Installation } from '../installation.ts';
import type { JobParts } from './parts.ts';
import { removeSomething } from './removal.ts';
import { sweep } from './sweeper.ts';
import { JobsUnderWay } from './under-way.ts';

const INTERVAL_MS = SECOND_MS;
/** At the longest; also how soon a running job hears that it is to stop. */
const HEARTBEAT_MS = SECOND_MS / 2;

export const jobsRoom = (installation: Installation): Room => {
  const agent = new Agent(installation);
  return { name: 'jobs', intervalMs: INTERVAL_MS, tick: (signal) => agent.tick(signal) };
};

class Agent {
  readonly #parts: JobParts;
  readonly #jobs: JobsUnderWay;
  /** Removal goes on beside the jobs, one step after the other. */
  #removal: Promise<boolean> | undefined;

  constructor(parts: JobParts) {
    this.#parts = parts;
    this.#jobs = new JobsUnderWay(parts);
  }

  async tick(signal: AbortSignal): Promise<boolean> {
    try {
      const now = this.#parts.clock.now();
      await this.#jobs.heartbeats(now);
      const more = await sweep(this.#parts, now);
      if (!signal.aborted) await this.#jobs.claim();
      const removed = await this.#somethingEnds(signal);
      return more || removed || this.#removal !== undefined || this.#jobs.count > 0;
    } finally {
      if (signal.aborted) await Promise.all([this.#jobs.giveBack(), this.#removal]);
    }
  }

  /** Waits until a job or the removal ends, or the next heartbeat is due. @returns whether something was removed */
  async #somethingEnds(signal: AbortSignal): Promise<boolean> {
    this.#removal ??= this.#remove(signal);
    const pause = new AbortController();
    const beat = sleep(HEARTBEAT_MS, AbortSignal.any([signal, pause.signal])).then(() => false);
    const jobEnds = this.#jobs.oneEnds().then(() => false);
    // With no job under way only the removal is waited for.
    const removed = await Promise.race([this.#removal, jobEnds, beat]);
    pause.abort();
    return removed;
  }

  async #remove(signal: AbortSignal): Promise<boolean> {
    try {
      return await removeSomething(this.#parts, signal);
    } catch (error) {
      if (!signal.aborted) this.#parts.log.error('vault.removal-failed', { error });
      return false;
    } finally {
      this.#removal = undefined;
    }
  }
}
