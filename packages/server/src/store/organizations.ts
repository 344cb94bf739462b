/**
 * Organizations and who belongs to one.
 *
 * Not here: the tree below (organizations-tree), policies (organizations-policies), trust (organizations-trust).
 * Source: organizations spec 1, 2.1.
 */
import type { Instant } from '@holdfast/kernel';
import type { Queryable, Tx } from './database.ts';

export interface Organization {
  readonly id: string;
  readonly rootId: string;
  readonly managementAccountId: string;
  readonly featureSet: 'ALL' | 'CONSOLIDATED_BILLING';
}

/** An account's place in its organization. */
export interface Membership {
  readonly organization: Organization;
  readonly accountId: string;
  /** `o-…/r-…/[ou-…/]…<account>/` */
  readonly path: string;
}

export async function membershipOf(db: Queryable, accountId: string): Promise<Membership | undefined> {
  const row = await db
    .selectFrom('organization_member as member')
    .innerJoin('organization as o', 'o.id', 'member.organization_id')
    .select(['o.id', 'o.root_id', 'o.management_account_id', 'o.feature_set', 'member.path'])
    .where('member.account_id', '=', accountId)
    .executeTakeFirst();
  if (!row) return undefined;
  return {
    accountId,
    path: row.path,
    organization: {
      id: row.id,
      rootId: row.root_id,
      managementAccountId: row.management_account_id,
      featureSet: row.feature_set,
    },
  };
}

export async function organizationById(db: Queryable, id: string): Promise<Organization> {
  const row = await db.selectFrom('organization').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  return {
    id: row.id,
    rootId: row.root_id,
    managementAccountId: row.management_account_id,
    featureSet: row.feature_set,
  };
}

export async function insertOrganization(
  tx: Tx,
  { id, rootId, managementAccountId, featureSet }: Organization,
  now: Instant,
): Promise<void> {
  await tx
    .insertInto('organization')
    .values({
      id,
      root_id: rootId,
      management_account_id: managementAccountId,
      feature_set: featureSet,
      created_at: now,
    })
    .execute();
  await tx
    .insertInto('organization_node')
    .values({
      id: rootId,
      organization_id: id,
      parent_id: null,
      name: 'Root',
      path: `${id}/${rootId}/`,
      depth: 0,
      created_at: now,
    })
    .execute();
}

export async function updateFeatureSet(tx: Tx, id: string, featureSet: Organization['featureSet']): Promise<void> {
  await tx.updateTable('organization').set({ feature_set: featureSet }).where('id', '=', id).execute();
}

/**
 * Makes the transaction the only one that changes the organization's tree, attachments or policy types.
 * Counts and names that are read after it stay true until the commit; new policies and tags do not wait for it.
 */
export async function lockOrganization(tx: Tx, organizationId: string): Promise<void> {
  await tx.selectFrom('organization').select('id').where('id', '=', organizationId).forNoKeyUpdate().execute();
}

/** Makes the transaction the only one that takes the account into an organization. */
export async function lockAccount(tx: Tx, accountId: string): Promise<void> {
  await tx.selectFrom('account').select('id').where('id', '=', accountId).forNoKeyUpdate().execute();
}
