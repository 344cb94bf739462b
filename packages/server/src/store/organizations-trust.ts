/**
 * Trusted service access and delegated administrators.
 * Source: organizations spec 7, 8.1.
 */
import type { Instant } from '@holdfast/kernel';
import type { Queryable, Tx } from './database.ts';
import { type Keyset, type MemberAccount, membersByIds } from './organizations-tree.ts';

export interface ServiceAccess {
  readonly servicePrincipal: string;
  readonly enabledAt: Instant;
}

export async function isServiceAccessEnabled(
  db: Queryable,
  organizationId: string,
  servicePrincipal: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('organization_service_access')
    .select('enabled_at')
    .where('organization_id', '=', organizationId)
    .where('service_principal', '=', servicePrincipal)
    .executeTakeFirst();
  return row !== undefined;
}

/** Enabled already: nothing changes, its date neither. */
export async function enableServiceAccess(
  tx: Tx,
  organizationId: string,
  servicePrincipal: string,
  now: Instant,
): Promise<void> {
  await tx
    .insertInto('organization_service_access')
    .values({ organization_id: organizationId, service_principal: servicePrincipal, enabled_at: now })
    .onConflict((conflict) => conflict.columns(['organization_id', 'service_principal']).doNothing())
    .execute();
}

export async function disableServiceAccess(tx: Tx, organizationId: string, servicePrincipal: string): Promise<void> {
  await tx
    .deleteFrom('organization_service_access')
    .where('organization_id', '=', organizationId)
    .where('service_principal', '=', servicePrincipal)
    .execute();
}

export async function listServiceAccess(
  db: Queryable,
  organizationId: string,
  { after, limit }: Keyset,
): Promise<ServiceAccess[]> {
  let query = db
    .selectFrom('organization_service_access')
    .select(['service_principal as servicePrincipal', 'enabled_at as enabledAt'])
    .where('organization_id', '=', organizationId);
  if (after !== undefined) query = query.where('service_principal', '>', after);
  return query.orderBy('service_principal').limit(limit).execute();
}

/**
 * Whether the account is a delegated administrator of a service that still has trusted access.
 * Registrations outlive a disabled access without effect (organizations spec 8.1).
 */
export async function isDelegatedAdministrator(
  db: Queryable,
  accountId: string,
  servicePrincipal?: string,
): Promise<boolean> {
  let query = db
    .selectFrom('delegated_administrator as administrator')
    .innerJoin('organization_service_access as access', (join) =>
      join
        .onRef('access.organization_id', '=', 'administrator.organization_id')
        .onRef('access.service_principal', '=', 'administrator.service_principal'),
    )
    .select('administrator.account_id')
    .where('administrator.account_id', '=', accountId);
  if (servicePrincipal !== undefined) query = query.where('administrator.service_principal', '=', servicePrincipal);
  return (await query.executeTakeFirst()) !== undefined;
}

export interface Registration {
  readonly organizationId: string;
  readonly accountId: string;
  readonly servicePrincipal: string;
}

export async function isRegisteredAdministrator(
  db: Queryable,
  { organizationId, accountId, servicePrincipal }: Registration,
): Promise<boolean> {
  const row = await db
    .selectFrom('delegated_administrator')
    .select('account_id')
    .where('account_id', '=', accountId)
    .where('service_principal', '=', servicePrincipal)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Of any service, with effect or without. */
export async function hasRegistrations(db: Queryable, accountId: string): Promise<boolean> {
  const row = await db
    .selectFrom('delegated_administrator')
    .select('account_id')
    .where('account_id', '=', accountId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertDelegatedAdministrator(
  tx: Tx,
  { organizationId, accountId, servicePrincipal }: Registration,
  now: Instant,
): Promise<void> {
  await tx
    .insertInto('delegated_administrator')
    .values({
      account_id: accountId,
      service_principal: servicePrincipal,
      organization_id: organizationId,
      enabled_at: now,
    })
    .execute();
}

/** False when the account was not registered for the service. */
export async function deleteDelegatedAdministrator(
  tx: Tx,
  { organizationId, accountId, servicePrincipal }: Registration,
): Promise<boolean> {
  const deleted = await tx
    .deleteFrom('delegated_administrator')
    .where('account_id', '=', accountId)
    .where('service_principal', '=', servicePrincipal)
    .where('organization_id', '=', organizationId)
    .returning('account_id')
    .executeTakeFirst();
  return deleted !== undefined;
}

export async function countDelegatedAdministrators(
  db: Queryable,
  organizationId: string,
  servicePrincipal: string,
): Promise<number> {
  const { count } = await db
    .selectFrom('delegated_administrator')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('service_principal', '=', servicePrincipal)
    .executeTakeFirstOrThrow();
  return count;
}

export interface DelegatedAdministrator {
  readonly account: MemberAccount;
  /** The first registration's, where the list is of all services. */
  readonly enabledAt: Instant;
}

/** By account id; each account once. */
export async function listDelegatedAdministrators(
  db: Queryable,
  organizationId: string,
  servicePrincipal: string | undefined,
  { after, limit }: Keyset,
): Promise<DelegatedAdministrator[]> {
  let query = db
    .selectFrom('delegated_administrator')
    .select((of) => ['account_id', of.fn.min('enabled_at').as('enabledAt')])
    .where('organization_id', '=', organizationId);
  if (servicePrincipal !== undefined) query = query.where('service_principal', '=', servicePrincipal);
  if (after !== undefined) query = query.where('account_id', '>', after);
  const rows = await query.groupBy('account_id').orderBy('account_id').limit(limit).execute();
  const accounts = await membersByIds(
    db,
    organizationId,
    rows.map((row) => row.account_id),
  );
  const enabledAt = new Map(rows.map((row) => [row.account_id, row.enabledAt]));
  return accounts.map((account) => ({ account, enabledAt: enabledAt.get(account.id) ?? account.joinedAt }));
}

export async function listDelegatedServices(
  db: Queryable,
  accountId: string,
  { after, limit }: Keyset,
): Promise<ServiceAccess[]> {
  let query = db
    .selectFrom('delegated_administrator')
    .select(['service_principal as servicePrincipal', 'enabled_at as enabledAt'])
    .where('account_id', '=', accountId);
  if (after !== undefined) query = query.where('service_principal', '>', after);
  return query.orderBy('service_principal').limit(limit).execute();
}
