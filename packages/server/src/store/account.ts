/**
 * Accounts of the installation. Not here: their place in an organization (organizations*.ts), who may sign in
 * (identity*.ts).
 */
import { type Random, randomDigits } from '@holdfast/kernel';
import type { Selectable } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { AccountTable } from './tables/account.ts';

export type AccountRow = Selectable<AccountTable>;

/** Account ids are drawn, not counted: a twelve-digit number without a leading zero, so that no program drops it. */
export function newAccountId(random: Random): string {
  const id = randomDigits(random, 12);
  return id.startsWith('0') ? newAccountId(random) : id;
}

export async function insertAccount(tx: Tx, account: AccountRow): Promise<void> {
  await tx.insertInto('account').values(account).execute();
}

export function findAccount(db: Queryable, id: string): Promise<AccountRow | undefined> {
  return db.selectFrom('account').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findAccountByEmail(db: Queryable, email: string): Promise<AccountRow | undefined> {
  return db
    .selectFrom('account')
    .selectAll()
    .where((where) => where(where.fn<string>('lower', ['email']), '=', email.toLowerCase()))
    .executeTakeFirst();
}

/** The account that the first start made; undefined on an empty database. */
export function firstAccount(db: Queryable): Promise<AccountRow | undefined> {
  return db.selectFrom('account').selectAll().orderBy('created_at').orderBy('id').limit(1).executeTakeFirst();
}

export async function countAccounts(db: Queryable): Promise<number> {
  const { count } = await db
    .selectFrom('account')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
