/**
 * Sessions: temporary credentials of a role, a user or an account's root. Secrets come in sealed only. Which session
 * belongs to a key is read with its standing (identity-standing).
 */
import { type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { SessionTable } from './tables/identity.ts';

export type SessionRow = Selectable<SessionTable>;

export const sessionContext = (id: string): string => `session:${id}`;

export async function insertSession(tx: Tx, session: SessionRow): Promise<void> {
  await tx
    .insertInto('iam_session')
    .values({
      ...session,
      policies: JSON.stringify(session.policies),
      policy_arns: JSON.stringify(session.policy_arns),
      transitive_tag_keys: JSON.stringify(session.transitive_tag_keys),
    })
    .execute();
}

export async function findSessionAccount(db: Queryable, accessKeyId: string): Promise<string | undefined> {
  const session = await db
    .selectFrom('iam_session')
    .select('account_id')
    .where('access_key_id', '=', accessKeyId)
    .executeTakeFirst();
  return session?.account_id;
}

/** @returns how many were removed, at most `limit`. */
export async function deleteSessionsExpiredBefore(db: Queryable, before: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from iam_session where access_key_id in (
      select access_key_id from iam_session where expires_at < ${before} order by expires_at limit ${limit} for update skip locked)
    returning 1`.execute(db);
  return rows.length;
}
