/**
 * Policies, policy types and what policies hang on.
 *
 * The order of attachment to a target is kept: the merge goes by it.
 * AWS-managed policies are rows without an organization; every organization sees them.
 * Source: organizations spec 3, 4.2.
 */
import type { Instant } from '@holdfast/kernel';
import type { PolicyType } from '@holdfast/policy';
import pg from 'pg';
import type { Queryable, Tx } from './database.ts';
import type { Keyset, PolicyTarget } from './organizations-tree.ts';
import type { OrganizationPolicyTable } from './tables/organizations.ts';

export interface StoredPolicy {
  readonly id: string;
  readonly type: PolicyType;
  readonly name: string;
  readonly description: string;
  /** Exactly as sent. */
  readonly content: string;
  readonly awsManaged: boolean;
}

export async function policyById(db: Queryable, organizationId: string, id: string): Promise<StoredPolicy | undefined> {
  const row = await policiesOf(db, organizationId).where('id', '=', id).executeTakeFirst();
  return row && policyOf(row);
}

export async function policyNamed(
  db: Queryable,
  organizationId: string,
  type: PolicyType,
  name: string,
): Promise<{ readonly id: string } | undefined> {
  return policiesOf(db, organizationId).where('type', '=', type).where('name', '=', name).executeTakeFirst();
}

export async function listPolicies(
  db: Queryable,
  organizationId: string,
  type: PolicyType,
  { after, limit }: Keyset,
): Promise<StoredPolicy[]> {
  let query = policiesOf(db, organizationId).where('type', '=', type);
  if (after !== undefined) query = query.where('id', '>', after);
  const rows = await query.orderBy('id').limit(limit).execute();
  return rows.map(policyOf);
}

/** Only the organization's own. */
export async function countPolicies(db: Queryable, organizationId: string, type: PolicyType): Promise<number> {
  const { count } = await db
    .selectFrom('organization_policy')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('type', '=', type)
    .executeTakeFirstOrThrow();
  return count;
}

export type NewPolicy = Omit<StoredPolicy, 'awsManaged'> & { readonly organizationId: string };

