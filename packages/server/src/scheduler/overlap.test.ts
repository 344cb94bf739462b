import { DAY_MS, HOUR_MS } from '@holdfast/kernel';
import { expect, test } from 'vitest';
import { completePlan } from '../plans/plan-document.ts';
import type { PlanRule } from '../store/tables/backup.ts';
import { due } from './due.ts';
import { supersededBy } from './overlap.ts';

const START = Date.parse('2030-01-01T00:00:00Z');

function rule(RuleName: string, schedule: string, windowHours: number, days?: number): PlanRule {
  const given = {
    RuleName,
    TargetBackupVaultName: 'vault',
    ScheduleExpression: `cron(${schedule})`,
    StartWindowMinutes: windowHours * 60,
    ...(days !== undefined && { Lifecycle: { DeleteAfterDays: days } }),
  };
  const [complete] = completePlan({ BackupPlanName: 'p', Rules: [given] }, (name) => name).Rules;
  return complete as PlanRule;
}

/** Names of rules by how often they back up on the second day. */
function backups(...rules: PlanRule[]): Record<string, number> {
  const standing = rules.map((one) => ({ rule: one, since: START - DAY_MS }));
  const day = START + DAY_MS;
  return Object.fromEntries(
    rules.map((one) => {
      const runs = due(one, day - 1, day + DAY_MS - 1).occurrences;
      return [one.RuleName, runs.filter(({ dueAt }) => !supersededBy(one, dueAt, standing)).length];
    }),
  );
}

test('AWS’s example: hourly for a day and twice a day for a week make 8 and 2 backups', () => {
  expect(backups(rule('hourly', '0 * ? * * *', 1, 1), rule('half-daily', '0 0/12 ? * * *', 8, 7))).toEqual({
    hourly: 8,
    'half-daily': 2,
  });
});

test('for ever is longer than any retention', () => {
  expect(backups(rule('days', '0 5 ? * * *', 1, 36_500), rule('ever', '0 5 ? * * *', 1))).toEqual({ days: 0, ever: 1 });
});

test('equal retention leaves nothing out', () => {
  expect(backups(rule('one', '0 5 ? * * *', 1, 7), rule('other', '0 5 ? * * *', 1, 7))).toEqual({ one: 1, other: 1 });
});

test('windows that only touch do not overlap', () => {
  expect(backups(rule('before', '0 4 ? * * *', 1, 1), rule('after', '0 5 ? * * *', 1, 7))).toEqual({
    before: 1,
    after: 1,
  });
});

test('a rule that is itself left out supersedes nothing', () => {
  const short = rule('short', '0 3 ? * * *', 2, 1);
  const middle = rule('middle', '0 4 ? * * *', 2, 7);
  const long = rule('long', '0 5 ? * * *', 1, 30);
  expect(backups(short, middle, long)).toEqual({ short: 1, middle: 0, long: 1 });
});

test('a rule supersedes nothing before it had its schedule', () => {
  const short = rule('short', '0 5 ? * * *', 1, 1);
  const long = rule('long', '0 0 ? * * *', 8, 7);
  const dueAt = START + 5 * HOUR_MS;
  const since = (at: number) => [
    { rule: short, since: START - DAY_MS },
    { rule: long, since: at },
  ];
  expect(supersededBy(short, dueAt, since(START - DAY_MS))?.RuleName).toBe('long');
  expect(supersededBy(short, dueAt, since(START + HOUR_MS))).toBeUndefined();
});
