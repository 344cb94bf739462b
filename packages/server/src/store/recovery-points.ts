/**
 * Recovery points: recorded once restic has committed, until their snapshot is forgotten.
 *
 * Not here: their tags (backup-tags.ts), the work of deletion (jobs/), lifecycle arithmetic (plans/lifecycle.ts).
 */
import type { Instant } from '@holdfast/kernel';
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { RecoveryPointTable } from './tables/backup.ts';
import type { Lifecycle } from './tables/jobs.ts';

export type RecoveryPointRow = Selectable<RecoveryPointTable>;

export function findRecoveryPoint(db: Queryable, arn: string): Promise<RecoveryPointRow | undefined> {
  return db.selectFrom('recovery_point').selectAll().where('arn', '=', arn).executeTakeFirst();
}

/** The point, held until the end of the transaction. */
export function lockRecoveryPoint(tx: Tx, arn: string): Promise<RecoveryPointRow | undefined> {
  return tx.selectFrom('recovery_point').selectAll().where('arn', '=', arn).forUpdate().executeTakeFirst();
}

/** `known`: an earlier attempt recorded it. `no-vault`: the vault is not there any more, or not yet. */
export type Recorded = 'recorded' | 'known' | 'no-vault';

/**
 * Records a point in a vault that is AVAILABLE, once, however often it is tried.
 * INVARIANT: the vault cannot be given up between this and the commit, so that no vault is removed with a point in it.
 */
export async function insertRecoveryPoint(tx: Tx, point: Insertable<RecoveryPointTable>): Promise<Recorded> {
  const vault = await tx
    .selectFrom('backup_vault')
    .select('state')
    .where('id', '=', point.vault_id)
    .forShare()
    .executeTakeFirst();
  if (vault?.state !== 'AVAILABLE') return 'no-vault';
  const inserted = await tx
    .insertInto('recovery_point')
    .values(point)
    .onConflict((conflict) => conflict.column('arn').doNothing())
    .returning('arn')
    .executeTakeFirst();
  return inserted ? 'recorded' : 'known';
}

/** Where the next page of a list goes on. */
export interface PointCursor {
  readonly createdAt: Instant;
  readonly arn: string;
}

export interface VaultPointFilter {
  readonly vaultId: string;
  readonly resourceArn?: string | undefined;
  readonly resourceType?: string | undefined;
  readonly planId?: string | undefined;
  readonly createdBefore?: Instant | undefined;
  readonly createdAfter?: Instant | undefined;
  readonly after?: PointCursor | undefined;
  readonly limit: number;
}

/** Newest first. */
export function listPointsOfVault(db: Queryable, filter: VaultPointFilter): Promise<RecoveryPointRow[]> {
  let query = db.selectFrom('recovery_point').selectAll().where('vault_id', '=', filter.vaultId);
  if (filter.resourceArn !== undefined) query = query.where('resource_arn', '=', filter.resourceArn);
  if (filter.resourceType !== undefined) query = query.where('resource_type', '=', filter.resourceType);
  if (filter.planId !== undefined) query = query.where(sql`created_by ->> 'BackupPlanId'`, '=', filter.planId);
  if (filter.createdBefore !== undefined) query = query.where('created_at', '<', filter.createdBefore);
  if (filter.createdAfter !== undefined) query = query.where('created_at', '>', filter.createdAfter);
  if (filter.after !== undefined) query = query.where(past(filter.after));
  return query.orderBy('created_at', 'desc').orderBy('arn', 'desc').limit(filter.limit).execute();
}

export interface ResourcePointFilter {
  readonly accountId: string;
  readonly region: string;
  readonly resourceArn: string;
  readonly after?: PointCursor | undefined;
  readonly limit: number;
}

