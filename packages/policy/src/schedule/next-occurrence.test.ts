import { isoTime, present } from '@holdfast/kernel';
import { Cron } from 'croner';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planScheduleFault } from './interval.ts';
import { nextOccurrence, nextOccurrences, occurrences } from './next-occurrence.ts';
import { parsePolicySchedule } from './parse-cron.ts';
import { InvalidSchedule } from './schedule.ts';
import { timeZone } from './zone.ts';

const AFTER = Date.parse('2026-09-13T07:40:34.434Z');

test.each<[expression: string, expected: string[]]>([
  ['0,59 7 ? * * *', ['2026-09-13T07:59', '2026-09-14T07:00']],
  ['0 20-22 ? * * *', ['2026-09-13T20:00', '2026-09-13T21:00']],
  ['0 22-1 ? * * *', ['2026-09-13T22:00', '2026-09-13T23:00']],
  ['0 5 31 * ? *', ['2026-10-31T05:00', '2026-12-31T05:00']],
  ['0 5 29 FEB ? *', ['2028-02-29T05:00', '2032-02-29T05:00']],
  ['0 5 L * ? *', ['2026-09-30T05:00', '2026-10-31T05:00']],
  ['0 5 L-30 * ? *', ['2026-10-01T05:00', '2026-12-01T05:00']],
  ['0 5 LW * ? *', ['2026-09-30T05:00', '2026-10-30T05:00']],
  ['0 5 1W * ? *', ['2026-10-01T05:00', '2026-11-02T05:00']],
  ['0 5 31W * ? *', ['2026-10-30T05:00', '2026-12-31T05:00']],
  ['0 5 31W JAN ? *', ['2027-01-29T05:00', '2028-01-31T05:00']],
  ['0 5 ? * L *', ['2026-09-19T05:00', '2026-09-26T05:00']],
  ['0 5 ? * 6L *', ['2026-09-25T05:00', '2026-10-30T05:00']],
  ['0 5 ? * SUN#5 *', ['2026-11-29T05:00', '2027-01-31T05:00']],
  ['0 5 ? * FRI-MON *', ['2026-09-14T05:00', '2026-09-18T05:00']],
  ['0 5/12 ? * * *', ['2026-09-13T17:00', '2026-09-14T05:00']],
  ['0 12/12 ? * * *', ['2026-09-13T12:00', '2026-09-14T12:00']],
  ['0 5 1 JAN ? 2030,2031', ['2030-01-01T05:00', '2031-01-01T05:00']],
  ['0 5 1 JAN ? 2030', ['2030-01-01T05:00']],
  ['0 5 31 FEB ? *', []],
  ['0 5 1 JAN ? 2025', []],
])('%s runs at %s', (expression, expected) => {
  const runs = nextOccurrences(`cron(${expression})`, AFTER, 2).map((at) => isoTime(at).slice(0, 16));
  expect(runs).toEqual(expected);
});

test('a run at the very moment asked about is past, one a millisecond later is next', () => {
  const five = Date.parse('2026-09-14T05:00:00Z');
  expect(nextOccurrence('0 5 ? * * *', five - 1)).toBe(five);
  expect(nextOccurrence('0 5 ? * * *', five)).toBe(Date.parse('2026-09-15T05:00:00Z'));
});

test.each<[rule: string, expression: string, zone: string, after: string, expected: string[]]>([
  [
    'a time that the clock skips in spring has no run that day',
    '30 2 ? * * *',
    'Europe/Berlin',
    '2026-03-28T00:00Z',
    ['2026-03-28T01:30Z', '2026-03-30T00:30Z'],
  ],
  [
    'a time that the clock shows twice has its run the first time',
    '30 2 ? * * *',
    'Europe/Berlin',
    '2026-10-25T00:00Z',
    ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
  ],
  [
    'between the two showings the run is past',
    '30 2 ? * * *',
    'Europe/Berlin',
    '2026-10-25T00:45Z',
    ['2026-10-26T01:30Z', '2026-10-27T01:30Z'],
  ],
  [
    'in the repeated hour nothing runs again',
    '0/30 * ? * * *',
    'Europe/Berlin',
    '2026-10-25T00:00Z',
    ['2026-10-25T00:30Z', '2026-10-25T02:00Z'],
  ],
  [
    'a clock that moves by half an hour',
    '15 2 ? * * *',
    'Australia/Lord_Howe',
    '2026-10-03T00:00Z',
    // 4 October: 02:00 becomes 02:30, so 02:15 is skipped.
    ['2026-10-04T15:15Z', '2026-10-05T15:15Z'],
  ],
  [
    'a day that the calendar of a zone left out',
    '0 5 30 DEC ? *',
    'Pacific/Apia',
    '2011-01-01T00:00Z',
    ['2012-12-29T15:00Z', '2013-12-29T15:00Z'],
  ],
])('zones: %s', (_rule, expression, zone, after, expected) => {
  const runs = nextOccurrences(expression, Date.parse(after), 2, zone);
  expect(runs).toEqual(expected.map((at) => Date.parse(at)));
});

test('unknown zones and schedules are refused, the one by name, the other with its fault', () => {
  expect(timeZone('Europe/Atlantis')).toBeUndefined();
  expect(() => nextOccurrence('0 5 ? * * *', AFTER, 'Europe/Atlantis')).toThrow(RangeError);
  expect(() => nextOccurrence('0 25 ? * * *', AFTER)).toThrow(InvalidSchedule);
});

