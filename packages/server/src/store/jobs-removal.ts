/**
 * What keeps vaults clean: points whose time has come, points that are being deleted, snapshots that no point names,
 * prunes.
 */
import type { Instant } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';

/** Points whose retention is over become DELETING, at most `limit`. @returns how many */
export async function retireExpiredPoints(db: Queryable, now: Instant, limit: number): Promise<number> {
  const { rows } = await sql`
    update recovery_point set status = 'DELETING', lease_until = null
    where arn in (
      select arn from recovery_point
      where delete_at <= ${now} and status in ('COMPLETED', 'PARTIAL', 'EXPIRED')
      order by delete_at limit ${limit} for update skip locked
    ) returning arn`.execute(db);
  return rows.length;
}

/** A vault with points to delete that no worker holds. */
export async function vaultWithDeletions(
  db: Queryable,
  now: Instant,
  not: readonly string[],
): Promise<string | undefined> {
  const { rows } = await sql<{ vault_id: string }>`
    select vault_id from recovery_point
    where status = 'DELETING' and (lease_until is null or lease_until < ${now}) and vault_id <> all(${[...not]}::uuid[])
    order by created_at limit 1`.execute(db);
  return rows[0]?.vault_id;
}

export interface Deletion {
  readonly arn: string;
  readonly snapshotId: string;
  readonly token: number;
}

export async function claimDeletions(
  db: Queryable,
  vaultId: string,
  { now, leaseUntil, limit }: { readonly now: Instant; readonly leaseUntil: Instant; readonly limit: number },
): Promise<Deletion[]> {
  const { rows } = await sql<{ arn: string; snapshot_id: string; lease_token: number }>`
    update recovery_point set lease_token = lease_token + 1, lease_until = ${leaseUntil}
    where arn in (
      select arn from recovery_point
      where vault_id = ${vaultId} and status = 'DELETING' and (lease_until is null or lease_until < ${now})
      order by created_at limit ${limit} for update skip locked
    ) returning arn, snapshot_id, lease_token`.execute(db);
  return rows.map((row) => ({ arn: row.arn, snapshotId: row.snapshot_id, token: row.lease_token }));
}

/**
 * The snapshots of `deletions` that no other point of the vault stands on: two copies of one point share their
 * snapshot.
 */
export async function snapshotsOnlyOf(
  db: Queryable,
  vaultId: string,
  deletions: readonly Deletion[],
): Promise<string[]> {
  const { rows } = await sql<{ snapshot_id: string }>`
    select distinct snapshot_id from recovery_point point
    where vault_id = ${vaultId} and arn = any(${deletions.map((each) => each.arn)})
      and not exists (
        select from recovery_point other
        where other.vault_id = point.vault_id and other.snapshot_id = point.snapshot_id
          and other.arn <> all(${deletions.map((each) => each.arn)})
      )`.execute(db);
  return rows.map((row) => row.snapshot_id);
}

/** Their snapshots are gone: so are the points and their tags, and prune has something to do from `pruneAt` on. */
export async function removePoints(
  tx: Tx,
  vaultId: string,
  deletions: readonly Deletion[],
  pruneAt: Instant,
): Promise<void> {
  for (const { arn, token } of deletions) {
    const gone = await tx
      .deleteFrom('recovery_point')
      .where('arn', '=', arn)
      .where('lease_token', '=', token)
      .where('status', '=', 'DELETING')
      .returning('arn')
      .executeTakeFirst();
    if (gone) await tx.deleteFrom('backup_tag').where('resource_arn', '=', arn).execute();
  }
  await sql`update backup_vault set prune_due_at = coalesce(prune_due_at, ${pruneAt}) where id = ${vaultId}`.execute(
    tx,
  );
}

/** Gives deletions back that could not be made now. */
export async function postponeDeletions(db: Queryable, deletions: readonly Deletion[], until: Instant): Promise<void> {
  await db
    .updateTable('recovery_point')
    .set({ lease_until: until })
    .where(
      'arn',
      'in',
      deletions.map((each) => each.arn),
    )
    .where('status', '=', 'DELETING')
    .execute();
}

