/**
 * The organization's tree: root, organizational units, accounts.
 *
 * Every node holds its path from the organization down, so a subtree is one prefix search, at 50,000 accounts too.
 * INVARIANT: organizational units never move, so only an account's path ever changes.
 * Source: organizations spec 1, 2.4.
 */
import type { Instant } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { AccountTable } from './tables/account.ts';
import type { OrganizationNodeTable } from './tables/organizations.ts';

/** A root or an organizational unit. */
export interface OrganizationNode {
  readonly id: string;
  readonly kind: 'ROOT' | 'ORGANIZATIONAL_UNIT';
  readonly parentId: string | undefined;
  readonly name: string;
  readonly path: string;
  /** 0: the root. */
  readonly depth: number;
}

export interface MemberAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly state: AccountTable['state'];
  readonly parentId: string;
  readonly path: string;
  readonly joinedMethod: 'INVITED' | 'CREATED';
  readonly joinedAt: Instant;
}

/** What a policy may hang on. */
export interface PolicyTarget {
  readonly id: string;
  readonly kind: 'ROOT' | 'ORGANIZATIONAL_UNIT' | 'ACCOUNT';
  readonly name: string;
  readonly path: string;
}

/** Where a list goes on: ids after `after`, at most `limit`. */
export interface Keyset {
  readonly after: string | undefined;
  readonly limit: number;
}