test('a schedule that never runs again ends instead of searching', () => {
  expect([...occurrences('0 5 1 1 ? 2026', Date.UTC(2026, 0, 2))]).toEqual([]);
  expect([...occurrences('0 5 31 2 ? *', AFTER)]).toEqual([]);
});

test.each<[rule: string, expression: string, refused: boolean]>([
  ['an hour between runs is enough', '0 * ? * * *', false],
  ['less is not', '0,59 8 ? * * *', true],
  ['only the next two runs count', '0,59 7 ? * * *', false],
  ['an ended schedule is no fault of a plan', '0 5 1 1 ? 2020', false],
  ['bad fields are', '0 99 ? * * *', true],
])('plans: %s', (_rule, expression, refused) => {
  expect(planScheduleFault(expression, AFTER) !== undefined).toBe(refused);
});

test('an unknown zone is a fault of a plan', () => {
  expect(planScheduleFault('0 5 ? * * *', AFTER, 'Nowhere/Land')).toEqual({
    message: 'Unknown time zone Nowhere/Land',
  });
});

const MONTH_NAMES = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAY_NAMES = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const between = (min: number, max: number) => fc.integer({ min, max });
const range = (min: number, max: number) =>
  fc.tuple(between(min, max), between(min, max)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);

function plainField(min: number, max: number): fc.Arbitrary<string> {
  return fc.oneof(
    between(min, max).map(String),
    fc.uniqueArray(between(min, max), { minLength: 2, maxLength: 4 }).map((values) => values.join(',')),
    range(min, max),
    fc.tuple(between(min, max), between(1, max - min)).map(([from, step]) => `${from}/${step}`),
    fc.tuple(range(min, max), between(1, 5)).map(([values, step]) => `${values}/${step}`),
  );
}

/** [day of month, day of week] as AWS writes them. */
const dayFields = fc.oneof(
  fc
    .oneof(
      plainField(1, 31),
      fc.constantFrom('L', 'LW'),
      between(1, 31).map((day) => `${day}W`),
    )
    .map((day) => [day, '?']),
  fc
    .oneof(
      plainField(1, 7),
      fc.constantFrom(...DAY_NAMES),
      between(1, 7).map((day) => `${day}L`),
      fc.tuple(between(1, 7), between(1, 5)).map(([day, nth]) => `${day}#${nth}`),
    )
    .map((day) => ['?', day]),
);

const expressions = (hours: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.oneof(plainField(0, 59), fc.constant('*')),
      hours,
      dayFields,
      fc.oneof(plainField(1, 12), fc.constantFrom('*', ...MONTH_NAMES)),
      fc.oneof(fc.constant('*'), fc.constantFrom('2026-2040', '2027,2031', '2026/3')),
    )
    .map(([minutes, hour, [day = '?', dayOfWeek = '?'], month, year]) => [minutes, hour, day, month, dayOfWeek, year]);

/** croner's next runs: seconds in front, no `?`, `6#L` for `6L`. */
function oracle(fields: readonly string[], after: number, zone: string): number[] {
  const pattern = ['0', ...fields.map((field) => field.replace('?', '*').replace(/^(\d)L$/, '$1#L'))].join(' ');
  const cron = new Cron(pattern, { mode: '7-part', alternativeWeekdays: true, sloppyRanges: true, timezone: zone });
  return cron.nextRuns(4, new Date(after)).map((at) => at.getTime());
}

test('the next runs in UTC are those of croner', () => {
  fc.assert(
    fc.property(expressions(plainField(0, 23)), between(0, 1_000), (fields, days) => {
      const after = AFTER + days * 86_400_000;
      expect(nextOccurrences(fields.join(' '), after, 4)).toEqual(oracle(fields, after, 'UTC'));
    }),
    { numRuns: 300 },
  );
});

test('away from changes of the clock, the next runs in a zone are those of croner', () => {
  const zones = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
  fc.assert(
    fc.property(expressions(plainField(5, 23)), zones, (fields, zone) => {
      expect(nextOccurrences(fields.join(' '), AFTER, 4, zone)).toEqual(oracle(fields, AFTER, zone));
    }),
    { numRuns: 150 },
  );
});

test('whatever the text, reading a schedule gives a schedule or a fault', () => {
  const pieces = fc.array(
    fc.constantFrom('*', '?', '/', '-', ',', '#', 'L', 'W', '0', '1', '7', '31', 'MON', 'JAN', ' ', 'x'),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const reading = parsePolicySchedule(`cron(${parts.join('')})`);
      if (reading.ok) expect(nextOccurrences(reading.schedule, AFTER, 2).length).toBeLessThanOrEqual(2);
      else expect(reading.fault.message).not.toBe('');
    }),
    { numRuns: 1_000 },
  );
});

test('runs are strictly rising, also where the clock changes', () => {
  const zone = present(timeZone('Europe/Berlin'), 'Berlin');
  const runs = nextOccurrences('0/20 * ? * * *', Date.parse('2026-10-24T20:00Z'), 60, zone);
  for (const [index, run] of runs.entries()) expect(run).toBeGreaterThan(runs[index - 1] ?? 0);
});
