/**
 * What the publisher reads and writes, one statement a batch.
 *
 * INVARIANT: no change is lost. A change is committed before it becomes work; work is deleted before the
 * organization's state is read. So whoever finds the work of an earlier change still there knows that it will be read
 * with the later one in it, and whoever finds it gone writes it anew. Any number of servers may do this side by side.
 * Source: organizations spec 6.2.
 */
import type { Instant } from '@holdfast/kernel';
import type { PolicyType } from '@holdfast/policy';
import { sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { EffectivePolicyFault } from './effective-policies.ts';

/**
 * Turns the changes of every organization and type that has one due into work by account, those that are not due yet
 * too: edits in quick succession are published once. Returns the number of changes taken.
 *
 * A tilde sorts behind everything that paths are made of, so the accounts below a path are a range of the index.
 */
export async function expandChanges(tx: Tx, now: Instant): Promise<number> {
  const { rows } = await sql<{ taken: number }>`
    with taken as (
      delete from effective_policy_change where id in (
        select id from effective_policy_change
        where (organization_id, type) in (
          select organization_id, type from effective_policy_change where due_at <= ${now}
        )
        for update skip locked
      )
      returning organization_id, type, path, changed_at
    ), progress as (
      insert into effective_policy_progress (organization_id, type, changed_at)
      select organization_id, type, max(changed_at) from taken group by organization_id, type order by 1, 2
      on conflict (organization_id, type) do update
        set changed_at = greatest(effective_policy_progress.changed_at, excluded.changed_at)
    ), work as (
      insert into effective_policy_work (account_id, type, organization_id, requested_at)
      select distinct member.account_id, taken.type, member.organization_id, ${now}::bigint
      from (select distinct type, path from taken) as taken join organization_member as member
        on member.path >= taken.path and member.path < taken.path || '~'
      order by member.account_id, taken.type
      on conflict (account_id, type) do nothing
    )
    select count(*) as taken from taken`.execute(tx);
  return rows[0]?.taken ?? 0;
}

export interface PublicationWork {
  readonly accountId: string;
  readonly type: PolicyType;
  readonly organizationId: string;
}

/** Takes the oldest work, at most `limit` accounts; it is done when the transaction commits. */
export async function takeWork(tx: Tx, limit: number): Promise<PublicationWork[]> {
  const { rows } = await sql<PublicationWork>`
    delete from effective_policy_work where (account_id, type) in (
      select account_id, type from effective_policy_work
      order by requested_at, organization_id, type, account_id
      limit ${limit} for update skip locked
    )
    returning account_id as "accountId", type, organization_id as "organizationId"`.execute(tx);
  return rows;
}

/** Undefined while the type is disabled. */
export async function enablementOf(
  db: Queryable,
  organizationId: string,
  type: PolicyType,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('organization_policy_type')
    .select('enablement')
    .where('organization_id', '=', organizationId)
    .where('type', '=', type)
    .executeTakeFirst();
  return row?.enablement;
}

export interface PublishedBefore {
  readonly digest: Buffer;
  readonly contributors: readonly string[];
  readonly enablement: number;
}

export interface AccountToPublish {
  readonly accountId: string;
  readonly path: string;
  readonly before: PublishedBefore | undefined;
}

/** Those of the accounts that are still in the organization. */
export async function accountsToPublish(
  db: Queryable,
  organizationId: string,
  type: PolicyType,
  accountIds: readonly string[],
): Promise<AccountToPublish[]> {
  const rows = await db
    .selectFrom('organization_member as member')
    .leftJoin('effective_policy as effective', (join) =>
      join
        .onRef('effective.account_id', '=', 'member.account_id')
        .onRef('effective.organization_id', '=', 'member.organization_id')
        .on('effective.type', '=', type),
    )
    .select(['member.account_id', 'member.path'])
    .select(['effective.document_digest', 'effective.contributors', 'effective.enablement'])
    .where('member.organization_id', '=', organizationId)
    .where('member.account_id', '=', sql<string>`any(${accountIds})`)
    .orderBy('member.path')
    .execute();
  return rows.map(({ account_id: accountId, path, document_digest: digest, contributors, enablement }) => ({
    accountId,
    path,
    before:
      digest === null || contributors === null || enablement === null
        ? undefined
        : { digest, contributors, enablement },
  }));
}

/** A policy's content at one moment: id and revision name one text for ever. */
export interface PolicyRevision {
  readonly id: string;
  readonly revision: number;
}

/** Per root, unit or account: what is attached, in order of attachment. Targets without anything are left out. */
export async function attachmentsOf(
  db: Queryable,
  organizationId: string,
  type: PolicyType,
  targetIds: readonly string[],
): Promise<ReadonlyMap<string, readonly PolicyRevision[]>> {
  const rows = await db
    .selectFrom('policy_attachment as attachment')
    .innerJoin('organization_policy as policy', 'policy.id', 'attachment.policy_id')
    .select(['attachment.target_id', 'policy.id', 'policy.revision'])
    .where('attachment.organization_id', '=', organizationId)
    .where('attachment.type', '=', type)
    .where('attachment.target_id', '=', sql<string>`any(${targetIds})`)
    .orderBy('attachment.position')
    .execute();
  const byTarget = new Map<string, PolicyRevision[]>();
  for (const { target_id, id, revision } of rows) {
    const policies = byTarget.get(target_id);
    if (policies) policies.push({ id, revision });
    else byTarget.set(target_id, [{ id, revision }]);
  }
  return byTarget;
}

/** Contents as they are now; a policy deleted meanwhile is left out. */
export async function contentsOf(
  db: Queryable,
  policyIds: readonly string[],
): Promise<(PolicyRevision & { readonly content: string })[]> {
  if (policyIds.length === 0) return [];
  return db
    .selectFrom('organization_policy')
    .select(['id', 'revision', 'content'])
    .where('id', '=', sql<string>`any(${policyIds})`)
    .execute();
}

export interface DocumentToStore {
  readonly digest: Buffer;
  readonly type: PolicyType;
  readonly content: string;
}

/** Each text once; `used_at` keeps it from being swept while somebody is about to point to it. */
export async function storeDocuments(tx: Tx, documents: readonly DocumentToStore[], now: Instant): Promise<void> {
  if (documents.length === 0) return;
  const ordered = documents.toSorted((a, b) => Buffer.compare(a.digest, b.digest));
  await tx
    .insertInto('effective_document')
    .values(ordered.map((document) => ({ ...document, used_at: now })))
    .onConflict((conflict) => conflict.column('digest').doUpdateSet({ used_at: now }))
    .execute();
}

export interface PublishedNow {
  readonly accountId: string;
  readonly path: string;
  readonly digest: Buffer;
  readonly contributors: readonly string[];
  readonly faults: readonly EffectivePolicyFault[];
}

export interface PublicationScope {
  readonly organizationId: string;
  readonly type: PolicyType;
  readonly enablement: number;
  readonly evaluatedAt: Instant;
  readonly updatedAt: Instant;
}

/** Content, faults, place and times of many accounts in one statement. The documents must be stored. */
export async function storePublications(
  tx: Tx,
  { organizationId, type, enablement, evaluatedAt, updatedAt }: PublicationScope,
  publications: readonly PublishedNow[],
): Promise<void> {
  if (publications.length === 0) return;
  const rows = publications.map(({ accountId, path, digest, contributors, faults }) => ({
    account_id: accountId,
    path,
    digest: digest.toString('hex'),
    contributors,
    errors: faults,
  }));
  await sql`
    insert into effective_policy (account_id, type, organization_id, document_digest, contributors, errors, path,
      evaluated_at, updated_at, enablement)
    select account_id, ${type}, ${organizationId}, decode(digest, 'hex'),
      array(select jsonb_array_elements_text(contributors)), errors, path,
      ${evaluatedAt}, ${updatedAt}, ${enablement}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as row (account_id text, path text, digest text, contributors jsonb, errors jsonb)
    order by account_id
    on conflict (account_id, type) do update set
      organization_id = excluded.organization_id, document_digest = excluded.document_digest,
      contributors = excluded.contributors, errors = excluded.errors, path = excluded.path,
      evaluated_at = excluded.evaluated_at, updated_at = excluded.updated_at, enablement = excluded.enablement`.execute(
    tx,
  );
}

/** For the reconciler: the plans of these accounts may have to change. */
export async function requestReconciliation(tx: Tx, accountIds: readonly string[], now: Instant): Promise<void> {
  if (accountIds.length === 0) return;
  await sql`
    insert into plan_reconcile_work (account_id, requested_at)
    select account_id, ${now} from unnest(${accountIds.toSorted()}::text[]) as account_id
    on conflict (account_id) do update set requested_at = excluded.requested_at`.execute(tx);
}

/**
 * Of the accounts those that have a plan of the organization, a fault of one, or a document that plans may be made from
 * at this very moment, which nobody sees before they are committed.
 */
export async function accountsThatMayHavePlans(
  db: Queryable,
  { type, empty }: { readonly type: PolicyType; readonly empty: Buffer },
  accountIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ accountId: string }>`
    select account_id as "accountId" from backup_plan
    where account_id = any(${accountIds}) and managed_by = 'ORGANIZATION' and deleted_at is null
    union select account_id from organization_plan_fault where account_id = any(${accountIds})
    union select account_id from effective_policy
    where account_id = any(${accountIds}) and type = ${type} and document_digest <> ${empty}`.execute(db);
  return new Set(rows.map(({ accountId }) => accountId));
}

/** Removes documents that nobody points to any more and nobody was about to lately. Returns how many. */
export async function sweepDocuments(tx: Tx, usedBefore: Instant): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('effective_document as document')
    .where('document.used_at', '<', usedBefore)
    .where((of) =>
      of.not(
        of.exists(
          of
            .selectFrom('effective_policy')
            .select('account_id')
            .whereRef('effective_policy.document_digest', '=', 'document.digest'),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
