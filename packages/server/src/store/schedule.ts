/**
 * Where the scheduler stands (a cursor a rule) and what became of each occurrence.
 *
 * Not here: what is due (scheduler/due.ts), what a change of plan means for cursors (plans/cursors.ts).
 * INVARIANT: a plan's row is locked before its cursors.
 */
import type { Instant } from '@holdfast/kernel';
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { PlanKey } from './plans.ts';
import type { PlanDocument, ScheduleCursorTable, ScheduleOccurrenceTable } from './tables/backup.ts';
import type { BackupRequest, CreatedBy } from './tables/jobs.ts';

export type CursorRow = Selectable<ScheduleCursorTable>;
export type OccurrenceRow = Selectable<ScheduleOccurrenceTable>;
export type NewOccurrence = Insertable<ScheduleOccurrenceTable>;

export function cursorsOf(db: Queryable, { accountId, region, planId }: PlanKey): Promise<CursorRow[]> {
  return db
    .selectFrom('schedule_cursor')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('plan_id', '=', planId)
    .execute();
}

/** Cursors of a plan, held until the end of the transaction. */
export function lockCursors(tx: Tx, { accountId, region, planId }: PlanKey): Promise<CursorRow[]> {
  return tx
    .selectFrom('schedule_cursor')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('region', '=', region)
    .where('plan_id', '=', planId)
    .orderBy('rule_id')
    .forUpdate()
    .execute();
}

/** Cursors of several plans, whose rows are locked already; held until the end of the transaction. */
export async function lockCursorsOf(tx: Tx, plans: readonly PlanKey[]): Promise<CursorRow[]> {
  const { rows } = await sql<CursorRow>`
    select * from schedule_cursor
    where (account_id, region, plan_id) in (select * from unnest(
      ${plans.map((plan) => plan.accountId)}::text[],
      ${plans.map((plan) => plan.region)}::text[],
      ${plans.map((plan) => plan.planId)}::text[]))
    order by account_id, region, plan_id, rule_id
    for update`.execute(tx);
  return rows;
}

export async function putCursors(tx: Tx, cursors: readonly CursorRow[]): Promise<void> {
  if (cursors.length === 0) return;
  await tx
    .insertInto('schedule_cursor')
    .values([...cursors])
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'region', 'plan_id', 'rule_id']).doUpdateSet((of) => ({
        since: of.ref('excluded.since'),
        done_until: of.ref('excluded.done_until'),
        next_at: of.ref('excluded.next_at'),
      })),
    )
    .execute();
}

export async function deleteCursors(tx: Tx, key: PlanKey, ruleIds: readonly string[]): Promise<void> {
  if (ruleIds.length === 0) return;
  await tx
    .deleteFrom('schedule_cursor')
    .where('account_id', '=', key.accountId)
    .where('region', '=', key.region)
    .where('plan_id', '=', key.planId)
    .where('rule_id', 'in', [...ruleIds])
    .execute();
}

