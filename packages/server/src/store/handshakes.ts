/**
 * Handshakes: invitations into an organization, and the agreements that enabling all features takes.
 *
 * INVARIANT: whoever changes a handshake holds the lock of its organization (store/organizations); it may be read
 * without. Expiry is a matter of the clock alone: `state` here is the state at the moment that is asked for.
 * Source: organizations spec 9.
 */
import { DAY_MS, type Instant } from '@holdfast/kernel';
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { Tag } from './organizations-tags.ts';
import type { Keyset } from './organizations-tree.ts';
import type { HandshakeTable } from './tables/organizations-whole.ts';

export type HandshakeAction = HandshakeTable['action'];
export type HandshakeState = HandshakeTable['state'] | 'EXPIRED';

/** What a handshake tells about: AWS calls it a resource. */
export interface HandshakeFact {
  readonly type:
    | 'ACCOUNT'
    | 'EMAIL'
    | 'MASTER_EMAIL'
    | 'MASTER_NAME'
    | 'NOTES'
    | 'ORGANIZATION'
    | 'ORGANIZATION_FEATURE_SET'
    | 'PARENT_HANDSHAKE';
  readonly value: string;
  readonly facts?: readonly HandshakeFact[];
}

export interface Handshake {
  readonly id: string;
  readonly action: HandshakeAction;
  readonly state: HandshakeState;
  readonly organizationId: string;
  readonly managementAccountId: string;
  /** Undefined with `email`: whoever has the address. Both undefined: the organization itself. */
  readonly accountId: string | undefined;
  readonly email: string | undefined;
  readonly parentId: string | undefined;
  readonly facts: readonly HandshakeFact[];
  readonly tags: readonly Tag[];
  readonly requestedAt: Instant;
  readonly expiresAt: Instant;
}

/** Ended ones are shown for so long. */
const SHOWN_MS = 30 * DAY_MS;

type NewHandshake = Handshake & { readonly state: HandshakeTable['state'] };

/** A statement takes 65,535 values. */
const INSERTED_AT_ONCE = 1_000;

export async function insertHandshakes(tx: Tx, handshakes: readonly NewHandshake[]): Promise<void> {
  for (let at = 0; at < handshakes.length; at += INSERTED_AT_ONCE) {
    const some = handshakes.slice(at, at + INSERTED_AT_ONCE);
    await tx.insertInto('handshake').values(some.map(rowOf)).execute();
  }
}

function rowOf(handshake: NewHandshake): Insertable<HandshakeTable> {
  return {
    id: handshake.id,
    action: handshake.action,
    state: handshake.state,
    organization_id: handshake.organizationId,
    management_account_id: handshake.managementAccountId,
    account_id: handshake.accountId ?? null,
    email: handshake.email ?? null,
    parent_id: handshake.parentId ?? null,
    resources: JSON.stringify(handshake.facts),
    tags: JSON.stringify(handshake.tags),
    requested_at: handshake.requestedAt,
    expires_at: handshake.expiresAt,
    ended_at: null,
  };
}

function shown(db: Queryable, now: Instant) {
  return db
    .selectFrom('handshake')
    .selectAll()
    .where(sql<boolean>`coalesce(ended_at, expires_at) > ${now - SHOWN_MS}`);
}

export async function handshakeById(db: Queryable, id: string, now: Instant): Promise<Handshake | undefined> {
  const row = await shown(db, now).where('id', '=', id).executeTakeFirst();
  return row && handshakeOf(row, now);
}

export interface HandshakeFilter {
  readonly action?: string | undefined;
  readonly parentId?: string | undefined;
}

export interface HandshakeList {
  readonly of: { readonly organizationId: string } | { readonly accountId: string; readonly email: string };
  readonly filter: HandshakeFilter;
  readonly now: Instant;
}

