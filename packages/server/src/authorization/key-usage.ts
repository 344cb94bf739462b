/**
 * When each access key was last used, kept in memory and written in one statement now and then: a request costs no
 * write. What a crash loses is at most one interval of it.
 */
import type { Instant } from '@holdfast/kernel';
import type { Room } from '../background.ts';
import type { Installation } from '../installation.ts';
import { type KeyUse, recordKeyUses } from '../store/identity-keys.ts';
import { deleteSessionsExpiredBefore } from '../store/identity-sessions.ts';

const FLUSH_MS = 10_000;
/** Expired sessions are remembered for a day: their keys are answered `expired`, not `unknown`. */
const REMEMBERED_MS = 86_400_000;
const SESSIONS_AT_ONCE = 1_000;

export class KeyUsage {
  readonly #uses = new Map<string, KeyUse>();

  note(id: string, at: Instant, service: string, region: string): void {
    if (id.startsWith('AKIA')) this.#uses.set(id, { id, at, service, region });
  }

  /** Those noted since the last call. */
  take(): readonly KeyUse[] {
    const uses = [...this.#uses.values()];
    this.#uses.clear();
    return uses;
  }
}

/** Writes the uses and removes sessions that expired long ago. */
export function identityRoom({ db, clock }: Pick<Installation, 'db' | 'clock'>, usage: KeyUsage): Room {
  return {
    name: 'identity',
    intervalMs: FLUSH_MS,
    tick: async () => {
      await recordKeyUses(db, usage.take());
      const removed = await deleteSessionsExpiredBefore(db, clock.now() - REMEMBERED_MS, SESSIONS_AT_ONCE);
      return removed === SESSIONS_AT_ONCE;
    },
  };
}
