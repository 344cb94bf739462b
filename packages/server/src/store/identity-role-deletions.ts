/**
 * Service-linked roles that an account wants to be rid of: what still needs them, and what became of the wish.
 *
 * Source: backup spec 14.3 (points and vaults must be gone), organizations spec 7 (never while all features are on).
 */
import { DAY_MS, formatArn } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { RoleDeletionFailure } from './tables/identity.ts';

export interface RoleDeletion {
  readonly id: string;
  readonly accountId: string;
  /** Undefined: the role was deleted. */
  readonly failure: RoleDeletionFailure | undefined;
  readonly at: number;
}

/** How long it can be asked what became of a wish. */
const REMEMBERED_MS = 30 * DAY_MS;

/** Those of the account that are remembered no longer go. */
export async function insertRoleDeletion(tx: Tx, { id, accountId, failure, at }: RoleDeletion): Promise<void> {
  await tx
    .deleteFrom('iam_role_deletion')
    .where('account_id', '=', accountId)
    .where('created_at', '<', at - REMEMBERED_MS)
    .execute();
  await tx
    .insertInto('iam_role_deletion')
    .values({ id, account_id: accountId, failure: failure ? JSON.stringify(failure) : null, created_at: at })
    .execute();
}

export async function findRoleDeletion(
  db: Queryable,
  accountId: string,
  id: string,
): Promise<RoleDeletion | undefined> {
  const row = await db
    .selectFrom('iam_role_deletion')
    .selectAll()
    .where('id', '=', id)
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row && { id: row.id, accountId, failure: row.failure ?? undefined, at: row.created_at };
}

/** How many of an account's resources are named; more would say no more. */
const NAMED_MAX = 50;

/** Vaults of the account, in which AWS Backup deletes what is due, and plans that still back something up. */
export async function backupRoleUsages(db: Queryable, accountId: string): Promise<RoleDeletionFailure['usages']> {
  const { rows } = await sql<{ region: string; resource: string }>`
    select region, 'backup-vault:' || name as resource from backup_vault
      where account_id = ${accountId} and state <> 'DELETING'
    union
    select region, 'backup-plan:' || plan_id from backup_selection where account_id = ${accountId}
    order by region, resource limit ${NAMED_MAX}`.execute(db);
  const byRegion = Map.groupBy(rows, ({ region }) => region);
  return [...byRegion].map(([region, ofRegion]) => ({
    region,
    resources: ofRegion.map(({ resource }) => formatArn({ service: 'backup', region, accountId, resource })),
  }));
}
