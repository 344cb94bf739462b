/** Pauses between two looks at the server: the one home of timers in the command line tool. */
import { setTimeout as timer } from 'node:timers/promises';

/** Ends early, without an error, when `signal` fires. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await timer(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
    if (!signal?.aborted) throw error;
  });
}
