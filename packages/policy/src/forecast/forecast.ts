/**
 * How many recovery points plans will have made and kept, day by day, from schedules and lifecycles alone.
 *
 * Counts are for one protected resource in one Region, from an empty vault on: how many resources a selection finds is
 * not known here, multiply. A rule with overlapping start windows of others is counted as if it ran alone, jobs that
 * fail are not foreseen, deletion is taken to happen on time.
 * Source: spec backup 3.5, 6.3, 8.4.
 */
import { DAY_MS, type Instant } from '@holdfast/kernel';
import type { OrganizationEvaluation } from '../organization/evaluate-organization.ts';
import type { EffectivePlan, EffectiveRule, Lifecycle } from '../plans/effective-plan.ts';
import { plansOf } from '../plans/plans-of.ts';
import { runTimes } from './calendar.ts';

export const FORECAST_DAYS = 365;

export interface Forecast {
  readonly from: Instant;
  readonly days: number;
  /** One for each different plan, with the accounts that have it; accounts without a valid policy are in none. */
  readonly plans: readonly (PlanForecast & { readonly accountIds: readonly string[] })[];
  /** Accounts whose effective policy is invalid: what stays in force there is not known. */
  readonly invalidAccounts: readonly string[];
}

export interface PlanForecast {
  readonly plan: string;
  readonly regions: readonly string[];
  readonly rules: readonly RuleForecast[];
  /** Runs of all rules in the whole time. */
  readonly runs: number;
  /** Recovery points of all rules and their copies at the end of each day. */
  readonly kept: readonly number[];
}

export interface RuleForecast {
  readonly rule: string;
  /** In the whole time. */
  readonly runs: number;
  /** By day. */
  readonly runsPerDay: readonly number[];
  /** Recovery points in the rule's vault at the end of each day; of a continuous rule it is the one it has. */
  readonly kept: readonly number[];
  /** Of `kept`, those in cold storage. */
  readonly cold: readonly number[];
  readonly copies: readonly CopyForecast[];
}

export interface CopyForecast {
  readonly destinationBackupVaultArn: string;
  readonly kept: readonly number[];
  readonly cold: readonly number[];
}

export interface ForecastOptions {
  readonly from: Instant;
  /** Default: 365. */
  readonly days?: number;
}

/** Of every account of an organization; accounts with the same plan share its forecast. */
export function forecast(
  evaluation: OrganizationEvaluation,
  { from, days = FORECAST_DAYS }: ForecastOptions,
): Forecast {
  const accountsOf = new Map<string, { readonly plan: EffectivePlan; readonly accountIds: string[] }>();
  const invalidAccounts: string[] = [];
  const byPolicy = Map.groupBy(evaluation.accountIds, (id) => evaluation.policyOf(id));
  for (const [policy, accountIds] of byPolicy) {
    if (!policy) continue;
    if (policy.errors.length > 0) invalidAccounts.push(...accountIds);
    for (const plan of policy.errors.length > 0 ? [] : plansOf(policy.document)) {
      const key = keyOf(plan);
      const known = accountsOf.get(key);
      if (known) known.accountIds.push(...accountIds);
      else accountsOf.set(key, { plan, accountIds: [...accountIds] });
    }
  }
  const plans = [...accountsOf.values()].map(({ plan, accountIds }) => ({
    ...forecastPlan(plan, from, days),
    accountIds,
  }));
  return { from, days, plans, invalidAccounts };
}

/** All that a forecast depends on. */
function keyOf({ name, regions, rules }: EffectivePlan): string {
  return JSON.stringify([
    name,
    regions,
    rules.map((rule) => [
      rule.name,
      rule.scheduleExpression,
      rule.enableContinuousBackup,
      rule.lifecycle,
      rule.copyActions,
    ]),
  ]);
}

export function forecastPlan(plan: EffectivePlan, from: Instant, days: number = FORECAST_DAYS): PlanForecast {
  const rules = plan.rules.map((rule) => forecastRule(rule, from, days));
  const kept = Array.from({ length: days }, (_, day) =>
    rules.reduce(
      (sum, rule) => sum + (rule.kept[day] ?? 0) + rule.copies.reduce((all, copy) => all + (copy.kept[day] ?? 0), 0),
      0,
    ),
  );
  return { plan: plan.name, regions: plan.regions, rules, runs: rules.reduce((sum, { runs }) => sum + runs, 0), kept };
}

function forecastRule(rule: EffectiveRule, from: Instant, days: number): RuleForecast {
  const runs = [...runTimes(rule.scheduleExpression, from, from + days * DAY_MS)];
  const runsPerDay = Array.from({ length: days }, () => 0);
  for (const at of runs) {
    const day = dayOf(at, from);
    runsPerDay[day] = (runsPerDay[day] ?? 0) + 1;
  }
  const points = rule.enableContinuousBackup === true ? runs.slice(0, 1) : runs;
  // What a continuous backup can go back to moves on with it: it is one point that does not end.
  const lifecycle = rule.enableContinuousBackup === true ? undefined : rule.lifecycle;
  return {
    rule: rule.name,
    runs: runs.length,
    runsPerDay,
    ...keptOf(points, lifecycle, from, days),
    copies: rule.copyActions.map((copy) => ({
      destinationBackupVaultArn: copy.destinationBackupVaultArn,
      ...keptOf(runs, copy.lifecycle ?? rule.lifecycle, from, days),
    })),
  };
}

function keptOf(
  points: readonly Instant[],
  lifecycle: Lifecycle | undefined,
  from: Instant,
  days: number,
): { readonly kept: readonly number[]; readonly cold: readonly number[] } {
  const { deleteAfterDays, moveToColdStorageAfterDays } = lifecycle ?? {};
  const endOf = (at: Instant, after: number | undefined) =>
    after === undefined ? days : Math.min(days, dayOf(at + after * DAY_MS, from));
  const kept = changesOver(days);
  const cold = changesOver(days);
  for (const at of points) {
    const end = endOf(at, deleteAfterDays);
    kept.add(dayOf(at, from), end);
    cold.add(endOf(at, moveToColdStorageAfterDays), end);
  }
  return { kept: kept.sums(), cold: cold.sums() };
}

/** The day, counted from 0, in which a moment after `from` lies; a day ends with its last moment. */
function dayOf(at: Instant, from: Instant): number {
  return Math.ceil((at - from) / DAY_MS) - 1;
}

/** Counts things that are there from one day to before another, in one pass over the days. */
function changesOver(days: number): { add(first: number, end: number): void; sums(): readonly number[] } {
  const changes = Array.from({ length: days + 1 }, () => 0);
  return {
    add: (first, end) => {
      if (first >= end) return;
      changes[first] = (changes[first] ?? 0) + 1;
      changes[end] = (changes[end] ?? 0) - 1;
    },
    sums: () => {
      let sum = 0;
      return changes.slice(0, days).map((change) => {
        sum += change;
        return sum;
      });
    },
  };
}
