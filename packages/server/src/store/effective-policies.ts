/**
 * Effective policies as they were last published, and the notes that something changed.
 *
 * A change is one row, whatever hangs below it; the publisher turns it into work by account (effective-policy-work.ts).
 * Not here: merging and validating (@holdfast/policy), when it is done (publisher).
 * Source: organizations spec 6.
 */
import type { Instant } from '@holdfast/kernel';
import type { PolicyType } from '@holdfast/policy';
import { sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';

/** A fault of an effective policy, as ListEffectivePolicyValidationErrors reports it. */
export interface EffectivePolicyFault {
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly pathToError: string;
  /** Policy ids. */
  readonly contributingPolicies: readonly string[];
}

export interface PolicyChangeNote {
  readonly organizationId: string;
  readonly types: readonly PolicyType[];
  /** Of roots, units and accounts: all accounts below are concerned. */
  readonly paths: readonly string[];
  readonly changedAt: Instant;
  /** Changes are gathered until then. */
  readonly dueAt: Instant;
}

/** To be called in the transaction that makes the change. */
export async function noteChange(tx: Tx, note: PolicyChangeNote): Promise<void> {
  const { organizationId, types, paths, changedAt, dueAt } = note;
  const rows = types.flatMap((type) =>
    paths.map((path) => ({ organization_id: organizationId, type, path, changed_at: changedAt, due_at: dueAt })),
  );
  if (rows.length > 0) await tx.insertInto('effective_policy_change').values(rows).execute();
}

export interface PublishedPolicy {
  readonly content: string;
  readonly updatedAt: Instant;
}

export interface Publication {
  readonly isTypeEnabled: boolean;
  /** Undefined before the first publication. */
  readonly policy: PublishedPolicy | undefined;
}

/** What DescribeEffectivePolicy shows of a member; undefined: the account is not in the organization. */
export async function publicationFor(
  db: Queryable,
  organizationId: string,
  accountId: string,
  type: PolicyType,
): Promise<Publication | undefined> {
  const row = await db
    .selectFrom('organization_member as member')
    .leftJoin('organization_policy_type as enabled', (join) =>
      join.onRef('enabled.organization_id', '=', 'member.organization_id').on('enabled.type', '=', type),
    )
    .leftJoin('effective_policy as effective', (join) =>
      join
        .onRef('effective.account_id', '=', 'member.account_id')
        // What an organization published that the account has left is nobody's to read here.
        .onRef('effective.organization_id', '=', 'member.organization_id')
        .on('effective.type', '=', type),
    )
    .leftJoin('effective_document as document', 'document.digest', 'effective.document_digest')
    .select(['enabled.type as enabled_type', 'document.content', 'effective.updated_at'])
    .where('member.account_id', '=', accountId)
    .where('member.organization_id', '=', organizationId)
    .executeTakeFirst();
  if (!row) return undefined;
  const { enabled_type: enabledType, content, updated_at: updatedAt } = row;
  const policy = content === null || updatedAt === null ? undefined : { content, updatedAt };
  return { isTypeEnabled: enabledType !== null, policy };
}

export interface PolicyInForce extends PublishedPolicy {
  readonly organizationId: string;
  /** Ids of the policies that gave the document a value. */
  readonly contributors: readonly string[];
}

/**
 * The document that counts for the account now, for whoever acts on it.
 * Undefined: in no organization, the type is disabled, or nothing was published since it was enabled.
 */
export async function policyInForce(
  db: Queryable,
  accountId: string,
  type: PolicyType,
): Promise<PolicyInForce | undefined> {
  return db
    .selectFrom('effective_policy as effective')
    .innerJoin('organization_member as member', (join) =>
      join
        .onRef('member.account_id', '=', 'effective.account_id')
        .onRef('member.organization_id', '=', 'effective.organization_id'),
    )
    .innerJoin('organization_policy_type as enabled', (join) =>
      join
        .onRef('enabled.organization_id', '=', 'effective.organization_id')
        .onRef('enabled.type', '=', 'effective.type')
        .onRef('enabled.enablement', '=', 'effective.enablement'),
    )
    .innerJoin('effective_document as document', 'document.digest', 'effective.document_digest')
    .select([
      'document.content',
      'effective.updated_at as updatedAt',
      'effective.organization_id as organizationId',
      'effective.contributors',
    ])
    .where('effective.account_id', '=', accountId)
    .where('effective.type', '=', type)
    .executeTakeFirst();
}

export interface ValidationReport {
  readonly faults: readonly EffectivePolicyFault[];
  /** The account's place when the evaluation was made. */
  readonly path: string;
  readonly evaluatedAt: Instant;
}

/** Of the last evaluation in the account's organization; undefined before the first one. */
export async function validationReport(
  db: Queryable,
  accountId: string,
  type: PolicyType,
): Promise<ValidationReport | undefined> {
  const row = await db
    .selectFrom('effective_policy as effective')
    .innerJoin('organization_member as member', (join) =>
      join
        .onRef('member.account_id', '=', 'effective.account_id')
        .onRef('member.organization_id', '=', 'effective.organization_id'),
    )
    .select(['effective.errors', 'effective.path', 'effective.evaluated_at'])
    .where('effective.account_id', '=', accountId)
    .where('effective.type', '=', type)
    .executeTakeFirst();
  return (
    row && { faults: row.errors as readonly EffectivePolicyFault[], path: row.path, evaluatedAt: row.evaluated_at }
  );
}

/** Ids of accounts whose last evaluation under the type's present enablement found faults. */
export async function invalidAccountIds(
  db: Queryable,
  organizationId: string,
  type: PolicyType,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<string[]> {
  let query = db
    .selectFrom('effective_policy as effective')
    .innerJoin('organization_policy_type as enabled', (join) =>
      join
        .onRef('enabled.organization_id', '=', 'effective.organization_id')
        .onRef('enabled.type', '=', 'effective.type')
        .onRef('enabled.enablement', '=', 'effective.enablement'),
    )
    .select('effective.account_id')
    .where('effective.organization_id', '=', organizationId)
    .where('effective.type', '=', type)
    // A literal, so that the partial index is used.
    .where(sql<boolean>`effective.errors <> '[]'`);
  if (after !== undefined) query = query.where('effective.account_id', '>', after);
  const rows = await query.orderBy('effective.account_id').limit(limit).execute();
  return rows.map((row) => row.account_id);
}
