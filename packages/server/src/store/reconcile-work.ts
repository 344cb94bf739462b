/** Accounts whose backup document changed: rows that the publisher writes and the reconciler takes. */
import type { Instant } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { Tx } from './database.ts';

export interface ReconcileWork {
  readonly accountId: string;
  readonly requestedAt: Instant;
}

/**
 * The accounts that have waited longest, their rows locked until the end of the transaction; those that others work on,
 * and those in `not`, are passed over. A publication meanwhile waits for the lock and then leaves a new row.
 */
export function takeReconcileWork(tx: Tx, not: readonly string[], limit: number): Promise<ReconcileWork[]> {
  let query = tx.selectFrom('plan_reconcile_work').select(['account_id as accountId', 'requested_at as requestedAt']);
  if (not.length > 0) query = query.where('account_id', 'not in', [...not]);
  return query.orderBy('requested_at').limit(limit).forUpdate().skipLocked().execute();
}

export async function removeReconcileWork(tx: Tx, accountIds: readonly string[]): Promise<void> {
  await tx.deleteFrom('plan_reconcile_work').where('account_id', '=', sql<string>`any(${accountIds})`).execute();
}
