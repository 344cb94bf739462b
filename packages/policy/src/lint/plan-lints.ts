/**
 * Lints of one plan of an effective backup policy, wherever it comes from.
 *
 * What only shows when a plan is whole is looked for only then: a policy by itself may be a fragment.
 * Source: spec backup 3.2 to 3.6, 13.3; organizations spec 5.4, 6.4.
 */
import { DAY_MS, type Instant, MINUTE_MS } from '@holdfast/kernel';
import { duration } from '../diff/cadence.ts';
import { RULES_MAX } from '../effective/validate-backup.ts';
import { DEFAULT_SCHEDULE } from '../forecast/calendar.ts';
import type { EffectivePlan, EffectiveRule, EffectiveSelection, Lifecycle } from '../plans/effective-plan.ts';
import { nextOccurrences } from '../schedule/next-occurrence.ts';
import { parseSchedule } from '../schedule/parse-cron.ts';
import { ARCHIVE_DAYS_MIN, CONTINUOUS_DAYS_MAX } from '../schema/backup-rule-conflicts.ts';
import { CONDITIONS_MAX } from '../schema/backup-schema.ts';
import type { LintId } from './lints.ts';

/** A finding before it is known who is at fault. `path`: keys of the effective document. */
export interface PlanFinding {
  readonly id: LintId;
  readonly path: readonly string[];
  readonly message: string;
  readonly suggestion?: string;
}

/** Of any limit, that is worth a warning. */
export const NEAR_LIMIT = 0.8;
export const COPIES_MAX = 5;
export const SELECTIONS_MAX = 100;
export const TAG_SELECTIONS_MAX = 10;
const TAGS_MAX = 30;
/** Two rules that meet do so within these runs of the more frequent one, or so seldom that nobody minds. */
const RUNS_COMPARED = 40;

export function* lintPlan(plan: EffectivePlan, now: Instant, isWhole: boolean): Generator<PlanFinding> {
  const path = ['plans', plan.name];
  const runs = new Map(plan.rules.map((rule) => [rule, nextRuns(rule, now)]));
  for (const rule of plan.rules) {
    const rulePath = [...path, 'rules', rule.name];
    yield* lintRule(rule, plan, rulePath, isWhole);
    yield* lintTiming(rule, rulePath, runs.get(rule));
  }
  yield* nearLimit('near-rule-limit', plan.rules.length, RULES_MAX, [...path, 'rules'], 'rules');
  yield* nearLimit(
    'near-selection-limit',
    plan.selections.length,
    SELECTIONS_MAX,
    [...path, 'selections'],
    'selections',
  );
  const byTags = plan.selections.filter(({ listOfTags }) => listOfTags.length > 0).length;
  const tagPath = [...path, 'selections', 'tags'];
  yield* nearLimit('near-selection-limit', byTags, TAG_SELECTIONS_MAX, tagPath, 'selections by tags');
  for (const selection of plan.selections) yield* lintSelection(selection, path);
  yield* rulesAtOnce(plan, path, runs);
}

function* lintRule(
  rule: EffectiveRule,
  plan: EffectivePlan,
  path: readonly string[],
  isWhole: boolean,
): Generator<PlanFinding> {
  yield* lintLifecycle(rule.lifecycle, path);
  for (const { destinationBackupVaultArn: target, lifecycle } of rule.copyActions) {
    yield* lintLifecycle(lifecycle, [...path, 'copy_actions', target.toLowerCase()]);
  }
  yield* lintContinuous(rule, path, isWhole);
  yield* lintCopies(rule, plan, path);
  if (isWhole && rule.enableContinuousBackup !== true && rule.lifecycle?.deleteAfterDays === undefined) {
    yield {
      id: 'no-retention',
      path,
      message: `Rule ${rule.name} of plan ${plan.name} never deletes a recovery point`,
    };
  }
  yield* nearLimit('near-copy-limit', rule.copyActions.length, COPIES_MAX, [...path, 'copy_actions'], 'copy actions');
}

function* lintLifecycle(lifecycle: Lifecycle | undefined, path: readonly string[]): Generator<PlanFinding> {
  const { moveToColdStorageAfterDays: cold, deleteAfterDays: end } = lifecycle ?? {};
  if (cold === undefined || end === undefined || end - cold >= ARCHIVE_DAYS_MIN) return;
  yield {
    id: 'cold-storage-gap',
    path: [...path, 'lifecycle', 'delete_after_days'],
    message: `Recovery points move to cold storage after ${cold} days and are deleted after ${end}: AWS Backup refuses the plan`,
    suggestion: `Keep them for at least ${cold + ARCHIVE_DAYS_MIN} days, or leave cold storage out`,
  };
}

function* lintContinuous(rule: EffectiveRule, path: readonly string[], isWhole: boolean): Generator<PlanFinding> {
  if (rule.enableContinuousBackup !== true) return;
  const { deleteAfterDays: end, moveToColdStorageAfterDays: cold } = rule.lifecycle ?? {};
  const at = [...path, 'enable_continuous_backup'];
  const suggestion = `Delete after ${CONTINUOUS_DAYS_MAX} days at most, without cold storage, or use another rule for long retention`;
  if ((end === undefined && isWhole) || (end ?? 0) > CONTINUOUS_DAYS_MAX) {
    const kept = end === undefined ? 'for ever' : `for ${end} days`;
    yield {
      id: 'continuous-retention',
      path: at,
      message: `Rule ${rule.name} keeps a continuous backup ${kept}`,
      suggestion,
    };
  }
  if (cold !== undefined) {
    const message = `Rule ${rule.name} moves a continuous backup to cold storage: AWS Backup refuses the plan`;
    yield { id: 'continuous-retention', path: at, message, suggestion };
  }
}

