/**
 * Who may use a repository now, inside this process: plain backups, copies and restores side by side; removal of
 * snapshots and prune alone. restic's own locks say the same between processes, but by failing; this one waits.
 *
 * An exclusive use is patient at first: it takes only a free repository, so that a day-long backup does not hold up
 * others. After `patienceMs` it stands in the queue, and later uses wait behind it.
 */
import type { Clock, Instant } from '@holdfast/kernel';

export class RepositoryLock {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  #shared = 0;
  #exclusive = false;
  /** Exclusive uses that stand in the queue. */
  #queued = 0;
  #wantedSince: Instant | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(clock: Clock, patienceMs: number) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  /** Waits for exclusive uses to end, then runs `work` beside other shared uses. */
  async shared<T>(work: () => Promise<T>): Promise<T> {
    while (this.#exclusive || this.#queued > 0) await this.#change();
    this.#shared++;
    try {
      return await work();
    } finally {
      this.#shared--;
      this.#changed();
    }
  }

  /** Runs `work` alone, or says that the repository is busy; the caller tries again later. */
  async exclusive<T>(work: () => Promise<T>): Promise<{ readonly done: T } | 'busy'> {
    if (!this.idle && !this.#impatient()) return 'busy';
    this.#queued++;
    while (!this.idle) await this.#change();
    this.#queued--;
    this.#exclusive = true;
    try {
      return { done: await work() };
    } finally {
      this.#exclusive = false;
      this.#wantedSince = undefined;
      this.#changed();
    }
  }

  get idle(): boolean {
    return !this.#exclusive && this.#shared === 0;
  }

  #impatient(): boolean {
    this.#wantedSince ??= this.#clock.now();
    return this.#clock.now() - this.#wantedSince > this.#patienceMs;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #changed(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
