/** The known text that tells whether a master key is the one that the database's secrets are sealed with. */
import type { Queryable, Tx } from './database.ts';

export const MASTER_KEY_CHECK_CONTEXT = 'master-key-check';

/** Undefined: nothing was sealed in this database yet. */
export async function findMasterKeyCheck(db: Queryable): Promise<Buffer | undefined> {
  const row = await db.selectFrom('master_key_check').select('sealed').executeTakeFirst();
  return row?.sealed;
}

export async function insertMasterKeyCheck(tx: Tx, sealed: Buffer): Promise<void> {
  await tx.insertInto('master_key_check').values({ sealed }).execute();
}
