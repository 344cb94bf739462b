/** Policies of a user, role or group: managed ones that are attached, inline ones that are embedded. */
import { sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';

export interface Attachment {
  readonly principalId: string;
  readonly accountId: string;
  readonly policyArn: string;
}

/** @returns false: it was attached already. */
export async function attachPolicy(tx: Tx, { principalId, accountId, policyArn }: Attachment): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('iam_attachment')
    .values({ principal_id: principalId, account_id: accountId, policy_arn: policyArn })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** @returns false: it was not attached. */
export async function detachPolicy(tx: Tx, principalId: string, policyArn: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('iam_attachment')
    .where('principal_id', '=', principalId)
    .where('policy_arn', '=', policyArn)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

export interface AttachmentList {
  readonly principalId: string;
  readonly after?: number | undefined;
  readonly limit?: number;
}

export interface AttachedPolicy {
  readonly policyArn: string;
  readonly position: number;
}

/** In the order of attachment. */
export function listAttachments(
  db: Queryable,
  { principalId, after = -1, limit = 1_000 }: AttachmentList,
): Promise<AttachedPolicy[]> {
  return db
    .selectFrom('iam_attachment')
    .select(['policy_arn as policyArn', 'position'])
    .where('principal_id', '=', principalId)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute();
}

/** How many users, roles and groups of an account use a managed policy. */
export interface PolicyUses {
  readonly attached: number;
  /** As their permissions boundary; groups have none. */
  readonly bounding: number;
}

export const UNUSED: PolicyUses = { attached: 0, bounding: 0 };

/** By ARN; absent: nobody uses it. */
export async function countPolicyUses(
  db: Queryable,
  accountId: string,
  policyArns: readonly string[],
): Promise<ReadonlyMap<string, PolicyUses>> {
  if (policyArns.length === 0) return new Map();
  const { rows } = await sql<PolicyUses & { arn: string }>`
    select arn, sum(attached) as attached, sum(bounding) as bounding from (
      select policy_arn as arn, 1 as attached, 0 as bounding from iam_attachment where account_id = ${accountId}
      union all
      select boundary_arn, 0, 1 from iam_user where account_id = ${accountId} and boundary_arn is not null
      union all
      select boundary_arn, 0, 1 from iam_role where account_id = ${accountId} and boundary_arn is not null
    ) used where arn = any (${policyArns}) group by arn`.execute(db);
  return new Map(rows.map(({ arn, attached, bounding }) => [arn, { attached, bounding }]));
}

export type HolderKind = 'group' | 'role' | 'user';

export interface PolicyHolder {
  readonly kind: HolderKind;
  readonly id: string;
  readonly name: string;
}

export interface PolicyHolderList {
  readonly accountId: string;
  readonly policyArn: string;
  readonly kinds: readonly HolderKind[];
  readonly usage: 'any' | 'attached' | 'bounding';
  readonly pathPrefix: string;
  readonly after: Pick<PolicyHolder, 'kind' | 'name'> | undefined;
  readonly limit: number;
}

/** Groups, then roles, then users that use the policy, each by name. */
export async function listPolicyHolders(db: Queryable, list: PolicyHolderList): Promise<readonly PolicyHolder[]> {
  const { accountId, policyArn: arn, kinds, usage, pathPrefix, after, limit } = list;
  const attached = usage !== 'bounding';
  const bounding = usage !== 'attached';
  const { rows } = await sql<PolicyHolder>`
    with used (id) as (
      select principal_id from iam_attachment
        where ${attached}::boolean and policy_arn = ${arn} and account_id = ${accountId}
      union
      select id from iam_user where ${bounding}::boolean and boundary_arn = ${arn} and account_id = ${accountId}
      union
      select id from iam_role where ${bounding}::boolean and boundary_arn = ${arn} and account_id = ${accountId})
    select kind, id, name from (
      select 'group' as kind, id, name, path from iam_group where id in (select id from used)
      union all
      select 'role', id, name, path from iam_role where id in (select id from used)
      union all
      select 'user', id, name, path from iam_user where id in (select id from used)
    ) holder
    where kind = any (${kinds}) and starts_with(path, ${pathPrefix})
      and (kind, name) > (${after?.kind ?? ''}, ${after?.name ?? ''})
    order by kind, name limit ${limit}`.execute(db);
  return rows;
}

export async function putInlinePolicy(tx: Tx, principalId: string, name: string, document: string): Promise<void> {
  await tx
    .insertInto('iam_inline_policy')
    .values({ principal_id: principalId, name, document })
    .onConflict((conflict) => conflict.columns(['principal_id', 'name']).doUpdateSet({ document }))
    .execute();
}

export async function findInlinePolicy(db: Queryable, principalId: string, name: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('iam_inline_policy')
    .select('document')
    .where('principal_id', '=', principalId)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.document;
}

export interface InlineList {
  readonly principalId: string;
  readonly after?: string | undefined;
  readonly limit?: number;
}

/** By name. */
export function listInlinePolicies(
  db: Queryable,
  { principalId, after = '', limit = 1_000 }: InlineList,
): Promise<{ name: string; document: string }[]> {
  return db
    .selectFrom('iam_inline_policy')
    .select(['name', 'document'])
    .where('principal_id', '=', principalId)
    .where('name', '>', after)
    .orderBy('name')
    .limit(limit)
    .execute();
}

/** @returns false: there was none of the name. */
export async function deleteInlinePolicy(tx: Tx, principalId: string, name: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('iam_inline_policy')
    .where('principal_id', '=', principalId)
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

/** Of a holder that is about to go, whatever hangs on it. */
export async function removePolicies(tx: Tx, principalId: string): Promise<void> {
  await tx.deleteFrom('iam_attachment').where('principal_id', '=', principalId).execute();
  await tx.deleteFrom('iam_inline_policy').where('principal_id', '=', principalId).execute();
}

export interface PoliciesOfHolder {
  readonly inline: readonly { readonly name: string; readonly document: string }[];
  /** In the order of attachment. */
  readonly attached: readonly string[];
}

/** Of many at once, by the holder's id; absent: none. */
export async function policiesOfHolders(
  db: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, PoliciesOfHolder>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<PoliciesOfHolder & { id: string }>`
    select id,
      coalesce((select json_agg(json_build_object('name', name, 'document', document) order by name)
        from iam_inline_policy where principal_id = id), '[]') as inline,
      coalesce((select json_agg(policy_arn order by position)
        from iam_attachment where principal_id = id), '[]') as attached
    from unnest(${ids}::text[]) as holder (id)`.execute(db);
  return new Map(rows.map(({ id, inline, attached }) => [id, { inline, attached }]));
}
