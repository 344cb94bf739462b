/**
 * Overlapping rules of one plan: of two whose start windows overlap, only the one with the longer retention backs up.
 * Pure.
 *
 * All rules of a plan have the same resources, so this is a question about rules. Equal retention is no reason to leave
 * a backup out. A rule that is itself left out supersedes nothing, so that no window ends without any backup.
 * Source: backup spec 3.4.
 */
import type { Instant } from '@holdfast/kernel';
import { ruleRuns } from '../plans/cursors.ts';
import { retentionDays } from '../plans/lifecycle.ts';
import { deadlines } from '../plans/windows.ts';
import type { PlanRule } from '../store/tables/backup.ts';
import { windowsOf } from './due.ts';

/** Occurrences of another rule that are looked at; more in one window would be hourly runs with a window of weeks. */
const LOOKED_AT_MAX = 100;

/** A rule with the moment from which its schedule counts. */
export interface StandingRule {
  readonly rule: PlanRule;
  readonly since: Instant;
}

/** The rule whose backup takes the place of this occurrence, or undefined. */
export function supersededBy(rule: PlanRule, dueAt: Instant, all: readonly StandingRule[]): PlanRule | undefined {
  const window = windowOf(rule, dueAt);
  const longer = all.filter((other) => retentionDays(other.rule.Lifecycle) > retentionDays(rule.Lifecycle));
  return longer.find((other) =>
    overlapping(other, window).some((at) => supersededBy(other.rule, at, longer) === undefined),
  )?.rule;
}

interface Window {
  readonly from: Instant;
  readonly until: Instant;
}

function windowOf(rule: PlanRule, at: Instant): Window {
  return { from: at, until: deadlines(at, windowsOf(rule)).startBy };
}

/** Runs whose start windows, taken without their ends, share a moment with `window`. */
function overlapping({ rule, since }: StandingRule, window: Window): Instant[] {
  const lengthMs = windowOf(rule, 0).until;
  const runs: Instant[] = [];
  for (const at of ruleRuns(rule, Math.max(window.from - lengthMs, since))) {
    if (at >= window.until || runs.length >= LOOKED_AT_MAX) break;
    runs.push(at);
  }
  return runs;
}
