/**
 * The living organization as the policy engine's snapshot, with the policies of one type: four queries, whatever its
 * size.
 *
 * The database knows the order of attachment, so the snapshot does. Not here: tags, vaults, roles, resources.
 */
import {
  type ManagementPolicyType,
  type OrganizationSnapshot,
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
  type SnapshotAttachments,
} from '@holdfast/policy';
import type { Queryable } from './database.ts';
import type { Organization } from './organizations.ts';

export async function organizationSnapshot(
  db: Queryable,
  { id: organizationId, rootId, managementAccountId }: Organization,
  type: ManagementPolicyType,
): Promise<OrganizationSnapshot> {
  const units = await db
    .selectFrom('organization_node')
    .select(['id', 'name', 'parent_id'])
    .where('organization_id', '=', organizationId)
    .where('parent_id', 'is not', null)
    .orderBy('id')
    .execute();
  const accounts = await db
    .selectFrom('organization_member as member')
    .innerJoin('account', 'account.id', 'member.account_id')
    .select(['account.id', 'account.name', 'member.parent_id'])
    .where('member.organization_id', '=', organizationId)
    .orderBy('account.id')
    .execute();
  const policies = await db
    .selectFrom('organization_policy')
    .select(['id', 'name', 'content'])
    .where('organization_id', '=', organizationId)
    .where('type', '=', type)
    .orderBy('id')
    .execute();
  const attached = await db
    .selectFrom('policy_attachment')
    .select(['target_id', 'policy_id'])
    .where('organization_id', '=', organizationId)
    .where('type', '=', type)
    .orderBy('position')
    .execute();
  return {
    format: SNAPSHOT_FORMAT,
    version: SNAPSHOT_VERSION,
    organizationId,
    managementAccountId,
    root: { id: rootId, name: 'Root', policyTypes: [type] },
    organizationalUnits: units.map(({ id, name, parent_id: parentId }) => ({ id, name, parentId: parentId ?? rootId })),
    accounts: accounts.map(({ id, name, parent_id: parentId }) => ({ id, name, parentId })),
    policies: policies.map((policy) => ({ ...policy, type })),
    attachments: [...Map.groupBy(attached, (one) => one.target_id)].map(
      ([targetId, list]): SnapshotAttachments => ({
        targetId,
        policyIds: list.map((one) => one.policy_id),
        order: 'attachment',
      }),
    ),
  };
}
