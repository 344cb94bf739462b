import { DAY_MS, HOUR_MS } from '@holdfast/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluateOrganization } from '../organization/evaluate-organization.ts';
import type { EffectivePlan } from '../plans/effective-plan.ts';
import { plansOf } from '../plans/plans-of.ts';
import { effectiveOf } from '../testing/documents.ts';
import { accountId, backupPolicy, organization } from '../testing/organizations.ts';
import { calendarOf, runsOf } from './calendar.ts';
import { forecast, forecastPlan } from './forecast.ts';

const FROM = Date.UTC(2026, 0, 1);

function plan(rule: Record<string, unknown>): EffectivePlan {
  const rules = { r: { target_backup_vault_name: 'v', ...rule } };
  const [one] = plansOf(effectiveOf({ plans: { p: { regions: ['us-east-1', 'eu-west-1'], rules } } }));
  if (!one) throw new Error('no plan');
  return one;
}

const DAILY = { schedule_expression: 'cron(0 5 ? * * *)' };

test('a run tells its local time, its offset and the Regions in which it happens', () => {
  expect(runsOf(plan(DAILY), Date.UTC(2026, 6, 1), 1, 'Europe/Berlin')).toEqual([
    {
      plan: 'p',
      rule: 'r',
      regions: ['us-east-1', 'eu-west-1'],
      at: Date.UTC(2026, 6, 1, 5),
      local: '2026-07-01T07:00',
      offset: '+02:00',
      clockChange: undefined,
    },
  ]);
});

test.each([
  [
    'summer time begins',
    Date.UTC(2026, 2, 28),
    '06:00',
    '07:00',
    'forward',
    Date.UTC(2026, 2, 29, 1),
    '+01:00',
    '+02:00',
  ],
  ['summer time ends', Date.UTC(2026, 9, 24), '07:00', '06:00', 'back', Date.UTC(2026, 9, 25, 1), '+02:00', '+01:00'],
] as const)(
  'where %s the run stays in UTC and the change is named',
  (_what, from, first, second, direction, at, was, is) => {
    const { runs, clockChanges } = calendarOf([plan(DAILY)], from, 3, 'Europe/Berlin');
    expect(clockChanges).toEqual([{ at, from: was, to: is, direction }]);
    expect(runs.map(({ local }) => local.slice(-5))).toEqual([first, second, second]);
    expect(runs.map(({ clockChange }) => clockChange?.direction)).toEqual([undefined, direction, undefined]);
  },
);

test('runs of several plans come by time; without a schedule AWS Backup’s own holds', () => {
  const { runs } = calendarOf([plan({ schedule_expression: 'cron(0 9 ? * * *)' }), plan({})], FROM, 1);
  expect(runs.map(({ at }) => (at - FROM) / HOUR_MS)).toEqual([5, 9]);
});

test('an unknown zone is refused, a schedule that cannot be read has no runs', () => {
  expect(() => calendarOf([], FROM, 1, 'Nowhere/Land')).toThrow(RangeError);
  expect(runsOf(plan({ schedule_expression: 'rate(1 day)' }), FROM, 10)).toEqual([]);
});

test('a daily rule kept for 7 days has 7 points from the seventh day on', () => {
  const { rules, kept, runs } = forecastPlan(plan({ ...DAILY, lifecycle: { delete_after_days: '7' } }), FROM, 10);
  expect(rules[0]?.runsPerDay).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
  expect(kept).toEqual([1, 2, 3, 4, 5, 6, 7, 7, 7, 7]);
  expect(runs).toBe(10);
});

test('points move to cold storage before they go, copies have lifecycles of their own or the rule’s', () => {
  const lifecycle = { delete_after_days: '4', move_to_cold_storage_after_days: '2' };
  const copies = {
    a: { target_backup_vault_arn: 'arn:a' },
    b: { target_backup_vault_arn: 'arn:b', lifecycle: { delete_after_days: '2' } },
  };
  const [rule] = forecastPlan(plan({ ...DAILY, lifecycle, copy_actions: copies }), FROM, 6).rules;
  expect(rule?.kept).toEqual([1, 2, 3, 4, 4, 4]);
  expect(rule?.cold).toEqual([0, 0, 1, 2, 2, 2]);
  expect(rule?.copies.map(({ kept }) => kept)).toEqual([
    [1, 2, 3, 4, 4, 4],
    [1, 2, 2, 2, 2, 2],
  ]);
});

test('a continuous backup is one point that stays', () => {
  const rule = { ...DAILY, enable_continuous_backup: 'true', lifecycle: { delete_after_days: '3' } };
  expect(forecastPlan(plan(rule), FROM, 6).kept).toEqual([1, 1, 1, 1, 1, 1]);
});

test('what is kept on a day is what was made in the days before and not yet deleted', () => {
  const schedules = fc.constantFrom(
    'cron(0 5 ? * * *)',
    'cron(30 2,14 ? * * *)',
    'cron(0 0 ? * SUN *)',
    'cron(0 12 1 * ? *)',
  );
  fc.assert(
    fc.property(schedules, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 120 }), (schedule, end, days) => {
      const one = plan({ schedule_expression: schedule, lifecycle: { delete_after_days: String(end) } });
      const [rule] = forecastPlan(one, FROM, days).rules;
      const runs = runsOf(one, FROM, days).map(({ at }) => at);
      for (let day = 0; day < days; day++) {
        const endOfDay = FROM + (day + 1) * DAY_MS;
        const there = runs.filter((at) => at <= endOfDay && at + end * DAY_MS > endOfDay);
        expect(rule?.kept[day]).toBe(there.length);
      }
    }),
    { numRuns: 60 },
  );
});

test('accounts with the same plan share a forecast; what is invalid is named and not forecast', () => {
  const snapshot = organization({
    units: { a: 'root' },
    accounts: { 1: 'root', 2: 'root', 3: 'a' },
    policies: { p: backupPolicy(), q: { plans: { gold: { regions: { '@@remove': ['us-east-1'] } } } } },
    attached: { root: ['p'], a: ['q'] },
  });
  const result = forecast(evaluateOrganization(snapshot, 'BACKUP_POLICY', FROM), { from: FROM, days: 3 });
  expect(result.plans.map(({ plan: name, accountIds, kept }) => ({ name, accountIds, kept }))).toEqual([
    { name: 'gold', accountIds: [accountId(1), accountId(2)], kept: [1, 2, 3] },
  ]);
  expect(result.invalidAccounts).toEqual([accountId(3)]);
});
