/**
 * What goes when an account leaves its organization, and when an organization ends.
 *
 * Roles, vaults, recovery points and plans of the account's own stay; plans of the organization are the reconciler's
 * matter, which is told. Source: organizations spec 2.4 (DeleteOrganization), 2.5.
 */
import type { Instant } from '@holdfast/kernel';
import type { Tx } from './database.ts';
import { requestReconciliation } from './effective-policy-work.ts';
import type { Organization } from './organizations.ts';

/** The organization must be locked. */
export async function removeMember(tx: Tx, accountId: string, now: Instant): Promise<void> {
  await tx.deleteFrom('organization_tag').where('resource_id', '=', accountId).execute();
  await tx.deleteFrom('policy_attachment').where('target_id', '=', accountId).execute();
  await tx.deleteFrom('effective_policy_work').where('account_id', '=', accountId).execute();
  await tx.deleteFrom('effective_policy').where('account_id', '=', accountId).execute();
  await tx.deleteFrom('delegated_administrator').where('account_id', '=', accountId).execute();
  await tx.deleteFrom('account_closure').where('account_id', '=', accountId).execute();
  await tx.deleteFrom('organization_member').where('account_id', '=', accountId).execute();
  await requestReconciliation(tx, [accountId], now);
}

/** Only the management account may be left in it. The organization must be locked. */
export async function removeOrganization(tx: Tx, organization: Organization, now: Instant): Promise<void> {
  const { id, managementAccountId } = organization;
  for (const table of ORGANIZATION_TABLES) await tx.deleteFrom(table).where('organization_id', '=', id).execute();
  await removeMember(tx, managementAccountId, now);
  await tx.deleteFrom('organization_node').where('organization_id', '=', id).execute();
  await tx.deleteFrom('organization').where('id', '=', id).execute();
}

/** What hangs on the organization besides the tree, attachments before policies. */
const ORGANIZATION_TABLES = [
  'organization_tag',
  'policy_attachment',
  'organization_policy_type',
  'organization_policy',
  'organization_resource_policy',
  'organization_service_access',
  'create_account_request',
] as const;