export async function askForOrphanCheck(db: Queryable, vaultId: string, dueAt: Instant): Promise<void> {
  await sql`
    insert into orphan_check (vault_id, due_at) values (${vaultId}, ${dueAt})
    on conflict (vault_id) do update set due_at = greatest(orphan_check.due_at, excluded.due_at)`.execute(db);
}

/** After a worker was lost nobody knows which of its job's vaults it wrote to: by the job's own vault names. */
export async function askForOrphanCheckOf(
  db: Queryable,
  vault: { readonly accountId: string; readonly region: string; readonly name: string },
  dueAt: Instant,
): Promise<void> {
  await sql`
    insert into orphan_check (vault_id, due_at)
    select id, ${dueAt} from backup_vault
    where account_id = ${vault.accountId} and region = ${vault.region} and name = ${vault.name} and state = 'AVAILABLE'
    on conflict (vault_id) do update set due_at = greatest(orphan_check.due_at, excluded.due_at)`.execute(db);
}

export async function dueOrphanCheck(
  db: Queryable,
  now: Instant,
  not: readonly string[],
): Promise<{ readonly vaultId: string; readonly dueAt: Instant } | undefined> {
  const { rows } = await sql<{ vault_id: string; due_at: number }>`
    select vault_id, due_at from orphan_check where due_at <= ${now} and vault_id <> all(${[...not]}::uuid[])
    order by due_at limit 1`.execute(db);
  return rows[0] && { vaultId: rows[0].vault_id, dueAt: rows[0].due_at };
}

/** Done, unless somebody asked again in the meantime. */
export async function orphanCheckDone(db: Queryable, vaultId: string, dueAt: Instant): Promise<void> {
  await db.deleteFrom('orphan_check').where('vault_id', '=', vaultId).where('due_at', '=', dueAt).execute();
}

export async function snapshotIdsOf(db: Queryable, vaultId: string): Promise<Set<string>> {
  const rows = await db.selectFrom('recovery_point').select('snapshot_id').where('vault_id', '=', vaultId).execute();
  return new Set(rows.map((row) => row.snapshot_id));
}

/** The jobs among `jobIds` that a worker holds now. */
export async function jobsAtWork(db: Queryable, jobIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from backup_job where id = any(${[...jobIds]}) and state in ('RUNNING', 'ABORTING') and lease_until is not null`.execute(
    db,
  );
  return new Set(rows.map((row) => row.id));
}

/** Whether a copy is being made into the vault; its snapshot has no point yet. */
export async function isCopyUnderWay(db: Queryable, vaultArn: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from copy_job where destination_vault_arn = ${vaultArn} and state = 'RUNNING' limit 1`.execute(db);
  return rows.length > 0;
}

/** At `at`, or before when that is asked for already. */
export async function askForPrune(db: Queryable, vaultId: string, at: Instant): Promise<void> {
  await sql`update backup_vault set prune_due_at = least(prune_due_at, ${at}::bigint) where id = ${vaultId}`.execute(
    db,
  );
}

export async function vaultToPrune(db: Queryable, now: Instant, not: readonly string[]): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from backup_vault
    where prune_due_at <= ${now} and state = 'AVAILABLE' and id <> all(${[...not]}::uuid[])
    order by prune_due_at limit 1`.execute(db);
  return rows[0]?.id;
}

/** `before`: deletions that came after the prune had begun ask for another one. */
export async function pruned(db: Queryable, vaultId: string, began: Instant, now: Instant): Promise<void> {
  await sql`
    update backup_vault set last_pruned_at = ${now},
      prune_due_at = case when prune_due_at <= ${began} then null else prune_due_at end
    where id = ${vaultId}`.execute(db);
}

export async function postponePrune(db: Queryable, vaultId: string, until: Instant): Promise<void> {
  await db.updateTable('backup_vault').set({ prune_due_at: until }).where('id', '=', vaultId).execute();
}