/** False when another policy of the type has the name. */
export async function insertPolicy(tx: Tx, { organizationId, ...policy }: NewPolicy, now: Instant): Promise<boolean> {
  const inserted = await tx
    .insertInto('organization_policy')
    .values({ ...policy, organization_id: organizationId, created_at: now })
    .onConflict((conflict) => conflict.columns(['organization_id', 'type', 'name']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export interface PolicyChange {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly content?: string | undefined;
}

/** False when another policy of the type took the name meanwhile; the transaction is then of no use any more. */
export async function updatePolicyRow(
  tx: Tx,
  id: string,
  { name, description, content }: PolicyChange,
): Promise<boolean> {
  const one = tx.updateTable('organization_policy').where('id', '=', id);
  if (name !== undefined && !(await succeedsUniquely(one.set({ name }).execute()))) return false;
  if (description !== undefined) await one.set({ description }).execute();
  if (content !== undefined) await one.set((of) => ({ content, revision: of('revision', '+', 1) })).execute();
  return true;
}

const UNIQUE_VIOLATION = '23505';

async function succeedsUniquely(statement: Promise<unknown>): Promise<boolean> {
  try {
    await statement;
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION) return false;
    throw error;
  }
}

/** Nothing may be attached to it any more. */
export async function deletePolicyRow(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('organization_policy').where('id', '=', id).execute();
}

export async function enabledPolicyTypes(db: Queryable, organizationId: string): Promise<PolicyType[]> {
  const rows = await db
    .selectFrom('organization_policy_type')
    .select('type')
    .where('organization_id', '=', organizationId)
    .orderBy('type')
    .execute();
  return rows.map((row) => row.type);
}

export async function isPolicyTypeEnabled(db: Queryable, organizationId: string, type: PolicyType): Promise<boolean> {
  const row = await db
    .selectFrom('organization_policy_type')
    .select('type')
    .where('organization_id', '=', organizationId)
    .where('type', '=', type)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertPolicyType(tx: Tx, organizationId: string, type: PolicyType, now: Instant): Promise<void> {
  await tx
    .insertInto('organization_policy_type')
    .values({ organization_id: organizationId, type, enabled_at: now })
    .execute();
}

/** Removes the type and all that is attached of it; the policies stay. */
export async function removePolicyType(tx: Tx, organizationId: string, type: PolicyType): Promise<void> {
  await tx
    .deleteFrom('policy_attachment')
    .where('organization_id', '=', organizationId)
    .where('type', '=', type)
    .execute();
  await tx
    .deleteFrom('organization_policy_type')
    .where('organization_id', '=', organizationId)
    .where('type', '=', type)
    .execute();
}

export interface Attachment {
  readonly organizationId: string;
  readonly policyId: string;
  readonly type: PolicyType;
  readonly targetId: string;
}

/** Attaches as the last one of the target. */
export async function insertAttachment(tx: Tx, attachment: Attachment): Promise<void> {
  await tx
    .insertInto('policy_attachment')
    .values({
      target_id: attachment.targetId,
      policy_id: attachment.policyId,
      organization_id: attachment.organizationId,
      type: attachment.type,
    })
    .execute();
}

/** One policy to the root, every unit and every account. */
export async function attachEverywhere(
  tx: Tx,
  { organizationId, policyId, type }: Omit<Attachment, 'targetId'>,
): Promise<void> {
  await tx
    .insertInto('policy_attachment')
    .columns(['target_id', 'policy_id', 'organization_id', 'type'])
    .expression((of) =>
      of
        .selectFrom('organization_node')
        .select((target) => [
          'id',
          target.val(policyId).as('policy_id'),
          target.val(organizationId).as('organization_id'),
          target.val(type).as('type'),
        ])
        .where('organization_id', '=', organizationId)
        .unionAll(
          of
            .selectFrom('organization_member')
            .select((target) => [
              'account_id as id',
              target.val(policyId).as('policy_id'),
              target.val(organizationId).as('organization_id'),
              target.val(type).as('type'),
            ])
            .where('organization_id', '=', organizationId),
        ),
    )
    .onConflict((conflict) => conflict.columns(['target_id', 'policy_id']).doNothing())
    .execute();
}

export async function deleteAttachment(tx: Tx, targetId: string, policyId: string): Promise<void> {
  await tx
    .deleteFrom('policy_attachment')
    .where('target_id', '=', targetId)
    .where('policy_id', '=', policyId)
    .execute();
}

export async function deleteAttachmentsOf(tx: Tx, targetId: string): Promise<void> {
  await tx.deleteFrom('policy_attachment').where('target_id', '=', targetId).execute();
}

/** Ids of the policies of one type on a target, in order of attachment. */
export async function attachedPolicyIds(db: Queryable, targetId: string, type: PolicyType): Promise<string[]> {
  const rows = await db
    .selectFrom('policy_attachment')
    .select('policy_id')
    .where('target_id', '=', targetId)
    .where('type', '=', type)
    .orderBy('position')
    .execute();
  return rows.map((row) => row.policy_id);
}

export interface AttachedPolicy extends StoredPolicy {
  readonly position: number;
}

/** In order of attachment. */
export async function listPoliciesOfTarget(
  db: Queryable,
  targetId: string,
  type: PolicyType,
  { after, limit }: { readonly after: number | undefined; readonly limit: number },
): Promise<AttachedPolicy[]> {
  let query = db
    .selectFrom('policy_attachment as attachment')
    .innerJoin('organization_policy as policy', 'policy.id', 'attachment.policy_id')
    .selectAll('policy')
    .select('attachment.position')
    .where('attachment.target_id', '=', targetId)
    .where('attachment.type', '=', type);
  if (after !== undefined) query = query.where('attachment.position', '>', after);
  const rows = await query.orderBy('attachment.position').limit(limit).execute();
  return rows.map((row) => ({ ...policyOf(row), position: row.position }));
}

export async function isAttachedAnywhere(db: Queryable, organizationId: string, policyId: string): Promise<boolean> {
  const row = await db
    .selectFrom('policy_attachment')
    .select('target_id')
    .where('policy_id', '=', policyId)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return row !== undefined;
}

/** By the targets' ids. */
export async function listTargetsOfPolicy(
  db: Queryable,
  organizationId: string,
  policyId: string,
  { after, limit }: Keyset,
): Promise<PolicyTarget[]> {
  let query = db
    .selectFrom('policy_attachment as attachment')
    .leftJoin('organization_node as node', 'node.id', 'attachment.target_id')
    .leftJoin('organization_member as member', 'member.account_id', 'attachment.target_id')
    .leftJoin('account', 'account.id', 'attachment.target_id')
    .select((of) => [
      'attachment.target_id as id',
      of.fn.coalesce('node.name', 'account.name').as('name'),
      of.fn.coalesce('node.path', 'member.path').as('path'),
      'node.depth',
    ])
    .where('attachment.policy_id', '=', policyId)
    .where('attachment.organization_id', '=', organizationId);
  if (after !== undefined) query = query.where('attachment.target_id', '>', after);
  const rows = await query.orderBy('attachment.target_id').limit(limit).execute();
  return rows.map(({ id, name, path, depth }) => ({
    id,
    name: name ?? '',
    path: path ?? '',
    kind: depth === null ? 'ACCOUNT' : depth === 0 ? 'ROOT' : 'ORGANIZATIONAL_UNIT',
  }));
}

/** Paths of all that a policy hangs on. */
export async function pathsOfPolicy(db: Queryable, organizationId: string, policyId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('policy_attachment as attachment')
    .leftJoin('organization_node as node', 'node.id', 'attachment.target_id')
    .leftJoin('organization_member as member', 'member.account_id', 'attachment.target_id')
    .select((of) => of.fn.coalesce('node.path', 'member.path').as('path'))
    .where('attachment.policy_id', '=', policyId)
    .where('attachment.organization_id', '=', organizationId)
    .execute();
  return rows.flatMap(({ path }) => (path === null ? [] : [path]));
}

function policiesOf(db: Queryable, organizationId: string) {
  return db
    .selectFrom('organization_policy')
    .selectAll()
    .where((of) => of.or([of('organization_id', '=', organizationId), of('organization_id', 'is', null)]));
}

function policyOf(
  row: Pick<OrganizationPolicyTable, 'organization_id'> & Omit<StoredPolicy, 'awsManaged'>,
): StoredPolicy {
  const { id, type, name, description, content, organization_id } = row;
  return { id, type, name, description, content, awsManaged: organization_id === null };
}