/** Newest first, with the name of each point's vault. */
export function listPointsOfResource(
  db: Queryable,
  filter: ResourcePointFilter,
): Promise<(RecoveryPointRow & { vault_name: string; encryption_key_arn: string })[]> {
  let query = db
    .selectFrom('recovery_point')
    .innerJoin('backup_vault', 'backup_vault.id', 'recovery_point.vault_id')
    .selectAll('recovery_point')
    .select(['backup_vault.name as vault_name', 'backup_vault.encryption_key_arn'])
    .where('recovery_point.account_id', '=', filter.accountId)
    .where('recovery_point.region', '=', filter.region)
    .where('resource_arn', '=', filter.resourceArn);
  if (filter.after !== undefined)
    query = query.where(
      sql<boolean>`(recovery_point.created_at, recovery_point.arn) < (${filter.after.createdAt}, ${filter.after.arn})`,
    );
  return query
    .orderBy('recovery_point.created_at', 'desc')
    .orderBy('recovery_point.arn', 'desc')
    .limit(filter.limit)
    .execute();
}

function past(cursor: PointCursor) {
  return sql<boolean>`(created_at, arn) < (${cursor.createdAt}, ${cursor.arn})`;
}

export async function countPointsOfVault(db: Queryable, vaultId: string): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_point')
    .select((point) => point.fn.countAll<number>().as('count'))
    .where('vault_id', '=', vaultId)
    .executeTakeFirstOrThrow();
  return count;
}

/** Points of several vaults, by vault id; vaults without points are not in it. */
export async function countPointsByVault(db: Queryable, vaultIds: readonly string[]): Promise<Map<string, number>> {
  if (vaultIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('recovery_point')
    .select((point) => ['vault_id', point.fn.countAll<number>().as('count')])
    .where('vault_id', 'in', [...vaultIds])
    .groupBy('vault_id')
    .execute();
  return new Map(rows.map((row) => [row.vault_id, row.count]));
}

/** Hands the point to the room that forgets its snapshot. */
export async function markPointDeleting(tx: Tx, arn: string): Promise<void> {
  await tx.updateTable('recovery_point').set({ status: 'DELETING' }).where('arn', '=', arn).execute();
}

export interface PointLifecycle {
  readonly lifecycle: Lifecycle | undefined;
  readonly deleteAt: Instant | undefined;
  readonly moveToColdAt: Instant | undefined;
}

export async function updatePointLifecycle(tx: Tx, arn: string, to: PointLifecycle): Promise<void> {
  await tx
    .updateTable('recovery_point')
    .set({
      lifecycle: to.lifecycle ?? null,
      delete_at: to.deleteAt ?? null,
      move_to_cold_at: to.moveToColdAt ?? null,
    })
    .where('arn', '=', arn)
    .execute();
}

/** A resource with at least one recovery point, and its latest. */
export interface ProtectedResource {
  readonly resourceArn: string;
  readonly resourceType: string;
  readonly resourceName: string | null;
  readonly lastBackupAt: Instant;
  readonly lastRecoveryPointArn: string;
  readonly lastVaultName: string;
}

export interface ProtectedResourceFilter {
  readonly accountId: string;
  readonly region: string;
  readonly vaultId?: string | undefined;
  readonly resourceArn?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** By resource ARN. */
export async function listProtectedResources(
  db: Queryable,
  filter: ProtectedResourceFilter,
): Promise<ProtectedResource[]> {
  let points = db
    .selectFrom('recovery_point')
    .innerJoin('backup_vault', 'backup_vault.id', 'recovery_point.vault_id')
    .distinctOn('resource_arn')
    .select([
      'resource_arn as resourceArn',
      'resource_type as resourceType',
      'resource_name as resourceName',
      'arn as lastRecoveryPointArn',
      'backup_vault.name as lastVaultName',
    ])
    .select((point) => point.fn.coalesce('completed_at', 'recovery_point.created_at').as('lastBackupAt'))
    .where('recovery_point.account_id', '=', filter.accountId)
    .where('recovery_point.region', '=', filter.region)
    .where('status', '<>', 'DELETING');
  if (filter.vaultId !== undefined) points = points.where('vault_id', '=', filter.vaultId);
  if (filter.resourceArn !== undefined) points = points.where('resource_arn', '=', filter.resourceArn);
  if (filter.after !== undefined) points = points.where('resource_arn', '>', filter.after);
  return points.orderBy('resource_arn').orderBy('recovery_point.created_at', 'desc').limit(filter.limit).execute();
}
