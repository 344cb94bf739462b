/** Policies of a user or role: managed ones that are attached, inline ones that are embedded. */
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

/** Number of users and roles of the account that the policies are attached to, by ARN; absent: none. */
export async function countAttachments(
  db: Queryable,
  accountId: string,
  policyArns: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (policyArns.length === 0) return new Map();
  const rows = await db
    .selectFrom('iam_attachment')
    .select(['policy_arn', (select) => select.fn.countAll<number>().as('count')])
    .where('account_id', '=', accountId)
    .where('policy_arn', '=', (where) => where.fn.any(where.val(policyArns)))
    .groupBy('policy_arn')
    .execute();
  return new Map(rows.map((row) => [row.policy_arn, row.count]));
}

/** Users and roles that the policy is the boundary of. */
export async function countBoundaryUses(db: Queryable, policyArn: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (select count(*) from iam_user where boundary_arn = ${policyArn})
         + (select count(*) from iam_role where boundary_arn = ${policyArn}) as count`.execute(db);
  return rows[0]?.count ?? 0;
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
