/** Customer-managed policies and their versions. AWS's own are in authorization/managed-policies.ts. */
import { type Insertable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import { findNamed, type NamedList, type NamedRow } from './identity-named.ts';
import type { PolicyTable } from './tables/identity.ts';

export type PolicyRow = NamedRow<'iam_policy'>;

export interface PolicyVersion {
  readonly versionId: string;
  readonly document: string;
  readonly createdAt: number;
}

/** The name of the n-th version. */
export const versionName = (number: number): string => `v${number}`;

export async function insertPolicy(tx: Tx, policy: Insertable<PolicyTable>, document: string): Promise<void> {
  await tx.insertInto('iam_policy').values(policy).execute();
  await insertPolicyVersion(tx, policy.id, {
    versionId: policy.default_version,
    document,
    createdAt: policy.created_at,
  });
}

export async function insertPolicyVersion(tx: Tx, policyId: string, version: PolicyVersion): Promise<void> {
  const { versionId, document, createdAt } = version;
  await tx
    .insertInto('iam_policy_version')
    .values({ policy_id: policyId, version_id: versionId, document, created_at: createdAt })
    .execute();
}

export function findPolicy(db: Queryable, arn: string): Promise<PolicyRow | undefined> {
  return db.selectFrom('iam_policy').selectAll().where('arn', '=', arn).executeTakeFirst();
}

/** Not deleted until the transaction ends: it is about to be used. */
export function holdPolicy(tx: Tx, arn: string): Promise<PolicyRow | undefined> {
  return tx.selectFrom('iam_policy').selectAll().where('arn', '=', arn).forKeyShare().executeTakeFirst();
}

/** Neither used anew nor changed by others until the transaction ends. Undefined: it is gone by now. */
export function lockPolicy(tx: Tx, id: string): Promise<PolicyRow | undefined> {
  return tx.selectFrom('iam_policy').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export function findPolicyByName(db: Queryable, accountId: string, name: string): Promise<PolicyRow | undefined> {
  return findNamed(db, 'iam_policy', accountId, name);
}

export async function findPolicyVersion(
  db: Queryable,
  policyId: string,
  versionId: string,
): Promise<PolicyVersion | undefined> {
  const versions = await listPolicyVersions(db, [policyId]);
  return versions.find((version) => version.versionId === versionId);
}

/** Newest first, of each of the policies. A policy has few: they are read whole. */
export async function listPolicyVersions(
  db: Queryable,
  policyIds: readonly string[],
): Promise<(PolicyVersion & { readonly policyId: string })[]> {
  const rows = await db
    .selectFrom('iam_policy_version')
    .selectAll()
    .where('policy_id', '=', (where) => where.fn.any(where.val(policyIds)))
    .orderBy('policy_id')
    .orderBy(sql`substr(version_id, 2)::integer`, 'desc')
    .execute();
  return rows.map((row) => ({
    policyId: row.policy_id,
    versionId: row.version_id,
    document: row.document,
    createdAt: row.created_at,
  }));
}

export interface PolicyChange {
  readonly default_version?: string;
  readonly last_version?: number;
  readonly updated_at?: number;
}

export async function updatePolicy(tx: Tx, id: string, change: PolicyChange): Promise<void> {
  await tx.updateTable('iam_policy').set(change).where('id', '=', id).execute();
}

export async function deletePolicyVersion(tx: Tx, policyId: string, versionId: string): Promise<void> {
  await tx
    .deleteFrom('iam_policy_version')
    .where('policy_id', '=', policyId)
    .where('version_id', '=', versionId)
    .execute();
}

export interface PolicyList extends NamedList {
  /** Only policies that are attached to a user, group or role. */
  readonly attached: boolean;
  /** Only policies that bound a user or role. */
  readonly bounding: boolean;
}

/** By name. */
export async function listPolicies(db: Queryable, list: PolicyList): Promise<readonly PolicyRow[]> {
  const { accountId, pathPrefix, after, limit, attached, bounding } = list;
  const { rows } = await sql<PolicyRow>`
    select policy.* from iam_policy policy
    where account_id = ${accountId} and starts_with(path, ${pathPrefix}) and name > ${after ?? ''}
      and (not ${attached}::boolean or exists (select from iam_attachment where policy_arn = policy.arn))
      and (not ${bounding}::boolean
        or exists (select from iam_user where boundary_arn = policy.arn)
        or exists (select from iam_role where boundary_arn = policy.arn))
    order by name limit ${limit}`.execute(db);
  return rows;
}

/** Its versions go with it. */
export async function deletePolicy(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('iam_policy').where('id', '=', id).execute();
}
