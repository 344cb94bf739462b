/**
 * Closes the accounts that CloseAccount promised to close, and takes each out of its organization 90 days later.
 *
 * The account itself stays, closed: its recovery points and its id are never given to anybody else.
 * Killed at any moment: what was not committed is found again. Source: organizations spec 2.4, 2.5.
 */
import { DAY_MS } from '@holdfast/kernel';
import type { Installation } from '../../installation.ts';
import { finishClosure, takeClosedAccount, takePendingClosure } from '../../store/account-closures.ts';
import { endJobsOfAccount } from '../../store/jobs-of-account.ts';
import { lockOrganization, organizationById } from '../../store/organizations.ts';
import { ACCOUNT_CLOSED } from './close-account.ts';
import { depart } from './departure.ts';

/** After which a closed account leaves its organization. */
export const KEPT_MS = 90 * DAY_MS;

type Parts = Pick<Installation, 'db' | 'clock' | 'log' | 'wake'>;

/** Closes one account. True: there may be more. */
export async function finishClosures({ db, clock, log }: Parts): Promise<boolean> {
  const closure = await db.transaction().execute(async (tx) => {
    const taken = await takePendingClosure(tx);
    if (!taken) return undefined;
    await finishClosure(tx, taken.accountId, clock.now());
    // A schedule that ran at the moment of the closing may have made one more.
    await endJobsOfAccount(tx, taken.accountId, ACCOUNT_CLOSED, clock.now());
    return taken;
  });
  if (closure) log.info('organizations.account-closed', { accountId: closure.accountId });
  return closure !== undefined;
}

/** Takes one account out of its organization. True: there may be more. */
export async function removeClosedAccounts({ db, clock, log, wake }: Parts): Promise<boolean> {
  const closure = await db.transaction().execute(async (tx) => {
    const now = clock.now();
    const taken = await takeClosedAccount(tx, now - KEPT_MS);
    if (!taken) return undefined;
    await lockOrganization(tx, taken.organizationId);
    const { accountId } = taken;
    await depart(tx, await organizationById(tx, taken.organizationId), { accountId, method: 'CLEANED' }, now);
    return taken;
  });
  if (!closure) return false;
  log.info('organizations.closed-account-removed', { accountId: closure.accountId });
  wake('reconciler');
  return true;
}
