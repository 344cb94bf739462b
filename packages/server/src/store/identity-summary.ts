/**
 * How many identities of each kind an account has: for quotas and for GetAccountSummary.
 * Devices and passwords of the account's root stand under the account's id.
 */
import { sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { NamedTable } from './identity-named.ts';
import { lockAccount } from './organizations.ts';

export interface IdentityCounts {
  readonly users: number;
  readonly groups: number;
  /** Those of services included. */
  readonly roles: number;
  readonly policies: number;
  readonly policyVersions: number;
  readonly rootKeys: number;
  readonly mfaDevices: number;
  /** Of them, those that are somebody's. */
  readonly mfaDevicesInUse: number;
  readonly rootMfaDevices: number;
  readonly rootPasswords: number;
}

export async function countIdentities(db: Queryable, accountId: string): Promise<IdentityCounts> {
  const { rows } = await sql<IdentityCounts>`
    select
      (select count(*) from iam_user where account_id = ${accountId}) as users,
      (select count(*) from iam_group where account_id = ${accountId}) as groups,
      (select count(*) from iam_role where account_id = ${accountId}) as roles,
      (select count(*) from iam_policy where account_id = ${accountId}) as policies,
      (select count(*) from iam_policy_version version join iam_policy policy on policy.id = version.policy_id
        where policy.account_id = ${accountId}) as "policyVersions",
      (select count(*) from access_key where account_id = ${accountId} and user_id is null) as "rootKeys",
      (select count(*) from mfa_device where account_id = ${accountId}) as "mfaDevices",
      (select count(*) from mfa_device where account_id = ${accountId} and principal_id is not null)
        as "mfaDevicesInUse",
      (select count(*) from mfa_device where account_id = ${accountId} and principal_id = ${accountId})
        as "rootMfaDevices",
      (select count(*) from login_profile where principal_id = ${accountId}) as "rootPasswords"`.execute(db);
  const [counts] = rows;
  if (!counts) throw new Error('Bug: a select without a table has no row');
  return counts;
}

/**
 * How many there are before another one is made, which nobody else does until the transaction ends. Roles of services
 * are not counted: they come and go by the services' wish.
 */
export async function lockedCount(tx: Tx, table: NamedTable, accountId: string): Promise<number> {
  await lockAccount(tx, accountId);
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)}
    where account_id = ${accountId} ${table === 'iam_role' ? sql`and linked_service is null` : sql``}`.execute(tx);
  return rows[0]?.count ?? 0;
}
