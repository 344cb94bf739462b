/** Sessions of people who are signed in to the console. A session is found by the digest of its token. */
import { type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { SignInSessionTable } from './tables/sign-in.ts';

export type SignInSessionRow = Selectable<SignInSessionTable>;

export async function insertSignInSession(tx: Tx, session: SignInSessionRow): Promise<void> {
  await tx.insertInto('sign_in_session').values(session).execute();
}

/** A session with who it is of. */
export interface SignedIn extends SignInSessionRow {
  readonly account_name: string;
  /** Null: the account's root. */
  readonly user_name: string | null;
  readonly user_path: string | null;
}

/** Of active accounts only; whether it has expired is for the caller to say. */
export function findSignInSession(db: Queryable, tokenHash: Buffer): Promise<SignedIn | undefined> {
  return db
    .selectFrom('sign_in_session as session')
    .innerJoin('account', 'account.id', 'session.account_id')
    .leftJoin('iam_user', 'iam_user.id', 'session.user_id')
    .selectAll('session')
    .select(['account.name as account_name', 'iam_user.name as user_name', 'iam_user.path as user_path'])
    .where('session.token_hash', '=', tokenHash)
    .where('account.state', '=', 'ACTIVE')
    .executeTakeFirst();
}

/** Held until the transaction ends. */
export async function lockSignInSession(tx: Tx, id: string): Promise<boolean> {
  const found = await tx.selectFrom('sign_in_session').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  return found !== undefined;
}

export async function touchSignInSession(db: Queryable, id: string, now: number): Promise<void> {
  await db.updateTable('sign_in_session').set({ last_used_at: now }).where('id', '=', id).execute();
}

export async function deleteSignInSession(db: Queryable, tokenHash: Buffer): Promise<void> {
  await db.deleteFrom('sign_in_session').where('token_hash', '=', tokenHash).execute();
}

/** All sessions of a user, or of the root by its account's id; the credentials made from them end with them. */
export async function endSessionsOf(tx: Tx, principalId: string): Promise<void> {
  await tx.deleteFrom('sign_in_session').where('principal_id', '=', principalId).execute();
}

/** Keeps the newest `count` sessions of somebody. */
export async function endOldestSessionsOf(tx: Tx, principalId: string, count: number): Promise<void> {
  await sql`
    delete from sign_in_session where id in (
      select id from sign_in_session where principal_id = ${principalId} order by created_at desc, id offset ${count})`.execute(
    tx,
  );
}

export interface Ages {
  readonly usedBefore: number;
  readonly createdBefore: number;
}

/** @returns how many were removed, at most `limit` */
export async function deleteExpiredSignInSessions(
  db: Queryable,
  { usedBefore, createdBefore }: Ages,
  limit: number,
): Promise<number> {
  const { rows } = await sql`
    delete from sign_in_session where id in (
      select id from sign_in_session where last_used_at <= ${usedBefore} or created_at <= ${createdBefore}
      limit ${limit} for update skip locked)
    returning 1`.execute(db);
  return rows.length;
}
