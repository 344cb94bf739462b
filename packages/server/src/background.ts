/**
 * Work that goes on by itself: loops that tick when woken or after an interval, never overlapping, and stop cleanly.
 * The one home of timers in the server.
 *
 * Not here: what is done in a tick. Each room exports its own (`scheduler`, `jobs`, `publisher`, …) and `main.ts`
 * starts them.
 */
import type { Logger } from '@holdfast/kernel';

export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

export interface Loop {
  /** Ticks soon, without waiting for the interval. Calls during a tick lead to one more tick. */
  wake(): void;
  /** No tick begins until `release`; resolves when the one under way, if any, has ended. Its work is not cut short. */
  hold(): Promise<void>;
  /** Ticks again, at once. */
  release(): void;
  /** Resolves when the tick under way, if any, has ended. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  /** Longest pause between two ticks: the safety net when a wake-up got lost. */
  readonly intervalMs: number;
  readonly log: Logger;
  /** Resolves with true if there is more to do at once; with anything else, there is not. */
  tick(signal: AbortSignal): Promise<unknown>;
}

/**
 * A background room as server.ts starts it: one loop, woken by the room's name. Rooms export a function that makes it:
 * `export const publisherRoom = (installation: Installation): Room => ({ name, intervalMs, tick })`.
 */
export interface Room {
  readonly name: Wakeable | 'audit' | 'audit-days' | 'identity' | 'sign-in';
  readonly intervalMs: number;
  /** Resolves with true if there is more to do at once; with anything else, there is not. */
  tick(signal: AbortSignal): Promise<unknown>;
}

export function startLoop({ name, intervalMs, log, tick }: LoopOptions): Loop {
  const stopping = new AbortController();
  let pause = new AbortController();
  let woken = false;
  let held: PromiseWithResolvers<void> | undefined;
  let ticking: Promise<unknown> = Promise.resolve();

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (held) {
        await held.promise;
        continue;
      }
      woken = false;
      ticking = tick(stopping.signal).catch((error: unknown) => {
        if (!stopping.signal.aborted) log.error('background.tick-failed', { loop: name, error });
      });
      const more = await ticking;
      if (more === true || woken) continue;
      pause = new AbortController();
      await sleep(intervalMs, AbortSignal.any([pause.signal, stopping.signal]));
    }
  };
  const wake = (): void => {
    woken = true;
    pause.abort();
  };
  const release = (): void => {
    held?.resolve();
    held = undefined;
    wake();
  };
  const running = run();

  return {
    wake,
    async hold() {
      held ??= Promise.withResolvers();
      await ticking;
    },
    release,
    async stop() {
      stopping.abort();
      release();
      await running;
    },
  };
}

/** Names of what may be woken after a commit. The queue is always the database; a lost wake-up costs one interval. */
export type Wakeable = 'publisher' | 'reconciler' | 'scheduler' | 'jobs' | 'accounts' | 'vaults' | 'resources';

export type Wake = (what: Wakeable) => void;
