/**
 * What users, roles, groups and customer-managed policies have in common: a name that is unique in its account whatever
 * its letter case, a path, and (but for groups) tags. One statement each serves all four tables.
 *
 * Not here: what each has of its own (identity-users, -roles, -groups, -policies).
 */
import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { IdentityTables, Tags } from './tables/identity.ts';

export type NamedTable = 'iam_user' | 'iam_role' | 'iam_group' | 'iam_policy';
export type TaggedTable = Exclude<NamedTable, 'iam_group'> | 'mfa_device';
export type NamedRow<Table extends NamedTable> = Selectable<IdentityTables[Table]> & { readonly name: string };

export async function findNamed<Table extends NamedTable>(
  db: Queryable,
  table: Table,
  accountId: string,
  name: string,
): Promise<NamedRow<Table> | undefined> {
  const { rows } = await sql<NamedRow<Table>>`
    select * from ${sql.table(table)} where account_id = ${accountId} and lower(name) = ${name.toLowerCase()}`.execute(
    db,
  );
  return rows[0];
}

export interface NamedList {
  readonly accountId: string;
  readonly pathPrefix: string;
  /** The name after which the page starts. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** By name. */
export async function listNamed<Table extends NamedTable>(
  db: Queryable,
  table: Table,
  { accountId, pathPrefix, after, limit }: NamedList,
): Promise<readonly NamedRow<Table>[]> {
  const { rows } = await sql<NamedRow<Table>>`
    select * from ${sql.table(table)}
    where account_id = ${accountId} and starts_with(path, ${pathPrefix}) and name > ${after ?? ''}
    order by name limit ${limit}`.execute(db);
  return rows;
}

/**
 * Held until the transaction ends: what hangs on the row changes one after the other.
 * @returns false: it is gone by now.
 */
export async function lockNamed(tx: Tx, table: NamedTable, id: string): Promise<boolean> {
  const { rows } = await sql`select id from ${sql.table(table)} where id = ${id} for no key update`.execute(tx);
  return rows.length === 1;
}

/** Tags as nobody else changes them until the transaction ends. */
export async function lockTags(tx: Tx, table: TaggedTable, id: string): Promise<Tags> {
  const { rows } = await sql<{ tags: Tags }>`
    select tags from ${sql.table(table)} where ${keyOf(table)} = ${id} for no key update`.execute(tx);
  return rows[0]?.tags ?? {};
}

export async function setTags(tx: Tx, table: TaggedTable, id: string, tags: Tags): Promise<void> {
  const text = JSON.stringify(tags);
  await sql`update ${sql.table(table)} set tags = ${text}::jsonb where ${keyOf(table)} = ${id}`.execute(tx);
}

function keyOf(table: TaggedTable): RawBuilder<unknown> {
  return sql.ref(table === 'mfa_device' ? 'serial_number' : 'id');
}

/** @param arn of a managed policy; null takes the boundary away */
export async function setBoundary(
  tx: Tx,
  table: 'iam_user' | 'iam_role',
  id: string,
  arn: string | null,
): Promise<void> {
  await sql`update ${sql.table(table)} set boundary_arn = ${arn} where id = ${id}`.execute(tx);
}

export interface Renamed {
  readonly name: string;
  readonly path: string;
}

export async function renameNamed(
  tx: Tx,
  table: 'iam_user' | 'iam_group',
  id: string,
  { name, path }: Renamed,
): Promise<void> {
  await sql`update ${sql.table(table)} set name = ${name}, path = ${path} where id = ${id}`.execute(tx);
}
