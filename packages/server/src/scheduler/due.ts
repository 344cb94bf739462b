/**
 * Which occurrences of a rule are due: derived from the rule, where its cursor stands, and now. Pure.
 *
 * After any pause the same occurrences come out, once each: the cursor only moves past what was turned into jobs or
 * recorded. One whose start window has passed is missed. A clock that steps back makes nothing due that was done.
 */
import type { Instant } from '@holdfast/kernel';
import { ruleRuns } from '../plans/cursors.ts';
import { deadlines } from '../plans/windows.ts';
import type { PlanRule } from '../store/tables/backup.ts';

/** Of one rule in one transaction; the rest follows in the next ones. */
export const OCCURRENCES_AT_ONCE = 200;

export interface DueOccurrence {
  readonly dueAt: Instant;
  /** Its start window had passed before anyone looked. */
  readonly missed: boolean;
}

export interface Due {
  readonly occurrences: readonly DueOccurrence[];
  /** Where the cursor stands when these are done. */
  readonly doneUntil: Instant;
  /** The first occurrence after them; in the past when more are due than were taken. */
  readonly nextAt: Instant | undefined;
}

export function due(rule: PlanRule, doneUntil: Instant, now: Instant): Due {
  const occurrences: DueOccurrence[] = [];
  let nextAt: Instant | undefined;
  for (const at of ruleRuns(rule, doneUntil)) {
    if (at > now || occurrences.length >= OCCURRENCES_AT_ONCE) {
      nextAt = at;
      break;
    }
    occurrences.push({ dueAt: at, missed: now > deadlines(at, windowsOf(rule)).startBy });
  }
  return { occurrences, doneUntil: occurrences.at(-1)?.dueAt ?? doneUntil, nextAt };
}

export function windowsOf(rule: PlanRule) {
  return { startWindowMinutes: rule.StartWindowMinutes, completionWindowMinutes: rule.CompletionWindowMinutes };
}
