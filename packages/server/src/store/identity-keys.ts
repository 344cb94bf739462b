/** Access keys and sessions: what a request may be signed with. Secrets are sealed; they come in and go out sealed only. */
import { type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { AccessKeyTable, SessionTable } from './tables/identity.ts';

export type AccessKeyRow = Selectable<AccessKeyTable>;
export type SessionRow = Selectable<SessionTable>;

export const accessKeyContext = (id: string): string => `access-key:${id}`;
export const sessionContext = (id: string): string => `session:${id}`;

export async function insertAccessKey(tx: Tx, key: AccessKeyRow): Promise<void> {
  await tx.insertInto('access_key').values(key).execute();
}

export function findAccessKey(db: Queryable, id: string): Promise<AccessKeyRow | undefined> {
  return db.selectFrom('access_key').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Oldest first. */
export function listAccessKeys(db: Queryable, userId: string): Promise<AccessKeyRow[]> {
  return db
    .selectFrom('access_key')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

export async function setAccessKeyStatus(tx: Tx, id: string, status: AccessKeyRow['status']): Promise<void> {
  await tx.updateTable('access_key').set({ status }).where('id', '=', id).execute();
}

export async function deleteAccessKey(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('access_key').where('id', '=', id).execute();
}

export interface KeyUse {
  readonly id: string;
  readonly at: number;
  readonly service: string;
  readonly region: string;
}

export async function recordKeyUses(db: Queryable, uses: readonly KeyUse[]): Promise<void> {
  if (uses.length === 0) return;
  await sql`
    update access_key set last_used_at = used.at, last_used_service = used.service, last_used_region = used.region
    from jsonb_to_recordset(${JSON.stringify(uses)}::jsonb) as used (id text, at bigint, service text, region text)
    where access_key.id = used.id and (last_used_at is null or last_used_at <= used.at)`.execute(db);
}

/** An active key of an active account, with the user that it belongs to (none: the account's root). */
export interface KeyOwner {
  readonly account_id: string;
  readonly user_id: string | null;
  readonly secret_sealed: Buffer;
  readonly user_name: string | null;
  readonly user_path: string | null;
}

export function findKeyOwner(db: Queryable, id: string): Promise<KeyOwner | undefined> {
  return db
    .selectFrom('access_key')
    .innerJoin('account', 'account.id', 'access_key.account_id')
    .leftJoin('iam_user', 'iam_user.id', 'access_key.user_id')
    .select([
      'access_key.account_id',
      'access_key.user_id',
      'access_key.secret_sealed',
      'iam_user.name as user_name',
      'iam_user.path as user_path',
    ])
    .where('access_key.id', '=', id)
    .where('access_key.status', '=', 'Active')
    .where('account.state', '=', 'ACTIVE')
    .executeTakeFirst();
}

export async function insertSession(tx: Tx, session: SessionRow): Promise<void> {
  await tx
    .insertInto('iam_session')
    .values({
      ...session,
      policies: JSON.stringify(session.policies),
      policy_arns: JSON.stringify(session.policy_arns),
    })
    .execute();
}

export type SessionOwner = SessionRow & { readonly role_name: string; readonly role_path: string };

/** A session of an active account, expired or not, with its role. */
export function findSession(db: Queryable, accessKeyId: string): Promise<SessionOwner | undefined> {
  return db
    .selectFrom('iam_session')
    .innerJoin('account', 'account.id', 'iam_session.account_id')
    .innerJoin('iam_role', 'iam_role.id', 'iam_session.role_id')
    .selectAll('iam_session')
    .select(['iam_role.name as role_name', 'iam_role.path as role_path'])
    .where('iam_session.access_key_id', '=', accessKeyId)
    .where('account.state', '=', 'ACTIVE')
    .executeTakeFirst();
}

/** @returns how many were removed, at most `limit`. */
export async function deleteSessionsExpiredBefore(db: Queryable, before: number, limit: number): Promise<number> {
  const { rows } = await sql`
    delete from iam_session where access_key_id in (
      select access_key_id from iam_session where expires_at < ${before} order by expires_at limit ${limit} for update skip locked)
    returning 1`.execute(db);
  return rows.length;
}
