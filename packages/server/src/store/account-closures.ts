/**
 * Accounts that are being closed or are closed and still in their organization.
 * Source: organizations spec 2.4 (CloseAccount).
 */
import type { Instant } from '@holdfast/kernel';
import type { Queryable, Tx } from './database.ts';
import type { AccountTable } from './tables/account.ts';

export interface AccountClosure {
  readonly accountId: string;
  readonly organizationId: string;
}

export async function insertClosure(
  tx: Tx,
  { accountId, organizationId }: AccountClosure,
  now: Instant,
): Promise<void> {
  await tx
    .insertInto('account_closure')
    .values({ account_id: accountId, organization_id: organizationId, requested_at: now, closed_at: null })
    .execute();
  await setState(tx, accountId, 'PENDING_CLOSURE');
}

/** How many accounts of the organization are being closed, and how many closings were asked for since a moment. */
export async function countClosures(
  db: Queryable,
  organizationId: string,
  since: Instant,
): Promise<{ readonly pending: number; readonly recent: number }> {
  return db
    .selectFrom('account_closure')
    .select((of) => [
      of.fn.countAll<number>().filterWhere('closed_at', 'is', null).as('pending'),
      of.fn.countAll<number>().filterWhere('requested_at', '>', since).as('recent'),
    ])
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
}

/** One whose closing is pending; undefined when there is none that nobody else works on. */
export async function takePendingClosure(tx: Tx): Promise<AccountClosure | undefined> {
  return tx
    .selectFrom('account_closure')
    .select(['account_id as accountId', 'organization_id as organizationId'])
    .where('closed_at', 'is', null)
    .orderBy('requested_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

export async function finishClosure(tx: Tx, accountId: string, now: Instant): Promise<void> {
  await tx.updateTable('account_closure').set({ closed_at: now }).where('account_id', '=', accountId).execute();
  await setState(tx, accountId, 'CLOSED');
}

/** One that was closed at or before a moment. */
export async function takeClosedAccount(tx: Tx, closedBy: Instant): Promise<AccountClosure | undefined> {
  return tx
    .selectFrom('account_closure')
    .select(['account_id as accountId', 'organization_id as organizationId'])
    .where('closed_at', '<=', closedBy)
    .orderBy('closed_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

async function setState(tx: Tx, accountId: string, state: AccountTable['state']): Promise<void> {
  await tx.updateTable('account').set({ state }).where('id', '=', accountId).execute();
}
