/** Groups of an account and the users in them. Policies hang on groups as on users (identity-attachments). */
import type { Insertable } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import { findNamed, type NamedRow } from './identity-named.ts';
import type { UserRow } from './identity-users.ts';
import type { GroupTable } from './tables/identity.ts';

export type GroupRow = NamedRow<'iam_group'>;

export async function insertGroup(tx: Tx, group: Insertable<GroupTable>): Promise<void> {
  await tx.insertInto('iam_group').values(group).execute();
}

export function findGroup(db: Queryable, accountId: string, name: string): Promise<GroupRow | undefined> {
  return findNamed(db, 'iam_group', accountId, name);
}

export async function deleteGroup(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('iam_group').where('id', '=', id).execute();
}

export interface Member {
  readonly userId: string;
  readonly groupId: string;
}

/** Nothing changes for a user who is in it already. */
export async function addMember(tx: Tx, { userId, groupId }: Member): Promise<void> {
  await tx
    .insertInto('iam_group_member')
    .values({ user_id: userId, group_id: groupId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** @returns false: the user was not in it. */
export async function removeMember(tx: Tx, { userId, groupId }: Member): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('iam_group_member')
    .where('user_id', '=', userId)
    .where('group_id', '=', groupId)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

export interface MemberPage {
  /** The name after which the page starts. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Users of a group, by name. */
export function listMembers(db: Queryable, groupId: string, { after = '', limit }: MemberPage): Promise<UserRow[]> {
  return db
    .selectFrom('iam_user')
    .innerJoin('iam_group_member', 'iam_group_member.user_id', 'iam_user.id')
    .selectAll('iam_user')
    .where('iam_group_member.group_id', '=', groupId)
    .where('iam_user.name', '>', after)
    .orderBy('iam_user.name')
    .limit(limit)
    .execute();
}

/** Groups of a user, by name. */
export function listGroupsOfUser(
  db: Queryable,
  userId: string,
  { after = '', limit }: MemberPage,
): Promise<GroupRow[]> {
  return db
    .selectFrom('iam_group')
    .innerJoin('iam_group_member', 'iam_group_member.group_id', 'iam_group.id')
    .selectAll('iam_group')
    .where('iam_group_member.user_id', '=', userId)
    .where('iam_group.name', '>', after)
    .orderBy('iam_group.name')
    .limit(limit)
    .execute();
}

/** Names of the groups of each of the users, by the user's id; absent: in none. */
export async function groupNamesOfUsers(
  db: Queryable,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await db
    .selectFrom('iam_group_member')
    .innerJoin('iam_group', 'iam_group.id', 'iam_group_member.group_id')
    .select(['iam_group_member.user_id as userId', 'iam_group.name as name'])
    .where('iam_group_member.user_id', '=', (where) => where.fn.any(where.val(userIds)))
    .orderBy('iam_group.name')
    .execute();
  const byUser = Map.groupBy(rows, ({ userId }) => userId);
  return new Map([...byUser].map(([userId, ofUser]) => [userId, ofUser.map(({ name }) => name)]));
}