/** Sent by the organization, or received by the account. By id. */
export async function listHandshakes(
  db: Queryable,
  { of, filter, now }: HandshakeList,
  { after, limit }: Keyset,
): Promise<Handshake[]> {
  let query = shown(db, now);
  if ('organizationId' in of) query = query.where('organization_id', '=', of.organizationId);
  else {
    query = query.where((where) =>
      where.or([
        where('account_id', '=', of.accountId),
        where.and([
          where('account_id', 'is', null),
          where(where.fn<string>('lower', ['email']), '=', of.email.toLowerCase()),
        ]),
      ]),
    );
  }
  if (filter.action !== undefined) query = query.where(sql`action`, '=', filter.action);
  if (filter.parentId !== undefined) query = query.where('parent_id', '=', filter.parentId);
  if (after !== undefined) query = query.where('id', '>', after);
  const rows = await query.orderBy('id').limit(limit).execute();
  return rows.map((row) => handshakeOf(row, now));
}

/** Requested or open ones of the organization, of one action. */
export async function pendingHandshakes(
  db: Queryable,
  organizationId: string,
  action: HandshakeAction,
  now: Instant,
): Promise<Handshake[]> {
  const rows = await pending(db, now)
    .where('organization_id', '=', organizationId)
    .where('action', '=', action)
    .execute();
  return rows.map((row) => handshakeOf(row, now));
}

function pending(db: Queryable, now: Instant) {
  return db.selectFrom('handshake').selectAll().where('ended_at', 'is', null).where('expires_at', '>', now);
}

/** Invitations sent since a moment, without those that were accepted. */
export async function countInvitations(db: Queryable, organizationId: string, since: Instant): Promise<number> {
  const { count } = await db
    .selectFrom('handshake')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('action', '=', 'INVITE')
    .where('state', '!=', 'ACCEPTED')
    .where('requested_at', '>', since)
    .executeTakeFirstOrThrow();
  return count;
}

export async function childrenOf(db: Queryable, parentId: string, now: Instant): Promise<Handshake[]> {
  const rows = await db.selectFrom('handshake').selectAll().where('parent_id', '=', parentId).execute();
  return rows.map((row) => handshakeOf(row, now));
}

/** No approval is outstanding any more. */
export async function openHandshake(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('handshake').set({ state: 'OPEN' }).where('id', '=', id).execute();
}

/** @param accountId who answered, where only an address was known */
export async function endHandshake(
  tx: Tx,
  id: string,
  state: 'ACCEPTED' | 'DECLINED' | 'CANCELED',
  { now, accountId }: { readonly now: Instant; readonly accountId?: string },
): Promise<void> {
  await tx
    .updateTable('handshake')
    .set({ state, ended_at: now, ...(accountId === undefined ? {} : { account_id: accountId }) })
    .where('id', '=', id)
    .execute();
}

/** Cancels what is pending: of an organization, below a parent, or what a member was sent by its organization. */
export async function cancelPending(
  tx: Tx,
  which:
    | { readonly organizationId: string; readonly action?: HandshakeAction }
    | { readonly parentId: string }
    | { readonly organizationId: string; readonly accountId: string },
  now: Instant,
): Promise<void> {
  let query = tx
    .updateTable('handshake')
    .set({ state: 'CANCELED', ended_at: now })
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now);
  if ('parentId' in which) query = query.where('parent_id', '=', which.parentId);
  if ('organizationId' in which) query = query.where('organization_id', '=', which.organizationId);
  if ('action' in which && which.action !== undefined) query = query.where('action', '=', which.action);
  if ('accountId' in which) query = query.where('account_id', '=', which.accountId);
  await query.execute();
}

/** Removes those that are not shown any more. Children go with their parents, not before: a declined one counts. */
export async function forgetHandshakes(tx: Tx, now: Instant): Promise<void> {
  await tx
    .deleteFrom('handshake')
    .where('parent_id', 'is', null)
    .where(sql<boolean>`coalesce(ended_at, expires_at) <= ${now - SHOWN_MS}`)
    .execute();
}

function handshakeOf(row: Selectable<HandshakeTable>, now: Instant): Handshake {
  return {
    id: row.id,
    action: row.action,
    state: row.ended_at === null && row.expires_at <= now ? 'EXPIRED' : row.state,
    organizationId: row.organization_id,
    managementAccountId: row.management_account_id,
    accountId: row.account_id ?? undefined,
    email: row.email ?? undefined,
    parentId: row.parent_id ?? undefined,
    facts: row.resources as readonly HandshakeFact[],
    tags: row.tags as readonly Tag[],
    requestedAt: row.requested_at,
    expiresAt: row.expires_at,
  };
}
