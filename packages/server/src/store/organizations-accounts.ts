/**
 * Requests to create accounts, which a background room carries out.
 * Source: organizations spec 2.5.
 */
import type { Instant } from '@holdfast/kernel';
import { type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { Tag } from './organizations-tags.ts';
import type { CreateAccountFailure, CreateAccountRequestTable } from './tables/organizations.ts';

export interface CreateAccountRequest {
  readonly id: string;
  readonly organizationId: string;
  readonly accountName: string;
  readonly email: string;
  readonly roleName: string;
  readonly tags: readonly Tag[];
  readonly requestedAt: Instant;
  readonly outcome: CreateAccountOutcome;
}

export type CreateAccountOutcome = Readonly<
  | { state: 'IN_PROGRESS' }
  | { state: 'SUCCEEDED'; completedAt: Instant; accountId: string }
  | { state: 'FAILED'; completedAt: Instant; failureReason: CreateAccountFailure }
>;

export type CreateAccountState = CreateAccountOutcome['state'];

/** False when a request for the same address is in progress. */
export async function insertCreateAccountRequest(
  tx: Tx,
  request: Omit<CreateAccountRequest, 'outcome'>,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('create_account_request')
    .values({
      id: request.id,
      organization_id: request.organizationId,
      account_name: request.accountName,
      email: request.email,
      role_name: request.roleName,
      tags: JSON.stringify(request.tags),
      state: 'IN_PROGRESS',
      requested_at: request.requestedAt,
      completed_at: null,
      account_id: null,
      failure_reason: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

export async function createAccountRequestById(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<CreateAccountRequest | undefined> {
  const row = await db
    .selectFrom('create_account_request')
    .selectAll()
    .where('id', '=', id)
    .where('organization_id', '=', organizationId)
    .executeTakeFirst();
  return row && requestOf(row);
}

/** Place in a list that begins with the latest request. */
export interface RequestPlace {
  readonly [column: string]: string | number;
  readonly requestedAt: number;
  readonly id: string;
}

export async function listCreateAccountRequests(
  db: Queryable,
  organizationId: string,
  states: readonly CreateAccountState[],
  { after, limit }: { readonly after: RequestPlace | undefined; readonly limit: number },
): Promise<CreateAccountRequest[]> {
  let query = db.selectFrom('create_account_request').selectAll().where('organization_id', '=', organizationId);
  if (states.length > 0) query = query.where('state', 'in', states);
  if (after !== undefined) {
    query = query.where(sql<boolean>`(requested_at, id) < (${after.requestedAt}, ${after.id})`);
  }
  const rows = await query.orderBy('requested_at', 'desc').orderBy('id', 'desc').limit(limit).execute();
  return rows.map(requestOf);
}

export async function countCreationsInProgress(db: Queryable, organizationId: string): Promise<number> {
  const { count } = await db
    .selectFrom('create_account_request')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('organization_id', '=', organizationId)
    .where('state', '=', 'IN_PROGRESS')
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * A request in progress, held by this transaction; other servers take the next one. The oldest first, but one that
 * failed holds up no other.
 */
export async function takeCreateAccountRequest(tx: Tx): Promise<CreateAccountRequest | undefined> {
  const row = await tx
    .selectFrom('create_account_request')
    .selectAll()
    .where('state', '=', 'IN_PROGRESS')
    .orderBy('failed_attempts')
    .orderBy('requested_at')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row && requestOf(row);
}

/** Counts a failure of ours; returns how many there were. */
export async function noteFailedAttempt(tx: Tx, id: string): Promise<number> {
  const { failed_attempts } = await tx
    .updateTable('create_account_request')
    .set((of) => ({ failed_attempts: of('failed_attempts', '+', 1) }))
    .where('id', '=', id)
    .returning('failed_attempts')
    .executeTakeFirstOrThrow();
  return failed_attempts;
}

export async function completeCreateAccountRequest(
  tx: Tx,
  id: string,
  outcome: Exclude<CreateAccountOutcome, { state: 'IN_PROGRESS' }>,
): Promise<void> {
  await tx
    .updateTable('create_account_request')
    .set({
      state: outcome.state,
      completed_at: outcome.completedAt,
      account_id: outcome.state === 'SUCCEEDED' ? outcome.accountId : null,
      failure_reason: outcome.state === 'FAILED' ? outcome.failureReason : null,
    })
    .where('id', '=', id)
    .execute();
}

function requestOf(row: Selectable<CreateAccountRequestTable>): CreateAccountRequest {
  return {
    id: row.id,
    organizationId: row.organization_id,
    accountName: row.account_name,
    email: row.email,
    roleName: row.role_name,
    tags: row.tags as readonly Tag[],
    requestedAt: row.requested_at,
    outcome: outcomeOf(row),
  };
}

function outcomeOf(row: Selectable<CreateAccountRequestTable>): CreateAccountOutcome {
  const completedAt = row.completed_at ?? row.requested_at;
  switch (row.state) {
    case 'IN_PROGRESS':
      return { state: 'IN_PROGRESS' };
    case 'SUCCEEDED':
      return { state: 'SUCCEEDED', completedAt, accountId: row.account_id ?? '' };
    case 'FAILED':
      return { state: 'FAILED', completedAt, failureReason: row.failure_reason ?? 'INTERNAL_FAILURE' };
  }
}
