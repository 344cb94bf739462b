/**
 * The room `reconciler`: accounts whose effective backup policy changed get their plans made anew, an account in a
 * transaction.
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
/** Transactions side by side. */
const ACCOUNTS_AT_ONCE = 3;

type Parts = Pick<Installation, 'clock' | 'db' | 'log' | 'random' | 'settings' | 'wake'>;

export const reconcilerRoom = (installation: Parts): Room => ({
  name: 'reconciler',
  intervalMs: INTERVAL_MS,
  tick: (signal) => tickReconciler(installation, signal),
});

/** Works through all accounts that wait. */
export async function tickReconciler(installation: Parts, signal: AbortSignal): Promise<void> {
  const failed: string[] = [];
  await Promise.all(Array.from({ length: ACCOUNTS_AT_ONCE }, () => workThrough(installation, failed, signal)));
}

/**
 * Takes accounts until none is left. @param failed those that failed in this tick, shared by all who work through it
 */
async function workThrough(installation: Parts, failed: string[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    let accountId: string | undefined;
    try {
      await reconcileNext(installation, failed, (taken) => {
        accountId = taken;
      });
      if (accountId === undefined) return;
    } catch (error) {
      if (accountId === undefined) throw error;
      installation.log.error('reconciler.account-failed', { accountId, error });
      failed.push(accountId);
    }
  }
}

async function reconcileNext(
  { db, clock, log, random, settings, wake }: Parts,
  not: readonly string[],
  onTaken: (accountId: string) => void,
): Promise<void> {
  const regions = settings.regions.map((region) => region.name);
  const changed = await db.transaction().execute(async (tx) => {
    const work = await takeReconcileWork(tx, not);
    if (!work) return false;
    onTaken(work.accountId);
    const done = await reconcileAccount(tx, work.accountId, { random, log, regions, now: clock.now() });
    await removeReconcileWork(tx, work.accountId);
    return done.created + done.updated + done.deleted > 0;
  });
  if (changed) wake('scheduler');
}
