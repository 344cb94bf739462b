/**
 * The room `reconciler`: accounts whose effective backup policy changed get their plans made anew, some accounts in
 * a transaction.
 *
 * Several servers may run it. An account that cannot be reconciled holds up no other one; it is tried again in the next
 * tick.
 */
import type { Room } from '../background.ts';
import type { Installation } from '../installation.ts';
import { removeReconcileWork, takeReconcileWork } from '../store/reconcile-work.ts';
import { reconcileAccount } from './reconcile-account.ts';

/** The publisher wakes the room; the interval is for what was lost. */
const INTERVAL_MS = 5_000;
const TRANSACTIONS_AT_ONCE = 3;
/** Each commit waits for the disk; more accounts in one would hold their locks for longer than a second. */
const ACCOUNTS_A_TRANSACTION = 20;

type Parts = Pick<Installation, 'clock' | 'db' | 'log' | 'random' | 'settings' | 'wake'>;

export const reconcilerRoom = (installation: Parts): Room => ({
  name: 'reconciler',
  intervalMs: INTERVAL_MS,
  tick: (signal) => tickReconciler(installation, signal),
});

/** Works through all accounts that wait. */
export async function tickReconciler(installation: Parts, signal: AbortSignal): Promise<void> {
  const failed: string[] = [];
  await Promise.all(Array.from({ length: TRANSACTIONS_AT_ONCE }, () => workThrough(installation, failed, signal)));
}

/**
 * Takes accounts until none is left, some in one transaction. One that cannot be reconciled spoils its transaction, so
 * those that were in it are tried again one by one.
 * @param failed those that failed in this tick, shared by all who work through it
 */
async function workThrough(installation: Parts, failed: string[], signal: AbortSignal): Promise<void> {
  let oneByOne = 0;
  while (!signal.aborted) {
    let taken: readonly string[] = [];
    try {
      const limit = oneByOne > 0 ? 1 : ACCOUNTS_A_TRANSACTION;
      await reconcileOldest(installation, { not: failed, limit }, (accountIds) => {
        taken = accountIds;
      });
      if (taken.length === 0) return;
      oneByOne = Math.max(0, oneByOne - 1);
    } catch (error) {
      const [accountId, ...others] = taken;
      if (accountId === undefined) throw error;
      oneByOne = others.length > 0 ? taken.length : oneByOne - 1;
      if (others.length > 0) continue;
      installation.log.error('reconciler.account-failed', { accountId, error });
      failed.push(accountId);
    }
  }
}

async function reconcileOldest(
  { db, clock, log, random, settings, wake }: Parts,
  { not, limit }: { readonly not: readonly string[]; readonly limit: number },
  onTaken: (accountIds: readonly string[]) => void,
): Promise<void> {
  const regions = settings.regions.map((region) => region.name);
  const changed = await db.transaction().execute(async (tx) => {
    const accountIds = (await takeReconcileWork(tx, not, limit)).map(({ accountId }) => accountId);
    onTaken(accountIds);
    let changes = 0;
    for (const accountId of accountIds) {
      const done = await reconcileAccount(tx, accountId, { random, log, regions, now: clock.now() });
      changes += done.created + done.updated + done.deleted;
    }
    if (accountIds.length > 0) await removeReconcileWork(tx, accountIds);
    return changes > 0;
  });
  if (changed) wake('scheduler');
}
