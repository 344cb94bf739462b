import { expect, test } from 'vitest';
import { parsePlanSchedule, parsePolicySchedule, parseSchedule } from './parse-cron.ts';

test.each([
  ['a field may list values, ranges and steps', '0,30 8-10,20-2 ? * * *'],
  ['the year may be missing', '0 5 ? * *'],
  ['whatever follows the sixth field is ignored', '0 5 1 * ? * garbage more'],
  ['spaces and tabs in any number part the fields', '  0 \t 5 ?  * * * '],
  ['names are known in any letter case', '0 5 ? jan mon *'],
  ['hours, months and days of week may wrap', '0 20-2 ? NOV-FEB FRI-MON *'],
  ['a step may follow a range, a number or nothing', '0/59 2-10/4 ? */2 /3 2030/2'],
  ['a step of zero counts as one value or one step', '5/0 */0 ? * * *'],
  ['days go back from the last', '0 5 L-30 * ? *'],
  ['L-3W is the weekday nearest to the third last', '0 5 L-3W * ? *'],
  ['L as day of week is Saturday, in every form', '0 5 ? * LW *'],
  ['a list may hold one # among plain days', '0 5 ? * MON#1,3 *'],
  ['the rest of a token after a complete reading is ignored', '0x 5 1-5W * ? *'],
  ['one character after ? is ignored', '0 5 ?x * 2 *'],
  ['empty places in a list are ignored', '0,,30 5 ? * * *'],
])('AWS accepts: %s', (_rule, fields) => {
  expect(parsePolicySchedule(`cron(${fields})`)).toMatchObject({ ok: true });
});

test.each<[rule: string, expression: string, field: string | undefined]>([
  ['rate', 'rate(1 day)', undefined],
  ['nothing', '', undefined],
  ['bare fields in a policy', '0 5 ? * * *', undefined],
  ['characters after the bracket', 'cron(0 5 ? * * *) ', undefined],
  ['a second bracket', 'cron(0 5 ? * * *))', undefined],
  ['four fields', 'cron(0 5 ? *)', undefined],
  ['both day fields', 'cron(* * * * * *)', undefined],
  ['neither day field', 'cron(0 5 ? * ? *)', undefined],
  ['minute 60', 'cron(60 5 ? * * *)', 'minutes'],
  ['a step over 59 minutes', 'cron(0/60 5 ? * * *)', 'minutes'],
  ['a step over 23 hours', 'cron(0 */24 ? * * *)', 'hours'],
  ['hour 24 at the end of a range', 'cron(0 20-24 ? * * *)', 'hours'],
  ['day 0', 'cron(0 5 0 * ? *)', 'day-of-month'],
  ['day 32', 'cron(0 5 32 * ? *)', 'day-of-month'],
  ['L in a list', 'cron(0 5 L,L * ? *)', 'day-of-month'],
  ['31 days before the last', 'cron(0 5 L-31 * ? *)', 'day-of-month'],
  ['no number after L-', 'cron(0 5 L- * ? *)', 'day-of-month'],
  ['a name of nothing', 'cron(0 5 ? FOO * *)', 'month'],
  ['half a name', 'cron(0 5 ? JA * *)', 'month'],
  ['a number after a name and -', 'cron(0 5 ? JAN-3 * *)', 'month'],
  ['a name where none is due', 'cron(0 MON ? * * *)', 'hours'],
  ['month 13', 'cron(0 5 ? 13 * *)', 'month'],
  ['L as a month', 'cron(0 5 ? L * *)', 'month'],
  ['? as an hour', 'cron(0 ? 1 * ? *)', 'hours'],
  ['two characters after ?', 'cron(0 5 ?xy * 2 *)', 'day-of-month'],
  ['day of week 0', 'cron(0 5 ? * 0 *)', 'day-of-week'],
  ['day of week 0 with L', 'cron(0 5 ? * 0L *)', 'day-of-week'],
  ['two days with L', 'cron(0 5 ? * 1L,2L *)', 'day-of-week'],
  ['two #', 'cron(0 5 ? * MON#2,TUE#3 *)', 'day-of-week'],
  ['#0', 'cron(0 5 ? * MON#0 *)', 'day-of-week'],
  ['#6', 'cron(0 5 ? * 2#6 *)', 'day-of-week'],
  ['characters after the number of #', 'cron(0 5 ? * MON#1/2 *)', 'day-of-week'],
  ['W as a day of week', 'cron(0 5 ? * 2W *)', 'day-of-week'],
  ['# as a day of month', 'cron(0 5 2#1 * ? *)', 'day-of-month'],
  ['no number after -', 'cron(0 5- ? * * *)', 'hours'],
  ['no number after /', 'cron(0 5/ ? * * *)', 'hours'],
  ['no number after a range and /', 'cron(0 5-8/ ? * * *)', 'hours'],
  ['an empty list', 'cron(, 5 ? * * *)', 'minutes'],
  ['a falling range of years', 'cron(0 5 ? * * 2035-2030)', 'year'],
  ['year 1969', 'cron(0 5 ? * * 1969)', 'year'],
  ['year 2200', 'cron(0 5 ? * * 2200)', 'year'],
])('AWS refuses: %s', (_rule, expression, field) => {
  const reading = parsePolicySchedule(expression);
  expect(reading).toMatchObject({ ok: false });
  expect(reading.ok ? undefined : reading.fault.field).toBe(field);
});