function* lintCopies(rule: EffectiveRule, { regions }: EffectivePlan, path: readonly string[]): Generator<PlanFinding> {
  for (const { destinationBackupVaultArn: target } of rule.copyActions) {
    const [, , , region = '', account = '', , vault = ''] = target.split(':');
    if (account !== '$account' || !regions.includes(region)) continue;
    const at = [...path, 'copy_actions', target.toLowerCase(), 'target_backup_vault_arn'];
    const here = `In ${region}, rule ${rule.name}`;
    const suggestion = 'Copy to another Region or account, or take the Region out of the plan';
    if (vault.toLowerCase() === rule.targetBackupVaultName.toLowerCase()) {
      yield { id: 'copy-to-itself', path: at, message: `${here} copies from vault ${vault} to itself`, suggestion };
    } else {
      yield {
        id: 'copy-within-region',
        path: at,
        message: `${here} copies to vault ${vault} of the same account`,
        suggestion,
      };
    }
  }
}

/** Undefined if the schedule cannot be read. */
function nextRuns(rule: EffectiveRule, now: Instant): readonly Instant[] | undefined {
  const reading = parseSchedule(rule.scheduleExpression ?? DEFAULT_SCHEDULE);
  return reading.ok ? nextOccurrences(reading.schedule, now, RUNS_COMPARED) : undefined;
}

function* lintTiming(
  rule: EffectiveRule,
  path: readonly string[],
  runs: readonly Instant[] | undefined,
): Generator<PlanFinding> {
  if (!runs) return;
  const at = [...path, 'schedule_expression'];
  if (runs.length === 0) {
    yield { id: 'schedule-never-fires', path: at, message: `${rule.scheduleExpression} has no run left` };
    return;
  }
  const { startWindowMinutes: start, completionWindowMinutes: complete } = rule;
  if (start !== undefined && complete !== undefined && complete <= start) {
    const message = `Rule ${rule.name} must be complete after ${complete} minutes but may start as late as ${start}`;
    yield { id: 'windows-too-short', path: [...path, 'complete_backup_window_minutes'], message };
  }
  const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? run));
  if (gaps.length === 0) return;
  const [shortest, longest] = [Math.min(...gaps), Math.max(...gaps)];
  if (complete !== undefined && complete * MINUTE_MS > shortest) {
    const message = `Rule ${rule.name} may run for ${duration(complete * MINUTE_MS)} and is due again after ${duration(shortest)}`;
    yield { id: 'windows-overlap', path: [...path, 'complete_backup_window_minutes'], message };
  }
  const end = rule.lifecycle?.deleteAfterDays;
  if (end !== undefined && rule.enableContinuousBackup !== true && end * DAY_MS < longest) {
    const message = `Rule ${rule.name} deletes after ${duration(end * DAY_MS)} and makes the next backup after up to ${duration(longest)}`;
    yield { id: 'retention-below-interval', path: [...path, 'lifecycle', 'delete_after_days'], message };
  }
}

function* lintSelection(selection: EffectiveSelection, planPath: readonly string[]): Generator<PlanFinding> {
  const group = selection.listOfTags.length > 0 ? 'tags' : 'resources';
  const path = [...planPath, 'selections', group, selection.name];
  const { stringEquals, stringNotEquals, stringLike, stringNotLike } = selection.conditions;
  const conditions = [stringEquals, stringNotEquals, stringLike, stringNotLike].flat().length;
  yield* nearLimit('near-condition-limit', conditions, CONDITIONS_MAX, [...path, 'conditions'], 'conditions');
  yield* nearLimit('near-condition-limit', selection.listOfTags.length, TAGS_MAX, [...path, 'tag_value'], 'tags');
}

function* rulesAtOnce(
  plan: EffectivePlan,
  path: readonly string[],
  runs: ReadonlyMap<EffectiveRule, readonly Instant[] | undefined>,
): Generator<PlanFinding> {
  if (plan.rules.length < 2) return;
  const taken = new Map<Instant, string>();
  const told = new Set<string>();
  for (const rule of plan.rules) {
    for (const at of runs.get(rule) ?? []) {
      const other = taken.get(at);
      taken.set(at, other ?? rule.name);
      if (other === undefined || other === rule.name || told.has(`${other} ${rule.name}`)) continue;
      told.add(`${other} ${rule.name}`);
      const message = `Rules ${other} and ${rule.name} of plan ${plan.name} start at the same time`;
      yield { id: 'same-rule-window', path: [...path, 'rules', rule.name, 'schedule_expression'], message };
    }
  }
}

export function* nearLimit(
  id: LintId,
  count: number,
  limit: number,
  path: readonly string[],
  what: string,
): Generator<PlanFinding> {
  if (count < limit * NEAR_LIMIT) return;
  yield { id, path, message: `${count} of at most ${limit} ${what}` };
}
