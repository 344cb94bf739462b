/**
 * The room that finishes what CreateAccount and CloseAccount promised, removes accounts that were closed long ago, and
 * forgets old handshakes. A lost wake-up costs one interval.
 */
import type { Room } from '../../background.ts';
import type { Installation } from '../../installation.ts';
import { forgetHandshakes } from '../../store/handshakes.ts';
import { finishAccounts } from './finish-accounts.ts';
import { finishClosures, removeClosedAccounts } from './finish-closures.ts';

const INTERVAL_MS = 1_000;

export function accountsRoom(installation: Installation): Room {
  const { db, clock } = installation;
  return {
    name: 'accounts',
    intervalMs: INTERVAL_MS,
    tick: async () => {
      const created = await finishAccounts(installation);
      const closed = await finishClosures(installation);
      const removed = await removeClosedAccounts(installation);
      if (created || closed || removed) return true;
      await db.transaction().execute((tx) => forgetHandshakes(tx, clock.now()));
      return false;
    },
  };
}
