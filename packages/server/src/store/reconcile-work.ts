/** Accounts whose backup document changed: rows that the publisher writes and the reconciler takes. */
import type { Instant } from '@holdfast/kernel';
import type { Tx } from './database.ts';

export interface ReconcileWork {
  readonly accountId: string;
  readonly requestedAt: Instant;
}

/**
 * The account that has waited longest, its row locked until the end of the transaction; those that others work on, and
 * those in `not`, are passed over. A publication meanwhile waits for the lock and then leaves a new row.
 */
export function takeReconcileWork(tx: Tx, not: readonly string[]): Promise<ReconcileWork | undefined> {
  let query = tx.selectFrom('plan_reconcile_work').select(['account_id as accountId', 'requested_at as requestedAt']);
  if (not.length > 0) query = query.where('account_id', 'not in', [...not]);
  return query.orderBy('requested_at').limit(1).forUpdate().skipLocked().executeTakeFirst();
}

export async function removeReconcileWork(tx: Tx, accountId: string): Promise<void> {
  await tx.deleteFrom('plan_reconcile_work').where('account_id', '=', accountId).execute();
}
