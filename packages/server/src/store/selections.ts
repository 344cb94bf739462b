/** Selections of backup plans: which resources a plan protects, and with which role. */
import type { Instant } from '@holdfast/kernel';
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { PlanKey } from './plans.ts';
import type { BackupSelectionTable } from './tables/backup.ts';

export type SelectionRow = Selectable<BackupSelectionTable>;

/** All of a plan, oldest first: the order in which they claim resources. */
export function selectionsOf(db: Queryable, key: PlanKey): Promise<SelectionRow[]> {
  return selectionQuery(db, key).orderBy('created_at').orderBy('id').execute();
}

/** Of several plans, oldest first. */
export async function selectionsOfPlans(db: Queryable, plans: readonly PlanKey[]): Promise<SelectionRow[]> {
  const { rows } = await sql<SelectionRow>`
    select * from backup_selection
    where (account_id, region, plan_id) in (select * from unnest(
      ${plans.map((plan) => plan.accountId)}::text[],
      ${plans.map((plan) => plan.region)}::text[],
      ${plans.map((plan) => plan.planId)}::text[]))
    order by created_at, id`.execute(db);
  return rows;
}

export function findSelection(db: Queryable, key: PlanKey, id: string): Promise<SelectionRow | undefined> {
  return selectionQuery(db, key).where('id', '=', id).executeTakeFirst();
}

export function findSelectionByCreator(
  db: Queryable,
  key: PlanKey,
  creatorRequestId: string,
): Promise<SelectionRow | undefined> {
  return selectionQuery(db, key).where('creator_request_id', '=', creatorRequestId).executeTakeFirst();
}

function selectionQuery(db: Queryable, { accountId, region, planId }: PlanKey) {
  return db
    .selectFrom('backup_selection')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('plan_id', '=', planId);
}

/** Newest first. */
export function listSelections(
  db: Queryable,
  key: PlanKey,
  page: { readonly after?: { readonly createdAt: Instant; readonly id: string } | undefined; readonly limit: number },
): Promise<SelectionRow[]> {
  let query = selectionQuery(db, key);
  if (page.after !== undefined)
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.createdAt}, ${page.after.id})`);
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
}

export async function insertSelections(tx: Tx, rows: readonly Insertable<BackupSelectionTable>[]): Promise<void> {
  if (rows.length === 0) return;
  await tx
    .insertInto('backup_selection')
    .values([...rows])
    .execute();
}

/** False when it was not there. */
export async function deleteSelection(tx: Tx, key: PlanKey, id: string): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('backup_selection')
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('plan_id', '=', key.planId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  return deleted !== undefined;
}

export async function deleteSelectionsOf(tx: Tx, key: PlanKey): Promise<void> {
  await tx
    .deleteFrom('backup_selection')
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('plan_id', '=', key.planId)
    .execute();
}
