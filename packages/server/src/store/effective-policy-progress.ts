/**
 * How far the publication of effective policies is: what waits, since when, and when something was last published.
 *
 * Changes wait until they are due; then the accounts they concern wait; when those are published, an account whose
 * backup policy became another one waits for its plans. Nothing left means that what is read is up to date.
 * Source: organizations spec 6.2.
 */
import type { Instant } from '@holdfast/kernel';
import type { PolicyType } from '@holdfast/policy';
import { sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';

export interface PublicationBacklog {
  /** Changes that are gathered and not yet looked at. */
  readonly changes: number;
  /** Accounts whose effective policies are still to be made, by type. */
  readonly accounts: number;
  /** Since when the oldest of them waits; undefined: nothing does. */
  readonly waitingSince: Instant | undefined;
}

/** Of the whole installation, or of one organization. */
export async function publicationBacklog(db: Queryable, organizationId?: string): Promise<PublicationBacklog> {
  const { rows } = await sql<{ changes: number; accounts: number; since: Instant | null }>`
    with change as (
      select count(*) as count, min(changed_at) as since from effective_policy_change ${of(organizationId)}
    ), work as (
      select count(*) as count, min(requested_at) as since from effective_policy_work ${of(organizationId)}
    )
    select change.count as changes, work.count as accounts, least(change.since, work.since) as since
    from change, work`.execute(db);
  const { changes, accounts, since } = rows[0] ?? { changes: 0, accounts: 0, since: null };
  return { changes, accounts, waitingSince: since ?? undefined };
}

function of(organizationId: string | undefined) {
  return organizationId === undefined ? sql`` : sql`where organization_id = ${organizationId}`;
}

export interface PublicationProgress extends PublicationBacklog {
  readonly type: PolicyType;
  /** Of the latest change, published or not. */
  readonly changedAt: Instant | undefined;
  /** Undefined before the first publication. */
  readonly publishedAt: Instant | undefined;
}

/** Of each type that is enabled, or was, in the organization; by name. */
export async function publicationProgress(db: Queryable, organizationId: string): Promise<PublicationProgress[]> {
  const { rows } = await sql<{
    type: PolicyType;
    changes: number;
    accounts: number;
    since: Instant | null;
    changed_at: Instant | null;
    published_at: Instant | null;
  }>`
    with change as (
      select type, count(*) as count, min(changed_at) as since, max(changed_at) as latest
      from effective_policy_change where organization_id = ${organizationId} group by type
    ), work as (
      select type, count(*) as count, min(requested_at) as since
      from effective_policy_work where organization_id = ${organizationId} group by type
    ), progress as (
      select type, changed_at, published_at from effective_policy_progress where organization_id = ${organizationId}
    )
    select type, coalesce(change.count, 0) as changes, coalesce(work.count, 0) as accounts,
      least(change.since, work.since) as since, greatest(change.latest, progress.changed_at) as changed_at,
      progress.published_at
    from change full join work using (type) full join progress using (type)
    order by type`.execute(db);
  return rows.map(({ type, changes, accounts, since, changed_at: changedAt, published_at: publishedAt }) => ({
    type,
    changes,
    accounts,
    waitingSince: since ?? undefined,
    changedAt: changedAt ?? undefined,
    publishedAt: publishedAt ?? undefined,
  }));
}

/** To be called last in the transaction that publishes: whoever publishes the same type waits for this row. */
export async function notePublished(
  tx: Tx,
  { organizationId, type }: { readonly organizationId: string; readonly type: PolicyType },
  at: Instant,
): Promise<void> {
  await sql`
    insert into effective_policy_progress (organization_id, type, published_at)
    values (${organizationId}, ${type}, ${at})
    on conflict (organization_id, type) do update
      set published_at = greatest(effective_policy_progress.published_at, excluded.published_at)`.execute(tx);
}

export interface PlansWaiting {
  /** Accounts whose plans are still to be made anew. */
  readonly accounts: number;
  readonly waitingSince: Instant | undefined;
}

/** Of the whole installation, or of one organization. */
export async function plansWaiting(db: Queryable, organizationId?: string): Promise<PlansWaiting> {
  const inOrganization =
    organizationId === undefined
      ? sql``
      : sql`where account_id in (select account_id from organization_member where organization_id = ${organizationId})`;
  const { rows } = await sql<{ accounts: number; since: Instant | null }>`
    select count(*) as accounts, min(requested_at) as since from plan_reconcile_work ${inOrganization}`.execute(db);
  return { accounts: rows[0]?.accounts ?? 0, waitingSince: rows[0]?.since ?? undefined };
}
