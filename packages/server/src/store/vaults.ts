/**
 * Backup vaults: rows from the wish (CREATING) to the removal (DELETING).
 *
 * A vault that is DELETING no longer exists for anyone but the room that removes its repository.
 * Not here: the repository itself (vault/), tags (backup-tags.ts).
 */
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { BackupVaultTable } from './tables/backup.ts';

export type VaultRow = Selectable<BackupVaultTable>;

export interface VaultKey {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
}

export function findVault(db: Queryable, key: VaultKey): Promise<VaultRow | undefined> {
  return db
    .selectFrom('backup_vault')
    .selectAll()
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('name', '=', key.name)
    .where('state', '<>', 'DELETING')
    .executeTakeFirst();
}

export function findVaultById(db: Queryable, id: string): Promise<VaultRow | undefined> {
  return db.selectFrom('backup_vault').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The first vault of the installation that has a repository: its chunker parameters are everyone's. */
export function firstVault(db: Queryable): Promise<VaultRow | undefined> {
  return db
    .selectFrom('backup_vault')
    .selectAll()
    .where('state', '=', 'AVAILABLE')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
}

/** By name. */
export function listVaults(
  db: Queryable,
  of: Omit<VaultKey, 'name'>,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<VaultRow[]> {
  let query = db
    .selectFrom('backup_vault')
    .selectAll()
    .where('account_id', '=', of.accountId)
    .where('region', '=', of.region)
    .where('state', '<>', 'DELETING');
  if (after !== undefined) query = query.where('name', '>', after);
  return query.orderBy('name').limit(limit).execute();
}

export async function countVaults(db: Queryable, of: Omit<VaultKey, 'name'>): Promise<number> {
  const { count } = await db
    .selectFrom('backup_vault')
    .select((vault) => vault.fn.countAll<number>().as('count'))
    .where('account_id', '=', of.accountId)
    .where('region', '=', of.region)
    .where('state', '<>', 'DELETING')
    .executeTakeFirstOrThrow();
  return count;
}

/** False when the name is taken. */
export async function insertVault(tx: Tx, vault: Insertable<BackupVaultTable>): Promise<boolean> {
  const inserted = await tx
    .insertInto('backup_vault')
    .values(vault)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** The vault, held until the end of the transaction; undefined if it is gone. Waits for whoever holds it. */
export function lockVault(tx: Tx, id: string): Promise<VaultRow | undefined> {
  return tx.selectFrom('backup_vault').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** A vault that nobody is working on and that is not AVAILABLE, held until the end of the transaction. */
export function lockUnfinishedVault(tx: Tx, not: readonly string[]): Promise<VaultRow | undefined> {
  let query = tx.selectFrom('backup_vault').selectAll().where('state', '<>', 'AVAILABLE');
  if (not.length > 0) query = query.where('id', 'not in', [...not]);
  return query.orderBy('created_at').limit(1).forUpdate().skipLocked().executeTakeFirst();
}

export async function makeVaultAvailable(tx: Tx, id: string, repositoryId: string): Promise<void> {
  await tx
    .updateTable('backup_vault')
    .set({ state: 'AVAILABLE', repository_id: repositoryId })
    .where('id', '=', id)
    .where('state', '=', 'CREATING')
    .execute();
}

/** Whether a backup or a copy into the vault is under way: what it makes counts as a point already. */
export async function isWrittenTo(
  db: Queryable,
  { account_id: accountId, region, name }: VaultRow,
  arn: string,
): Promise<boolean> {
  const { rows } = await sql<{ is_written: boolean }>`
    select exists (select from backup_job where state in ('RUNNING', 'ABORTING')
        and account_id = ${accountId} and region = ${region} and vault_name = ${name})
      or exists (select from copy_job where state = 'RUNNING' and destination_vault_arn = ${arn}) as is_written`.execute(
    db,
  );
  return rows[0]?.is_written === true;
}

export async function markVaultDeleting(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('backup_vault').set({ state: 'DELETING' }).where('id', '=', id).execute();
}

export async function deleteVault(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('backup_vault').where('id', '=', id).execute();
}

/** Makes the transaction the only one that may make the installation's first repository. */
export async function lockFirstVault(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('backup:first-vault', 0))`.execute(tx);
}
