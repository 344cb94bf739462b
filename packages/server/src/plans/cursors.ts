/**
 * What a change of a plan means for its rules' cursors.
 *
 * A rule that keeps its id and its schedule goes on where it stood. Any other rule begins now. A rule that goes away,
 * or gets another schedule, while an occurrence of it is due and not yet looked at, leaves that occurrence behind as
 * missed: nothing is silently skipped.
 */
import type { Instant } from '@holdfast/kernel';
import { nextOccurrence, nextOccurrences, occurrences } from '@holdfast/policy';
import type { CursorRow, NewOccurrence } from '../store/schedule.ts';
import type { PlanDocument, PlanRule } from '../store/tables/backup.ts';

export interface CursorChange {
  readonly put: readonly CursorRow[];
  readonly remove: readonly string[];
  readonly missed: readonly NewOccurrence[];
}

interface PlanOf {
  readonly accountId: string;
  readonly region: string;
  readonly planId: string;
}

export function cursorChange(
  plan: PlanOf,
  cursors: readonly CursorRow[],
  previous: PlanDocument | undefined,
  next: PlanDocument | undefined,
  now: Instant,
): CursorChange {
  const before = new Map(previous?.Rules.map((rule) => [rule.RuleId, rule]));
  const after = new Map(next?.Rules.map((rule) => [rule.RuleId, rule]));
  const standing = new Set(cursors.map((cursor) => cursor.rule_id));
  const goesOn = (rule: PlanRule): boolean => {
    const old = before.get(rule.RuleId);
    return old !== undefined && standing.has(rule.RuleId) && isSameSchedule(old, rule);
  };
  const ended = cursors.filter(({ rule_id: id }) => {
    const rule = after.get(id);
    return rule === undefined || !goesOn(rule);
  });
  const begun = [...after.values()].filter((rule) => !goesOn(rule));
  return {
    put: begun.map((rule) => newCursor(plan, rule, now)),
    remove: ended.filter(({ rule_id: id }) => !after.has(id)).map(({ rule_id: id }) => id),
    missed: ended.flatMap((cursor) => missedBy(cursor, now)),
  };
}

function newCursor({ accountId, region, planId }: PlanOf, rule: PlanRule, now: Instant): CursorRow {
  return {
    account_id: accountId,
    region,
    plan_id: planId,
    rule_id: rule.RuleId,
    since: now,
    done_until: now,
    next_at: nextRun(rule, now) ?? null,
  };
}

function missedBy(cursor: CursorRow, now: Instant): NewOccurrence[] {
  if (cursor.next_at === null || cursor.next_at > now) return [];
  const { account_id, region, plan_id, rule_id, next_at: due_at } = cursor;
  const reason = 'The rule was changed or removed before its due occurrence was looked at.';
  return [{ account_id, region, plan_id, rule_id, due_at, materialized_at: now, outcome: 'MISSED', jobs: 0, reason }];
}

function isSameSchedule(one: PlanRule, other: PlanRule): boolean {
  return (
    one.ScheduleExpression === other.ScheduleExpression &&
    one.ScheduleExpressionTimezone === other.ScheduleExpressionTimezone
  );
}

type RuleSchedule = Pick<PlanRule, 'ScheduleExpression' | 'ScheduleExpressionTimezone'>;

/** The first run of the rule after `after`; undefined when it never runs again. */
export function nextRun(rule: RuleSchedule, after: Instant): Instant | undefined {
  return nextOccurrence(rule.ScheduleExpression, after, rule.ScheduleExpressionTimezone);
}

/** The first `count` runs of the rule after `after`. */
export function nextRuns(rule: RuleSchedule, after: Instant, count: number): readonly Instant[] {
  return nextOccurrences(rule.ScheduleExpression, after, count, rule.ScheduleExpressionTimezone);
}

/** All runs of the rule after `after`, lazily. */
export function ruleRuns(rule: RuleSchedule, after: Instant): Iterable<Instant> {
  return occurrences(rule.ScheduleExpression, after, rule.ScheduleExpressionTimezone);
}
