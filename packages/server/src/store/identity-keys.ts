/**
 * Access keys: what a request may be signed with for long. Secrets are sealed; they come in and go out sealed only.
 * Not here: temporary ones (identity-sessions).
 */
import { type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { AccessKeyTable } from './tables/identity.ts';

export type AccessKeyRow = Selectable<AccessKeyTable>;

export const accessKeyContext = (id: string): string => `access-key:${id}`;

export async function insertAccessKey(tx: Tx, key: AccessKeyRow): Promise<void> {
  await tx.insertInto('access_key').values(key).execute();
}

export function findAccessKey(db: Queryable, id: string): Promise<AccessKeyRow | undefined> {
  return db.selectFrom('access_key').selectAll().where('id', '=', id).executeTakeFirst();
}

/** A user; without one, the account's root. */
export interface KeyHolder {
  readonly accountId: string;
  readonly userId: string | null;
}

/** Oldest first. */
export function listAccessKeys(db: Queryable, { accountId, userId }: KeyHolder): Promise<AccessKeyRow[]> {
  return db
    .selectFrom('access_key')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('user_id', 'is not distinct from', userId)
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