/** Facts about occurrences. One that is recorded already stays as it is. */
export async function recordOccurrences(tx: Tx, occurrences: readonly NewOccurrence[]): Promise<void> {
  if (occurrences.length === 0) return;
  await tx
    .insertInto('schedule_occurrence')
    .values([...occurrences])
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Facts in one statement of the sweep: short, so that it is in nobody's way. */
const SWEPT_AT_ONCE = 10_000;

/** Forgets what became of old occurrences. None runs again for that: cursors only move forward. */
export async function sweepOccurrences(db: Queryable, before: Instant): Promise<void> {
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from schedule_occurrence where ctid = any(array(
        select ctid from schedule_occurrence where due_at < ${before}
        limit ${SWEPT_AT_ONCE} for update skip locked))`.execute(db);
    if (numAffectedRows < BigInt(SWEPT_AT_ONCE)) return;
  }
}

/** A plan with at least one rule that is due. */
export interface DuePlan extends PlanKey {
  readonly name: string;
  readonly managedBy: 'ACCOUNT' | 'ORGANIZATION';
  readonly versionId: string;
  readonly document: PlanDocument;
}

/**
 * Plans of the `limit` longest due rules, locked until the end of the transaction; plans that others work on, and those
 * of accounts that are closed or being closed, are passed over. A plan may turn out to have nothing due any more when
 * another scheduler finished it a moment ago: its cursors, read under the lock, decide.
 */
export async function lockDuePlans(tx: Tx, now: Instant, limit: number, not: readonly PlanKey[]): Promise<DuePlan[]> {
  const skipped = not.map(({ accountId, region, planId }) => `${accountId} ${region} ${planId}`);
  const { rows } = await sql<DuePlan>`
    with plan as materialized (
      select p.account_id, p.region, p.id, p.name, p.managed_by, p.current_version_id
      from schedule_cursor c
      join backup_plan p on p.account_id = c.account_id and p.region = c.region and p.id = c.plan_id
      join account on account.id = c.account_id and account.state in ('ACTIVE', 'PENDING_ACTIVATION')
      where c.next_at <= ${now} and p.deleted_at is null
        and not (c.account_id || ' ' || c.region || ' ' || c.plan_id = any(${skipped}))
      order by c.next_at
      limit ${limit}
      for no key update of p skip locked
    )
    select distinct on (plan.account_id, plan.region, plan.id)
      plan.account_id as "accountId", plan.region, plan.id as "planId", plan.name, plan.managed_by as "managedBy",
      version.version_id as "versionId", version.document
    from plan
    join backup_plan_version version on version.account_id = plan.account_id and version.region = plan.region
      and version.plan_id = plan.id and version.version_id = plan.current_version_id
    order by plan.account_id, plan.region, plan.id`.execute(tx);
  return rows;
}

/** A resource as selections see it. */
export interface CandidateRow {
  readonly arn: string;
  readonly resourceType: string;
  readonly name: string | null;
  readonly tags: Readonly<Record<string, string>>;
}

/** Resources of an account in a region, by ARN, a page at a time. */
export function candidates(
  db: Queryable,
  place: { readonly accountId: string; readonly region: string },
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<CandidateRow[]> {
  let query = db
    .selectFrom('resource')
    .select(['arn', 'resource_type as resourceType', 'name', 'tags'])
    .where('account_id', '=', place.accountId)
    .where('region', '=', place.region);
  if (page.after !== undefined) query = query.where('arn', '>', page.after);
  return query.orderBy('arn').limit(page.limit).execute();
}

/** The newest occurrences of an account in a region, whatever became of them. */
export function listOccurrences(
  db: Queryable,
  place: { readonly accountId: string; readonly region: string },
  limit: number,
): Promise<OccurrenceRow[]> {
  return db
    .selectFrom('schedule_occurrence')
    .selectAll()
    .where('account_id', '=', place.accountId)
    .where('region', '=', place.region)
    .orderBy('due_at', 'desc')
    .limit(limit)
    .execute();
}

/** What all jobs of one occurrence have in common. */
export interface JobsOfOccurrence {
  readonly accountId: string;
  readonly region: string;
  readonly vaultName: string;
  readonly createdBy: CreatedBy;
  readonly request: BackupRequest;
  readonly createdAt: Instant;
  readonly scheduledAt: Instant;
  readonly startBy: Instant;
  readonly completeBy: Instant;
}

export interface ScheduledJob {
  readonly id: string;
  readonly of: JobsOfOccurrence;
  readonly resource: CandidateRow;
  readonly iamRoleArn: string;
}

/** Any number of jobs in one statement, which says once what the jobs of an occurrence have in common. */
export async function insertScheduledJobs(tx: Tx, jobs: readonly ScheduledJob[]): Promise<void> {
  if (jobs.length === 0) return;
  const occurrences = [...new Set(jobs.map((job) => job.of))];
  const position = new Map(occurrences.map((occurrence, at) => [occurrence, at]));
  const common = occurrences.map((occurrence, at) => ({ ...occurrence, at }));
  await sql`
    insert into backup_job (id, account_id, region, state, vault_name, resource_arn, resource_type, resource_name,
      iam_role_arn, created_by, request, created_at, scheduled_at, start_by, complete_by, run_after)
    select job.id, o."accountId", o.region, 'CREATED', o."vaultName", job.arn, job.type, job.name,
      job.role, o."createdBy", o.request, o."createdAt", o."scheduledAt", o."startBy", o."completeBy", o."createdAt"
    from unnest(
      ${jobs.map((job) => job.id)}::text[],
      ${jobs.map((job) => position.get(job.of) ?? 0)}::int[],
      ${jobs.map((job) => job.resource.arn)}::text[],
      ${jobs.map((job) => job.resource.resourceType)}::text[],
      ${jobs.map((job) => job.resource.name)}::text[],
      ${jobs.map((job) => job.iamRoleArn)}::text[]) as job (id, occurrence, arn, type, name, role)
    join jsonb_to_recordset(${JSON.stringify(common)}::jsonb) as o (at int, "accountId" text, region text,
      "vaultName" text, "createdBy" jsonb, request jsonb, "createdAt" bigint, "scheduledAt" bigint, "startBy" bigint,
      "completeBy" bigint) on o.at = job.occurrence`.execute(tx);
}
