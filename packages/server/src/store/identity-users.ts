/** Users of an account. Removing one with keys or policies is the service's matter: it refuses that first. */
import type { Insertable } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import { findNamed, type NamedRow } from './identity-named.ts';
import type { UserTable } from './tables/identity.ts';

export type UserRow = NamedRow<'iam_user'>;

export async function insertUser(tx: Tx, user: Insertable<UserTable>): Promise<void> {
  await tx.insertInto('iam_user').values(user).execute();
}

export function findUser(db: Queryable, accountId: string, name: string): Promise<UserRow | undefined> {
  return findNamed(db, 'iam_user', accountId, name);
}

export function findUserById(db: Queryable, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('iam_user').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findUsersById(db: Queryable, ids: readonly string[]): Promise<UserRow[]> {
  return ids.length === 0
    ? Promise.resolve([])
    : db.selectFrom('iam_user').selectAll().where('id', 'in', ids).execute();
}

export async function deleteUser(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('iam_user').where('id', '=', id).execute();
}
