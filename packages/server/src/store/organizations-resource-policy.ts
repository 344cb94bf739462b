/**
 * The organization's delegation policy, which AWS's API calls its resource policy. One at most.
 * Source: organizations spec 8.2.
 */
import type { Instant } from '@holdfast/kernel';
import type { Queryable, Tx } from './database.ts';

export interface StoredResourcePolicy {
  readonly id: string;
  /** As it is answered: compact, account ids as ARNs of their roots. */
  readonly content: string;
}

export async function resourcePolicyOf(
  db: Queryable,
  organizationId: string,
): Promise<StoredResourcePolicy | undefined> {
  return db
    .selectFrom('organization_resource_policy')
    .select(['id', 'content'])
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
}

export async function insertResourcePolicy(
  tx: Tx,
  organizationId: string,
  { id, content }: StoredResourcePolicy,
  now: Instant,
): Promise<void> {
  await tx
    .insertInto('organization_resource_policy')
    .values({ organization_id: organizationId, id, content, created_at: now })
    .execute();
}

/** Id and tags stay. */
export async function replaceResourcePolicy(tx: Tx, organizationId: string, content: string): Promise<void> {
  await tx
    .updateTable('organization_resource_policy')
    .set({ content })
    .where('organization_id', '=', organizationId)
    .execute();
}

export async function deleteResourcePolicyRow(tx: Tx, organizationId: string): Promise<void> {
  await tx.deleteFrom('organization_resource_policy').where('organization_id', '=', organizationId).execute();
}
