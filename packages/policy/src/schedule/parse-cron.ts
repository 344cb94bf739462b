/**
 * Reads AWS cron expressions: minutes, hours, day of month, month, day of week, year.
 *
 * A backup policy writes `cron(…)` and may leave the year out; tokens after the sixth field are ignored there.
 * A backup plan may also give the bare fields, and needs all six. `rate(…)` is neither's.
 * Not here: when it runs (next-occurrence.ts), how often it may (interval.ts).
 * Source: recorded rules A.8, spec backup 3.3.
 */
import { type Field, FieldError, type FieldName, readField } from './cron-field.ts';
import { type DayRule, type ScheduleReading, YEAR_MAX, YEAR_MIN } from './schedule.ts';

const FIELDS: readonly FieldName[] = ['minutes', 'hours', 'day-of-month', 'month', 'day-of-week', 'year'];
const CRON = /^cron\(([^)]*)\)$/;

/** The schedule of a backup policy's rule. */
export function parsePolicySchedule(expression: string): ScheduleReading {
  const fields = CRON.exec(expression)?.[1];
  if (fields === undefined)
    return failed('A schedule is written cron(minutes hours day-of-month month day-of-week year)');
  return readFields(expression, fields);
}

/** The schedule of a backup plan's rule: `cron(…)` or the bare six fields. */
export function parsePlanSchedule(expression: string): ScheduleReading {
  const fields = CRON.exec(expression)?.[1] ?? expression;
  if (words(fields).length !== FIELDS.length) {
    return failed('A schedule has six fields: minutes hours day-of-month month day-of-week year');
  }
  return readFields(expression, fields);
}

/** Either of the two forms, as lenient as both together: for expressions that were checked when they came in. */
export function parseSchedule(expression: string): ScheduleReading {
  return readFields(expression, CRON.exec(expression)?.[1] ?? expression);
}

/** The same few expressions stand in thousands of rules and are asked for again at each check. */
const KNOWN = new Map<string, ScheduleReading>();
const KNOWN_MAX = 1_000;

function readFields(expression: string, text: string): ScheduleReading {
  let reading = KNOWN.get(expression);
  if (!reading) {
    if (KNOWN.size >= KNOWN_MAX) KNOWN.clear();
    reading = readingOf(expression, text);
    KNOWN.set(expression, reading);
  }
  return reading;
}

function readingOf(expression: string, text: string): ScheduleReading {
  const given = words(text.toUpperCase());
  if (given.length < FIELDS.length - 1) return failed('A schedule needs at least five fields');
  const fields = new Map<FieldName, Field>();
  for (const [index, name] of FIELDS.entries()) {
    try {
      fields.set(name, readField(name, given[index] ?? '*'));
    } catch (error) {
      if (error instanceof FieldError) return failed(`The field ${name} ${error.message}`, name);
      throw error;
    }
  }
  const days = dayRule(fields.get('day-of-month'), fields.get('day-of-week'));
  if (!days) return failed('Exactly one of day-of-month and day-of-week must be ?');
  const sorted = (name: FieldName) => [...(fields.get(name)?.values ?? [])].toSorted((a, b) => a - b);
  const schedule = {
    expression,
    minutes: sorted('minutes'),
    hours: sorted('hours'),
    months: sorted('month'),
    years: given.length < FIELDS.length ? everyYear : sorted('year'),
    days,
  };
  return { ok: true, schedule };
}

const everyYear: readonly number[] = Array.from({ length: YEAR_MAX - YEAR_MIN + 1 }, (_, index) => YEAR_MIN + index);

function words(text: string): readonly string[] {
  return text.split(/[ \t]+/).filter((word) => word !== '');
}

function dayRule(ofMonth: Field | undefined, ofWeek: Field | undefined): DayRule | undefined {
  if (!ofMonth || !ofWeek || ofMonth.unspecified === ofWeek.unspecified) return undefined;
  if (ofWeek.unspecified) {
    if (ofMonth.beforeLast !== undefined) {
      return { kind: 'end-of-month', before: ofMonth.beforeLast, nearestWeekday: ofMonth.nearestWeekday };
    }
    if (ofMonth.nearestWeekday) return { kind: 'nearest-weekday', day: Math.min(...ofMonth.values) };
    return { kind: 'days-of-month', days: ofMonth.values };
  }
  const lowest = Math.min(...ofWeek.values);
  if (ofWeek.nth !== undefined) return { kind: 'nth-weekday', dayOfWeek: lowest, nth: ofWeek.nth };
  if (ofWeek.last) return { kind: 'last-weekday', dayOfWeek: lowest };
  return { kind: 'days-of-week', days: ofWeek.values };
}

function failed(message: string, field?: FieldName): ScheduleReading {
  return { ok: false, fault: { message, ...(field === undefined ? {} : { field }) } };
}
