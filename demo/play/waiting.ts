/** Waits until the server shows what is expected: its work goes on in the background, as AWS's does. */
import { formatDuration, pause } from '@holdfast/cli';
import { SECOND_MS } from '@holdfast/kernel';
import type { Stage } from './cast.ts';

const POLL_MS = 150;

/** @throws when it did not come in time, or the play was interrupted */
export async function until<Found>(
  { clock, signal }: Pick<Stage, 'clock' | 'signal'>,
  what: string,
  look: () => Promise<Found | undefined>,
  timeoutMs: number = 60 * SECOND_MS,
): Promise<Found> {
  const deadline = clock.now() + timeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (clock.now() > deadline) throw new Error(`${what} did not come within ${formatDuration(timeoutMs)}.`);
    await pause(POLL_MS, signal);
  }
}
