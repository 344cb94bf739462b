/**
 * Whose jobs an account may see beside its own: the management account and the delegated administrators of
 * backup.amazonaws.com see the whole organization's, while the service has trusted access. Source: backup spec 10.5.
 */
import type { Queryable } from './database.ts';
import { membershipOf } from './organizations.ts';
import { isDelegatedAdministrator, isServiceAccessEnabled } from './organizations-trust.ts';

const SERVICE_PRINCIPAL = 'backup.amazonaws.com';

/** The organization whose jobs the account may see, or undefined. */
export async function monitoredOrganization(db: Queryable, accountId: string): Promise<string | undefined> {
  const membership = await membershipOf(db, accountId);
  if (!membership) return undefined;
  const { id, managementAccountId } = membership.organization;
  const sees =
    accountId === managementAccountId
      ? await isServiceAccessEnabled(db, id, SERVICE_PRINCIPAL)
      : await isDelegatedAdministrator(db, accountId, SERVICE_PRINCIPAL);
  return sees ? id : undefined;
}

/** Accounts of an organization; of `among` only, when given. */
export async function memberAccountIds(
  db: Queryable,
  organizationId: string,
  among?: readonly string[],
): Promise<string[]> {
  let query = db.selectFrom('organization_member').select('account_id').where('organization_id', '=', organizationId);
  if (among !== undefined) query = query.where('account_id', 'in', [...among]);
  const rows = await query.execute();
  return rows.map((row) => row.account_id);
}
