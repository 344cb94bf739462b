/**
 * Backup plans and their versions. A plan's row says who it is, its current version what it says.
 *
 * A deleted plan stays readable, with all its versions. Not here: selections (selections.ts), schedules (schedule.ts).
 */
import type { Instant } from '@holdfast/kernel';
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { BackupPlanTable, BackupPlanVersionTable, PlanDocument } from './tables/backup.ts';

export type PlanRow = Selectable<BackupPlanTable>;
export type PlanVersionRow = Selectable<BackupPlanVersionTable>;

export interface Place {
  readonly accountId: string;
  readonly region: string;
}

export interface PlanKey extends Place {
  readonly planId: string;
}

/** A plan together with one of its versions. */
export interface PlanAtVersion {
  readonly plan: PlanRow;
  readonly version: PlanVersionRow;
}

/** Makes the transaction the only one that adds plans or vaults to the account in the region: counts stay true. */
export async function lockPlace(tx: Tx, { accountId, region }: Place): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`backup:${accountId}:${region}`}, 0))`.execute(tx);
}

export function findPlan(db: Queryable, key: PlanKey): Promise<PlanRow | undefined> {
  return planQuery(db, key).executeTakeFirst();
}

/** The plan, held until the end of the transaction. Always locked before its cursors. */
export function lockPlan(tx: Tx, key: PlanKey): Promise<PlanRow | undefined> {
  return planQuery(tx, key).forNoKeyUpdate().executeTakeFirst();
}

function planQuery(db: Queryable, { accountId, region, planId }: PlanKey) {
  return db
    .selectFrom('backup_plan')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('id', '=', planId);
}

export function findPlanVersion(
  db: Queryable,
  { accountId, region, planId }: PlanKey,
  versionId: string,
): Promise<PlanVersionRow | undefined> {
  return db
    .selectFrom('backup_plan_version')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('plan_id', '=', planId)
    .where('version_id', '=', versionId)
    .executeTakeFirst();
}

/** The plan that an earlier CreateBackupPlan with the same CreatorRequestId made. */
export function findPlanByCreator(
  db: Queryable,
  { accountId, region }: Place,
  creatorRequestId: string,
): Promise<PlanRow | undefined> {
  return db
    .selectFrom('backup_plan')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('creator_request_id', '=', creatorRequestId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** A plan of the account's own that says the same at present. */
export function findPlanByHash(
  db: Queryable,
  { accountId, region }: Place,
  hash: string,
): Promise<PlanRow | undefined> {
  return db
    .selectFrom('backup_plan')
    .innerJoin('backup_plan_version as version', (join) =>
      join
        .onRef('version.account_id', '=', 'backup_plan.account_id')
        .onRef('version.region', '=', 'backup_plan.region')
        .onRef('version.plan_id', '=', 'backup_plan.id')
        .onRef('version.version_id', '=', 'backup_plan.current_version_id'),
    )
    .selectAll('backup_plan')
    .where('backup_plan.account_id', '=', accountId)
    .where('backup_plan.region', '=', region)
    .where('deleted_at', 'is', null)
    .where('managed_by', '=', 'ACCOUNT')
    .where('document_hash', '=', hash)
    .executeTakeFirst();
}

/** Plans that are there; those of the organization do not count against the account's quota. */
export async function countPlans(db: Queryable, { accountId, region }: Place): Promise<number> {
  const { count } = await db
    .selectFrom('backup_plan')
    .select((plan) => plan.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('deleted_at', 'is', null)
    .where('managed_by', '=', 'ACCOUNT')
    .executeTakeFirstOrThrow();
  return count;
}

export async function insertPlan(tx: Tx, plan: Insertable<BackupPlanTable>): Promise<void> {
  await tx.insertInto('backup_plan').values(plan).execute();
}

export interface NewVersion extends PlanKey {
  readonly versionId: string;
  readonly document: PlanDocument;
  readonly hash: string;
  readonly now: Instant;
}

/** Adds a version and makes it the current one; a plan that was deleted is there again. */
export async function insertPlanVersion(tx: Tx, version: NewVersion): Promise<void> {
  await tx
    .insertInto('backup_plan_version')
    .values({
      account_id: version.accountId,
      region: version.region,
      plan_id: version.planId,
      version_id: version.versionId,
      document: version.document,
      document_hash: version.hash,
      created_at: version.now,
    })
    .execute();
  await tx
    .updateTable('backup_plan')
    .set({ current_version_id: version.versionId, name: version.document.BackupPlanName, deleted_at: null })
    .where('account_id', '=', version.accountId)
    .where('region', '=', version.region)
    .where('id', '=', version.planId)
    .execute();
}

export async function countPlanVersions(db: Queryable, { accountId, region, planId }: PlanKey): Promise<number> {
  const { count } = await db
    .selectFrom('backup_plan_version')
    .select((version) => version.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('plan_id', '=', planId)
    .executeTakeFirstOrThrow();
  return count;
}

export async function markPlanDeleted(tx: Tx, { accountId, region, planId }: PlanKey, now: Instant): Promise<void> {
  await tx
    .updateTable('backup_plan')
    .set({ deleted_at: now })
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('id', '=', planId)
    .execute();
}

export async function setLastExecution(tx: Tx, plans: readonly PlanKey[], at: Instant): Promise<void> {
  if (plans.length === 0) return;
  await sql`update backup_plan set last_execution_at = ${at}
    where (account_id, region, id) in (select * from unnest(
      ${plans.map((plan) => plan.accountId)}::text[],
      ${plans.map((plan) => plan.region)}::text[],
      ${plans.map((plan) => plan.planId)}::text[]))`.execute(tx);
}

/** Where the next page of a list goes on. */
export interface PlanCursor {
  readonly createdAt: Instant;
  readonly id: string;
}

/** Newest first, each with its current version. */
export async function listPlans(
  db: Queryable,
  { accountId, region }: Place,
  page: { readonly includeDeleted: boolean; readonly after?: PlanCursor | undefined; readonly limit: number },
): Promise<PlanAtVersion[]> {
  let query = db.selectFrom('backup_plan').selectAll().where('account_id', '=', accountId).where('region', '=', region);
  if (!page.includeDeleted) query = query.where('deleted_at', 'is', null);
  if (page.after !== undefined)
    query = query.where(sql<boolean>`(created_at, id) < (${page.after.createdAt}, ${page.after.id})`);
  const plans = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(page.limit).execute();
  return withCurrentVersions(db, { accountId, region }, plans);
}

/** A plan of the organization, and the hash of what it says at present. */
export interface OrganizationPlan extends PlanKey {
  readonly deleted: boolean;
  readonly hash: string | null;
}

/** Plans of the organization in the account, the deleted ones too. */
export async function organizationPlans(db: Queryable, accountId: string): Promise<OrganizationPlan[]> {
  const rows = await db
    .selectFrom('backup_plan as plan')
    .leftJoin('backup_plan_version as version', (join) =>
      join
        .onRef('version.account_id', '=', 'plan.account_id')
        .onRef('version.region', '=', 'plan.region')
        .onRef('version.plan_id', '=', 'plan.id')
        .onRef('version.version_id', '=', 'plan.current_version_id'),
    )
    .select(['plan.region', 'plan.id', 'plan.deleted_at', 'version.document_hash'])
    .where('plan.account_id', '=', accountId)
    .where('plan.managed_by', '=', 'ORGANIZATION')
    .execute();
  return rows.map((row) => ({
    accountId,
    region: row.region,
    planId: row.id,
    deleted: row.deleted_at !== null,
    hash: row.document_hash,
  }));
}

async function withCurrentVersions(db: Queryable, place: Place, plans: readonly PlanRow[]): Promise<PlanAtVersion[]> {
  const ids = plans.flatMap((plan) => plan.current_version_id ?? []);
  if (ids.length === 0) return [];
  const versions = await db
    .selectFrom('backup_plan_version')
    .selectAll()
    .where('account_id', '=', place.accountId)
    .where('region', '=', place.region)
    .where('version_id', 'in', ids)
    .execute();
  const byId = new Map(versions.map((version) => [`${version.plan_id} ${version.version_id}`, version]));
  return plans.flatMap((plan) => {
    const version = byId.get(`${plan.id} ${plan.current_version_id}`);
    return version ? [{ plan, version }] : [];
  });
}

/** Newest first. */
export function listPlanVersions(
  db: Queryable,
  { accountId, region, planId }: PlanKey,
  page: { readonly after?: PlanCursor | undefined; readonly limit: number },
): Promise<PlanVersionRow[]> {
  let query = db
    .selectFrom('backup_plan_version')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('plan_id', '=', planId);
  if (page.after !== undefined)
    query = query.where(sql<boolean>`(created_at, version_id) < (${page.after.createdAt}, ${page.after.id})`);
  return query.orderBy('created_at', 'desc').orderBy('version_id', 'desc').limit(page.limit).execute();
}
