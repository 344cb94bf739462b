/** The room that finishes CreateAccount requests; a lost wake-up costs one interval. */
import type { Room } from '../../background.ts';
import type { Installation } from '../../installation.ts';
import { finishAccounts } from './finish-accounts.ts';

const INTERVAL_MS = 1_000;

export function accountsRoom(installation: Installation): Room {
  return { name: 'accounts', intervalMs: INTERVAL_MS, tick: () => finishAccounts(installation) };
}
