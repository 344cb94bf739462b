/** Customer-managed policies and their versions. AWS's own are in authorization/managed-policies.ts. */
import type { Selectable } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { NamedList } from './identity-users.ts';
import type { PolicyTable } from './tables/identity.ts';

export type PolicyRow = Selectable<PolicyTable>;

export interface PolicyVersion {
  readonly versionId: string;
  readonly document: string;
  readonly createdAt: number;
}

export async function insertPolicy(tx: Tx, policy: PolicyRow, document: string): Promise<void> {
  await tx.insertInto('iam_policy').values(policy).execute();
  await tx
    .insertInto('iam_policy_version')
    .values({ policy_id: policy.id, version_id: policy.default_version, document, created_at: policy.created_at })
    .execute();
}

export function findPolicy(db: Queryable, arn: string): Promise<PolicyRow | undefined> {
  return db.selectFrom('iam_policy').selectAll().where('arn', '=', arn).executeTakeFirst();
}

export function findPolicyByName(db: Queryable, accountId: string, name: string): Promise<PolicyRow | undefined> {
  return db
    .selectFrom('iam_policy')
    .selectAll()
    .where('account_id', '=', accountId)
    .where((where) => where(where.fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .executeTakeFirst();
}

export async function findPolicyVersion(
  db: Queryable,
  policyId: string,
  versionId: string,
): Promise<PolicyVersion | undefined> {
  const row = await db
    .selectFrom('iam_policy_version')
    .selectAll()
    .where('policy_id', '=', policyId)
    .where('version_id', '=', versionId)
    .executeTakeFirst();
  return row && { versionId: row.version_id, document: row.document, createdAt: row.created_at };
}

/** By name. */
export function listPolicies(
  db: Queryable,
  list: NamedList & { readonly onlyAttached: boolean },
): Promise<PolicyRow[]> {
  const { accountId, pathPrefix, after, limit, onlyAttached } = list;
  return db
    .selectFrom('iam_policy')
    .selectAll()
    .where('account_id', '=', accountId)
    .where((where) => where.fn<boolean>('starts_with', ['path', where.val(pathPrefix)]))
    .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
    .$if(onlyAttached, (query) =>
      query.where((where) =>
        where.exists(
          where
            .selectFrom('iam_attachment')
            .select('iam_attachment.policy_arn')
            .whereRef('iam_attachment.policy_arn', '=', 'iam_policy.arn'),
        ),
      ),
    )
    .orderBy('name')
    .limit(limit)
    .execute();
}

/** Its versions go with it. */
export async function deletePolicy(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('iam_policy').where('id', '=', id).execute();
}
