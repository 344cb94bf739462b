/** Users of an account. Removing one with keys or policies is the service's matter: it refuses that first. */
import type { Selectable } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { UserTable } from './tables/identity.ts';

export type UserRow = Selectable<UserTable>;

export async function insertUser(tx: Tx, user: UserRow): Promise<void> {
  await tx.insertInto('iam_user').values(user).execute();
}

export function findUser(db: Queryable, accountId: string, name: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('iam_user')
    .selectAll()
    .where('account_id', '=', accountId)
    .where((where) => where(where.fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .executeTakeFirst();
}

export function findUserById(db: Queryable, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('iam_user').selectAll().where('id', '=', id).executeTakeFirst();
}

export interface NamedList {
  readonly accountId: string;
  readonly pathPrefix: string;
  /** The name after which the page starts. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** By name. */
export function listUsers(db: Queryable, { accountId, pathPrefix, after, limit }: NamedList): Promise<UserRow[]> {
  return db
    .selectFrom('iam_user')
    .selectAll()
    .where('account_id', '=', accountId)
    .where((where) => where.fn<boolean>('starts_with', ['path', where.val(pathPrefix)]))
    .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
    .orderBy('name')
    .limit(limit)
    .execute();
}

/** Held until the transaction ends: keys and policies of the user change one after the other. */
export async function lockUser(tx: Tx, id: string): Promise<void> {
  await tx.selectFrom('iam_user').select('id').where('id', '=', id).forUpdate().execute();
}

export async function deleteUser(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('iam_user').where('id', '=', id).execute();
}
