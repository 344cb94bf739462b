/** Removes sessions that have ended and failures that are forgotten. Nobody waits for it: neither counts any more. */
import { MINUTE_MS } from '@holdfast/kernel';
import type { Room } from '../background.ts';
import type { Installation } from '../installation.ts';
import { deleteAttemptsBefore } from '../store/sign-in-failures.ts';
import { deleteExpiredSignInSessions } from '../store/sign-in-sessions.ts';
import { FORGET_MS } from './attempts.ts';
import { IDLE_MS, LIFETIME_MS } from './sessions.ts';

const INTERVAL_MS = 10 * MINUTE_MS;
const AT_ONCE = 1_000;

export function signInRoom({ db, clock }: Pick<Installation, 'db' | 'clock'>): Room {
  return {
    name: 'sign-in',
    intervalMs: INTERVAL_MS,
    tick: async () => {
      const now = clock.now();
      const ages = { usedBefore: now - IDLE_MS, createdBefore: now - LIFETIME_MS };
      const sessions = await deleteExpiredSignInSessions(db, ages, AT_ONCE);
      const failures = await deleteAttemptsBefore(db, now - FORGET_MS, AT_ONCE);
      return sessions === AT_ONCE || failures === AT_ONCE;
    },
  };
}
