/** Account aliases: a name for people to sign in with; one an account, unique in the installation. */
import type { Queryable, Tx } from './database.ts';

export async function findAlias(db: Queryable, accountId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('account_alias')
    .select('alias')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row?.alias;
}

/** Whose alias it is. */
export async function findAccountIdByAlias(db: Queryable, alias: string): Promise<string | undefined> {
  const row = await db.selectFrom('account_alias').select('account_id').where('alias', '=', alias).executeTakeFirst();
  return row?.account_id;
}

/** In place of the one that the account had. */
export async function putAlias(tx: Tx, accountId: string, alias: string): Promise<void> {
  await tx
    .insertInto('account_alias')
    .values({ account_id: accountId, alias })
    .onConflict((conflict) => conflict.column('account_id').doUpdateSet({ alias }))
    .execute();
}

/** @returns false: the account has no such alias. */
export async function deleteAlias(tx: Tx, accountId: string, alias: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('account_alias')
    .where('account_id', '=', accountId)
    .where('alias', '=', alias)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}
