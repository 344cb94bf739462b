import { DAY_MS, HOUR_MS, MINUTE_MS } from '@holdfast/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completePlan } from '../plans/plan-document.ts';
import type { PlanRule } from '../store/tables/backup.ts';
import { due, OCCURRENCES_AT_ONCE } from './due.ts';

const START = Date.parse('2030-03-30T00:00:00Z');

function ruleOf(ScheduleExpression: string, ScheduleExpressionTimezone = 'UTC', StartWindowMinutes = 60): PlanRule {
  const given = {
    RuleName: 'r',
    TargetBackupVaultName: 'v',
    ScheduleExpression,
    ScheduleExpressionTimezone,
    StartWindowMinutes,
  };
  return completePlan({ BackupPlanName: 'p', Rules: [given] }, () => 'id').Rules[0] as PlanRule;
}

/** All occurrences in [from, until], however many calls it takes. */
function all(rule: PlanRule, from: number, until: number): number[] {
  const found: number[] = [];
  let doneUntil = from - 1;
  for (;;) {
    const { occurrences, doneUntil: done } = due(rule, doneUntil, until);
    if (occurrences.length === 0) return found;
    found.push(...occurrences.map((one) => one.dueAt));
    doneUntil = done;
  }
}

test('an occurrence is due from its minute on, and missed once its start window has passed', () => {
  const rule = ruleOf('cron(0 5 ? * * *)');
  const five = START + 5 * HOUR_MS;
  expect(due(rule, START, five - 1)).toEqual({ occurrences: [], doneUntil: START, nextAt: five });
  const next = five + DAY_MS;
  const taken = (missed: boolean) => ({ occurrences: [{ dueAt: five, missed }], doneUntil: five, nextAt: next });
  expect(due(rule, START, five)).toEqual(taken(false));
  expect(due(rule, START, five + 60 * MINUTE_MS)).toEqual(taken(false));
  expect(due(rule, START, five + 60 * MINUTE_MS + 1)).toEqual(taken(true));
});

test('a clock that steps back makes nothing due again', () => {
  const rule = ruleOf('cron(0 * ? * * *)');
  const { doneUntil } = due(rule, START, START + 3 * HOUR_MS);
  expect(due(rule, doneUntil, START + HOUR_MS).occurrences).toEqual([]);
});

test('a rule whose years are over is never due again', () => {
  const rule = ruleOf('cron(0 5 1 1 ? 2030)');
  expect(due(rule, START, START + 400 * DAY_MS)).toEqual({ occurrences: [], doneUntil: START, nextAt: undefined });
});

test('a long pause is worked off in bounded steps that leave nothing out', () => {
  const rule = ruleOf('cron(0 * ? * * *)');
  const first = due(rule, START - 1, START + 100 * DAY_MS);
  expect(first.occurrences).toHaveLength(OCCURRENCES_AT_ONCE);
  expect(first.nextAt).toBe(START + OCCURRENCES_AT_ONCE * HOUR_MS);
  expect(all(rule, START, START + 100 * DAY_MS - 1)).toEqual(
    Array.from({ length: 2_400 }, (_, at) => START + at * HOUR_MS),
  );
});

test('the night of the spring change has no run at the skipped hour, that of autumn one at the repeated', () => {
  const rule = ruleOf('cron(30 2 ? * * *)', 'Europe/Berlin');
  const days = (from: string, until: string) =>
    all(rule, Date.parse(from), Date.parse(until)).map((at) => new Date(at).toISOString());
  expect(days('2030-03-30T00:00:00Z', '2030-04-01T12:00:00Z')).toEqual([
    '2030-03-30T01:30:00.000Z',
    '2030-04-01T00:30:00.000Z',
  ]);
  expect(days('2030-10-27T00:00:00Z', '2030-10-27T12:00:00Z')).toEqual(['2030-10-27T00:30:00.000Z']);
});

test('however the looks are spread, the same occurrences come out, each once', () => {
  const rule = ruleOf('cron(0 0/6 ? * * *)', 'America/New_York', 120);
  const looks = fc.array(fc.integer({ min: 0, max: 10 * DAY_MS }), { minLength: 1, maxLength: 30 });
  const expected = all(rule, START, START + 10 * DAY_MS);
  fc.assert(
    fc.property(looks, (offsets) => {
      let doneUntil = START - 1;
      const found: number[] = [];
      for (const offset of [...offsets, 10 * DAY_MS]) {
        const step = due(rule, doneUntil, START + offset);
        found.push(...step.occurrences.map((one) => one.dueAt));
        doneUntil = step.doneUntil;
      }
      expect(found).toEqual(expected);
    }),
  );
});