export async function nodeById(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<OrganizationNode | undefined> {
  const row = await db
    .selectFrom('organization_node')
    .selectAll()
    .where('id', '=', id)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return row && nodeOf(row);
}

/** Only an organizational unit: undefined for a root's id. */
export async function unitById(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<OrganizationNode | undefined> {
  const node = await nodeById(db, organizationId, id);
  return node?.kind === 'ORGANIZATIONAL_UNIT' ? node : undefined;
}

export async function unitByName(db: Queryable, parentId: string, name: string): Promise<{ id: string } | undefined> {
  return db
    .selectFrom('organization_node')
    .select('id')
    .where('parent_id', '=', parentId)
    .where('name', '=', name)
    .executeTakeFirst();
}

export async function listUnits(
  db: Queryable,
  parentId: string,
  { after, limit }: Keyset,
): Promise<OrganizationNode[]> {
  let query = db.selectFrom('organization_node').selectAll().where('parent_id', '=', parentId);
  if (after !== undefined) query = query.where('id', '>', after);
  const rows = await query.orderBy('id').limit(limit).execute();
  return rows.map(nodeOf);
}

export async function countUnits(db: Queryable, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('organization_node')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('parent_id', 'is not', null)
    .executeTakeFirstOrThrow();
  return count;
}

export interface NewUnit {
  readonly id: string;
  readonly organizationId: string;
  readonly parent: OrganizationNode;
  readonly name: string;
}

export async function insertUnit(
  tx: Tx,
  { id, organizationId, parent, name }: NewUnit,
  now: Instant,
): Promise<OrganizationNode> {
  const row: OrganizationNodeTable = {
    id,
    organization_id: organizationId,
    parent_id: parent.id,
    name,
    path: `${parent.path}${id}/`,
    depth: parent.depth + 1,
    created_at: now,
  };
  await tx.insertInto('organization_node').values(row).execute();
  return nodeOf(row);
}

export async function renameUnit(tx: Tx, id: string, name: string): Promise<void> {
  await tx.updateTable('organization_node').set({ name }).where('id', '=', id).execute();
}

/** The unit must be empty and nothing may be attached to it any more. */
export async function deleteUnit(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('organization_node').where('id', '=', id).execute();
}

export async function hasChildren(db: Queryable, nodeId: string): Promise<boolean> {
  const row = await db
    .selectNoFrom((of) => [
      of
        .or([
          of.exists(of.selectFrom('organization_node').select('id').where('parent_id', '=', nodeId)),
          of.exists(of.selectFrom('organization_member').select('account_id').where('parent_id', '=', nodeId)),
        ])
        .as('any'),
    ])
    .executeTakeFirstOrThrow();
  return Boolean(row.any);
}

const MEMBER_COLUMNS = [
  'account.id',
  'account.name',
  'account.email',
  'account.state',
  'member.parent_id as parentId',
  'member.path',
  'member.joined_method as joinedMethod',
  'member.joined_at as joinedAt',
] as const;

function members(db: Queryable) {
  return db
    .selectFrom('organization_member as member')
    .innerJoin('account', 'account.id', 'member.account_id')
    .select(MEMBER_COLUMNS);
}

export async function memberById(
  db: Queryable,
  organizationId: string,
  accountId: string,
): Promise<MemberAccount | undefined> {
  return members(db)
    .where('member.account_id', '=', accountId)
    .where('member.organization_id', '=', organizationId)
    .executeTakeFirst();
}

/** By account id; ids of others are left out. */
export async function membersByIds(
  db: Queryable,
  organizationId: string,
  accountIds: readonly string[],
): Promise<MemberAccount[]> {
  if (accountIds.length === 0) return [];
  return members(db)
    .where('member.account_id', 'in', accountIds)
    .where('member.organization_id', '=', organizationId)
    .orderBy('member.account_id')
    .execute();
}

export async function listMembers(
  db: Queryable,
  where: { readonly organizationId: string } | { readonly parentId: string },
  { after, limit }: Keyset,
): Promise<MemberAccount[]> {
  let query =
    'parentId' in where
      ? members(db).where('member.parent_id', '=', where.parentId)
      : members(db).where('member.organization_id', '=', where.organizationId);
  if (after !== undefined) query = query.where('member.account_id', '>', after);
  // As a literal: with the number in sight PostgreSQL keeps one plan instead of making one with each call. Pages are
  // small, so there are few such statements.
  return query.orderBy('member.account_id').limit(sql.lit(limit)).execute();
}

export async function countMembers(db: Queryable, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('organization_member')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .executeTakeFirstOrThrow();
  return count;
}

export interface NewMember {
  readonly accountId: string;
  readonly organizationId: string;
  readonly parent: { readonly id: string; readonly path: string };
  readonly joinedMethod: 'INVITED' | 'CREATED';
}

/** Returns the account's path. */
export async function insertMember(
  tx: Tx,
  { accountId, organizationId, parent, joinedMethod }: NewMember,
  now: Instant,
): Promise<string> {
  const path = `${parent.path}${accountId}/`;
  await tx
    .insertInto('organization_member')
    .values({
      account_id: accountId,
      organization_id: organizationId,
      parent_id: parent.id,
      path,
      joined_method: joinedMethod,
      joined_at: now,
    })
    .execute();
  return path;
}

/** Returns the account's new path. */
export async function moveMember(
  tx: Tx,
  accountId: string,
  parent: { readonly id: string; readonly path: string },
): Promise<string> {
  const path = `${parent.path}${accountId}/`;
  await tx
    .updateTable('organization_member')
    .set({ parent_id: parent.id, path })
    .where('account_id', '=', accountId)
    .execute();
  return path;
}

const ACCOUNT_ID = /^\d{12}$/;

/** A root, unit or account of the organization. */
export async function targetById(db: Queryable, organizationId: string, id: string): Promise<PolicyTarget | undefined> {
  if (!ACCOUNT_ID.test(id)) return nodeById(db, organizationId, id);
  const member = await memberById(db, organizationId, id);
  return member && { id, kind: 'ACCOUNT', name: member.name, path: member.path };
}

function nodeOf(row: OrganizationNodeTable): OrganizationNode {
  return {
    id: row.id,
    kind: row.parent_id === null ? 'ROOT' : 'ORGANIZATIONAL_UNIT',
    parentId: row.parent_id ?? undefined,
    name: row.name,
    path: row.path,
    depth: row.depth,
  };
}
