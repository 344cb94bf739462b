/**
 * Turns the due occurrences of some plans into jobs and facts, in the caller's transaction.
 *
 * INVARIANT: an occurrence, its jobs and the move of its cursor are committed together, so that after any crash an
 * occurrence has all its jobs or none and is due again. Nothing is silently skipped: what becomes of each occurrence is
 * recorded.
 */
import { type Instant, present, uuid } from '@holdfast/kernel';
import type { Installation } from '../installation.ts';
import type { Tx } from '../store/database.ts';
import { setLastExecution } from '../store/plans.ts';
import {
  type CandidateRow,
  type CursorRow,
  candidates,
  type DuePlan,
  lockCursorsOf,
  type NewOccurrence,
  putCursors,
  recordOccurrences,
} from '../store/schedule.ts';
import { selectionsOfPlans } from '../store/selections.ts';
import type { PlanRule } from '../store/tables/backup.ts';
import { type Due, due } from './due.ts';
import { JobBuffer } from './job-buffer.ts';
import { jobsOfOccurrence } from './occurrence-jobs.ts';
import { supersededBy } from './overlap.ts';
import type { ReadySelections, SelectionFacts } from './plan-selections.ts';

const RESOURCES_AT_ONCE = 2_000;
/** Of one rule's missed occurrences the newest get jobs, which then show as EXPIRED; all are recorded. */
export const MISSED_WITH_JOBS_MAX = 31;

type Parts = Pick<Installation, 'random' | 'log'>;

/** An occurrence on its way: what is known of it so far. */
interface Pending {
  readonly rule: PlanRule;
  readonly cursor: CursorRow;
  readonly dueAt: Instant;
  readonly missed: boolean;
  readonly withJobs: boolean;
  readonly supersededBy: PlanRule | undefined;
  jobs: number;
}

/** @returns how many jobs were made */
export async function materialize(
  parts: Parts,
  tx: Tx,
  plans: readonly DuePlan[],
  facts: SelectionFacts,
  now: Instant,
): Promise<number> {
  const cursors = Map.groupBy(await lockCursorsOf(tx, plans), keyOfRow);
  const selections = Map.groupBy(await selectionsOfPlans(tx, plans), keyOfRow);
  const buffer = new JobBuffer(tx);
  const occurrences: NewOccurrence[] = [];
  const moved: CursorRow[] = [];
  const executed: DuePlan[] = [];
  for (const plan of plans) {
    const standing = cursors.get(keyOfPlan(plan)) ?? [];
    const { pending, next } = dueOf(plan, standing, now);
    if (pending.length === 0) continue;
    executed.push(plan);
    const ready = await facts.ready(tx, plan, selections.get(keyOfPlan(plan)) ?? []);
    await makeJobs(parts, { tx, buffer, plan, pending, ready, now });
    occurrences.push(...pending.map((one) => fact(one, ready, now)));
    moved.push(...next);
    report(parts, plan, pending, ready);
  }
  await buffer.flush();
  await recordOccurrences(tx, occurrences);
  await putCursors(tx, moved);
  await setLastExecution(tx, executed, now);
  return buffer.written;
}

/** The plan's due occurrences, and where its cursors stand once they are done. */
function dueOf(plan: DuePlan, cursors: readonly CursorRow[], now: Instant): { pending: Pending[]; next: CursorRow[] } {
  const rules = new Map(plan.document.Rules.map((rule) => [rule.RuleId, rule]));
  const standing = cursors.map((cursor) => ({
    cursor,
    since: cursor.since,
    rule: present(rules.get(cursor.rule_id), `rule ${cursor.rule_id} of a cursor of plan ${plan.planId}`),
  }));
  const pending: Pending[] = [];
  const next: CursorRow[] = [];
  for (const { cursor, rule } of standing) {
    if (cursor.next_at === null || cursor.next_at > now) continue;
    const found: Due = due(rule, cursor.done_until, now);
    const missed = found.occurrences.filter((one) => one.missed).slice(-MISSED_WITH_JOBS_MAX);
    for (const one of found.occurrences) {
      const superseding = supersededBy(rule, one.dueAt, standing);
      const withJobs = superseding === undefined && (!one.missed || missed.includes(one));
      pending.push({ rule, cursor, ...one, withJobs, supersededBy: superseding, jobs: 0 });
    }
    next.push({ ...cursor, done_until: found.doneUntil, next_at: found.nextAt ?? null });
  }
  return { pending, next };
}

interface Making {
  readonly tx: Tx;
  readonly buffer: JobBuffer;
  readonly plan: DuePlan;
  readonly pending: readonly Pending[];
  readonly ready: ReadySelections;
  readonly now: Instant;
}

/** A job for each occurrence that runs and each resource that a selection takes. */
async function makeJobs({ random }: Parts, { tx, buffer, plan, pending, ready, now }: Making): Promise<void> {
  const running = pending
    .filter((one) => one.withJobs)
    .map((one) => ({ one, of: jobsOfOccurrence(plan, one.rule, one.dueAt, now) }));
  if (running.length === 0 || !ready.any) return;
  for await (const resource of resourcesOf(tx, plan)) {
    const roleArn = ready.roleFor(resource);
    if (roleArn === undefined) continue;
    for (const { one, of } of running) {
      one.jobs++;
      await buffer.add({ id: uuid(random), of, resource, iamRoleArn: roleArn });
    }
  }
}

async function* resourcesOf(tx: Tx, plan: DuePlan): AsyncGenerator<CandidateRow> {
  let after: string | undefined;
  for (;;) {
    const found = await candidates(tx, plan, { after, limit: RESOURCES_AT_ONCE });
    yield* found;
    if (found.length < RESOURCES_AT_ONCE) return;
    after = found.at(-1)?.arn;
  }
}

/** What became of an occurrence. */
function fact(one: Pending, { problems }: ReadySelections, now: Instant): NewOccurrence {
  const { account_id, region, plan_id, rule_id } = one.cursor;
  const key = { account_id, region, plan_id, rule_id, due_at: one.dueAt, materialized_at: now, jobs: one.jobs };
  if (one.supersededBy)
    return {
      ...key,
      outcome: 'SUPERSEDED',
      reason: `Rule ${one.supersededBy.RuleName} keeps its backup longer and covers this start window.`,
    };
  if (one.missed)
    return { ...key, outcome: 'MISSED', reason: 'The start window passed while no scheduler was running.' };
  if (problems.length > 0) return { ...key, outcome: 'FAILED', reason: problems.join(' ') };
  return { ...key, outcome: 'MATERIALIZED', reason: null };
}

function report({ log }: Parts, plan: DuePlan, pending: readonly Pending[], { problems }: ReadySelections): void {
  const { accountId, region, planId } = plan;
  const fields = { accountId, region, planId };
  if (problems.length > 0) log.warn('scheduler.selection-failed', { ...fields, problems });
  for (const { rule, dueAt, missed, jobs } of pending) {
    if (missed) log.warn('scheduler.occurrence-missed', { ...fields, rule: rule.RuleName, dueAt });
    else log.info('scheduler.occurrence', { ...fields, rule: rule.RuleName, dueAt, jobs });
  }
}

function keyOfRow(row: { readonly account_id: string; readonly region: string; readonly plan_id: string }): string {
  return `${row.account_id} ${row.region} ${row.plan_id}`;
}

function keyOfPlan({ accountId, region, planId }: DuePlan): string {
  return `${accountId} ${region} ${planId}`;
}