test.each([
  ['1-5W', { kind: 'days-of-month', days: new Set([1, 2, 3, 4, 5]) }],
  ['15W,1', { kind: 'nearest-weekday', day: 1 }],
  ['LW', { kind: 'end-of-month', before: 0, nearestWeekday: true }],
  ['L-W', { kind: 'end-of-month', before: 0, nearestWeekday: true }],
  ['L-3', { kind: 'end-of-month', before: 3, nearestWeekday: false }],
  ['*5', { kind: 'days-of-month', days: new Set(Array.from({ length: 31 }, (_, index) => index + 1)) }],
])('day of month %s is read as Quartz reads it', (field, days) => {
  expect(parsePolicySchedule(`cron(0 5 ${field} * ? *)`)).toMatchObject({ ok: true, schedule: { days } });
});

test.each([
  ['L', { kind: 'days-of-week', days: new Set([7]) }],
  ['6L', { kind: 'last-weekday', dayOfWeek: 6 }],
  ['MONL', { kind: 'last-weekday', dayOfWeek: 2 }],
  ['1-2L', { kind: 'days-of-week', days: new Set([1, 2]) }],
  ['1#1,2', { kind: 'nth-weekday', dayOfWeek: 1, nth: 1 }],
  ['1,2#1', { kind: 'nth-weekday', dayOfWeek: 1, nth: 1 }],
  ['FRI-MON', { kind: 'days-of-week', days: new Set([6, 7, 1, 2]) }],
  ['MON-FRI/2', { kind: 'days-of-week', days: new Set([2, 3, 4, 5, 6]) }],
  ['2-6/2', { kind: 'days-of-week', days: new Set([2, 4, 6]) }],
])('day of week %s is read as Quartz reads it', (field, days) => {
  expect(parsePolicySchedule(`cron(0 5 ? * ${field} *)`)).toMatchObject({ ok: true, schedule: { days } });
});

test('a plan takes the bare six fields and cron(…), but not five', () => {
  expect(parsePlanSchedule('0 5 ? * * *').ok).toBe(true);
  expect(parsePlanSchedule('cron(0 5 ? * * *)').ok).toBe(true);
  expect(parsePlanSchedule('0 5 ? * *').ok).toBe(false);
  expect(parsePlanSchedule('rate(1 day)').ok).toBe(false);
});

test('what was accepted as either form can be read again without knowing which', () => {
  expect(parseSchedule('0 5 ? * * *').ok).toBe(true);
  expect(parseSchedule('cron(0 5 ? * *)').ok).toBe(true);
  expect(parseSchedule('nonsense').ok).toBe(false);
});
