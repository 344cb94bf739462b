/** Policies of a user or role: managed ones that are attached, inline ones that are embedded; and what is in force of both. */
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

/** One policy in force: its document, or the ARN of a managed policy that the program itself knows. */
export type PolicyInForce = { readonly document: string } | { readonly awsManagedArn: string };

export interface PrincipalInForce {
  readonly policies: readonly PolicyInForce[];
  readonly boundary: PolicyInForce | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** The organization that the principal's account is in, and the path of the node above the account: `o-…/r-…/ou-…/`. */
  readonly organization: { readonly id: string; readonly parentPath: string } | undefined;
}

interface InForceRow {
  kind: 'policy' | 'boundary' | 'principal';
  arn: string | null;
  document: string | null;
  tags: Readonly<Record<string, string>> | null;
  organization_id: string | null;
  member_path: string | null;
}

/**
 * All that decides what a user or role may do, in one statement (it runs with every request).
 * Undefined: there is no such user or role (any more).
 */
export async function principalInForce(db: Queryable, principalId: string): Promise<PrincipalInForce | undefined> {
  const { rows } = await sql<InForceRow>`
    with principal as (
      select account_id, boundary_arn, tags from iam_user where id = ${principalId}
      union all
      select account_id, boundary_arn, tags from iam_role where id = ${principalId}
    )
    select 'principal' as kind, null as arn, null as document, principal.tags, member.organization_id, member.path as member_path
      from principal left join organization_member member using (account_id)
    union all
    select 'policy', null, document, null, null, null from iam_inline_policy where principal_id = ${principalId}
    union all
    select 'policy', attachment.policy_arn, version.document, null, null, null
      from iam_attachment attachment
      left join iam_policy policy on policy.arn = attachment.policy_arn
      left join iam_policy_version version on version.policy_id = policy.id and version.version_id = policy.default_version
      where attachment.principal_id = ${principalId}
    union all
    select 'boundary', principal.boundary_arn, version.document, null, null, null
      from principal
      left join iam_policy policy on policy.arn = principal.boundary_arn
      left join iam_policy_version version on version.policy_id = policy.id and version.version_id = policy.default_version
      where principal.boundary_arn is not null`.execute(db);
  const principal = rows.find((row) => row.kind === 'principal');
  if (!principal) return undefined;
  const boundary = rows.find((row) => row.kind === 'boundary');
  return {
    policies: rows.filter((row) => row.kind === 'policy').map(inForce),
    boundary: boundary && inForce(boundary),
    tags: principal.tags ?? {},
    organization: organizationOf(principal),
  };
}

/** Managed policies by ARN, for session policies. An ARN that names nothing any more grants nothing. */
export async function policiesInForce(db: Queryable, arns: readonly string[]): Promise<readonly PolicyInForce[]> {
  if (arns.length === 0) return [];
  const rows = await db
    .selectFrom('iam_policy')
    .innerJoin('iam_policy_version', (join) =>
      join
        .onRef('iam_policy_version.policy_id', '=', 'iam_policy.id')
        .onRef('iam_policy_version.version_id', '=', 'iam_policy.default_version'),
    )
    .select(['iam_policy.arn', 'iam_policy_version.document'])
    .where('iam_policy.arn', '=', (where) => where.fn.any(where.val(arns)))
    .execute();
  const documents = new Map(rows.map((row) => [row.arn, row.document]));
  return arns.map((arn) => {
    const document = documents.get(arn);
    return document === undefined ? { awsManagedArn: arn } : { document };
  });
}

function organizationOf({ organization_id: id, member_path: path }: InForceRow): PrincipalInForce['organization'] {
  if (id === null || path === null) return undefined;
  return { id, parentPath: path.slice(0, path.lastIndexOf('/') + 1) };
}

function inForce({ arn, document }: InForceRow): PolicyInForce {
  return document === null ? { awsManagedArn: arn ?? '' } : { document };
}
