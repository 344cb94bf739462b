/** Passwords of users and of accounts' roots, as hashes. What a password must be like is sign-in's matter. */
import type { Selectable } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { LoginProfileTable } from './tables/sign-in.ts';

export type LoginProfileRow = Selectable<LoginProfileTable>;

/** A user by id; the root by its account's id. */
export function findLoginProfile(db: Queryable, principalId: string): Promise<LoginProfileRow | undefined> {
  return db.selectFrom('login_profile').selectAll().where('principal_id', '=', principalId).executeTakeFirst();
}

/** The same, held until the transaction ends: it is not signed in to with a password that is being replaced. */
export function lockLoginProfile(tx: Tx, principalId: string): Promise<LoginProfileRow | undefined> {
  return tx
    .selectFrom('login_profile')
    .selectAll()
    .where('principal_id', '=', principalId)
    .forUpdate()
    .executeTakeFirst();
}

/** The same, without waiting. Undefined: another transaction holds it, or it is gone. */
export function lockFreeLoginProfile(tx: Tx, principalId: string): Promise<LoginProfileRow | undefined> {
  return tx
    .selectFrom('login_profile')
    .selectAll()
    .where('principal_id', '=', principalId)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

export async function insertLoginProfile(tx: Tx, profile: LoginProfileRow): Promise<void> {
  await tx.insertInto('login_profile').values(profile).execute();
}

export async function setPassword(
  tx: Tx,
  principalId: string,
  change: Partial<Pick<LoginProfileRow, 'password_hash' | 'reset_required'>>,
): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await tx.updateTable('login_profile').set(change).where('principal_id', '=', principalId).execute();
}

export async function deleteLoginProfile(tx: Tx, principalId: string): Promise<void> {
  await tx.deleteFrom('login_profile').where('principal_id', '=', principalId).execute();
}
