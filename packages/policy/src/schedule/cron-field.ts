/**
 * Reads one field of an AWS cron expression: a comma-separated list of values, ranges, steps and day markers.
 *
 * AWS accepts what the Quartz scheduler's parser accepts, its oddities included, and the recordings show them: the
 * rest of a token after a complete reading is ignored (`1-5W` is `1-5`), ranges wrap around (`20-2`, `NOV-FEB`), of a
 * list with `W` or `#` only the lowest value counts, `L` as a day of week is Saturday.
 * Source: recorded rules A.8; where they are silent, the behaviour of Quartz 2.3.
 */
import { type ScheduleFault, YEAR_MAX, YEAR_MIN } from './schedule.ts';

export type FieldName = NonNullable<ScheduleFault['field']>;

export interface Field {
  readonly values: ReadonlySet<number>;
  /** `?`: the other day field decides. */
  readonly unspecified: boolean;
  /** `W` after a day of month. */
  readonly nearestWeekday: boolean;
  /** `L` as day of month: days before the last one. */
  readonly beforeLast: number | undefined;
  /** `L` after a day of week. */
  readonly last: boolean;
  /** `#` after a day of week. */
  readonly nth: number | undefined;
}

/** Says in a few words what is wrong with a field. Caught in parse-cron.ts, never leaves this folder. */
export class FieldError extends Error {}

interface FieldRule {
  readonly min: number;
  readonly max: number;
  /** A larger step is refused. */
  readonly stepMax: number;
  readonly names: readonly string[];
  /** What a falling range wraps around at; a falling range of years is refused. */
  readonly wraps: boolean;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS_OF_WEEK = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const SATURDAY = 7;
const BEFORE_LAST_MAX = 30;

const RULES: Readonly<Record<FieldName, FieldRule>> = {
  minutes: { min: 0, max: 59, stepMax: 59, names: [], wraps: true },
  hours: { min: 0, max: 23, stepMax: 23, names: [], wraps: true },
  'day-of-month': { min: 1, max: 31, stepMax: 31, names: [], wraps: true },
  month: { min: 1, max: 12, stepMax: 12, names: MONTHS, wraps: true },
  'day-of-week': { min: 1, max: 7, stepMax: 7, names: DAYS_OF_WEEK, wraps: true },
  year: { min: YEAR_MIN, max: YEAR_MAX, stepMax: Number.POSITIVE_INFINITY, names: [], wraps: false },
};

/** @throws FieldError */
export function readField(name: FieldName, text: string): Field {
  refuseUnsupportedLists(name, text);
  const tokens = text.split(',').filter((token) => token !== '');
  const readings = tokens.map((token) => readToken(name, RULES[name], token));
  const field = readings.reduce<Field>(
    (all, one) => ({
      values: all.values.union(one.values),
      unspecified: all.unspecified || one.unspecified,
      nearestWeekday: all.nearestWeekday || one.nearestWeekday,
      beforeLast: one.beforeLast ?? all.beforeLast,
      last: all.last || one.last,
      nth: one.nth ?? all.nth,
    }),
    reading([]),
  );
  if (field.values.size === 0 && !field.unspecified && field.beforeLast === undefined) throw new FieldError('is empty');
  return field;
}

function refuseUnsupportedLists(name: FieldName, text: string): void {
  const isDay = name === 'day-of-month' || name === 'day-of-week';
  if (isDay && text.includes(',') && text.includes('L')) throw new FieldError('may not list L with other days');
  if (name === 'day-of-week' && text.indexOf('#') !== text.lastIndexOf('#')) throw new FieldError('takes one # only');
}

function reading(values: Iterable<number>, more: Partial<Omit<Field, 'values'>> = {}): Field {
  return {
    values: new Set(values),
    unspecified: false,
    nearestWeekday: false,
    beforeLast: undefined,
    last: false,
    nth: undefined,
    ...more,
  };
}

function readToken(name: FieldName, rule: FieldRule, token: string): Field {
  if (token.startsWith('?')) return readUnspecified(name, token);
  if (token.startsWith('*') || token.startsWith('/')) return readEvery(rule, token);
  if (/^(L|LW|L-\d*W?)$/.test(token)) return readLast(name, token);
  if (/^[A-Z]/.test(token)) return readName(name, rule, token);
  if (/^\d/.test(token)) return readNumber(name, rule, token);
  throw new FieldError(`does not know ${token}`);
}

function readUnspecified(name: FieldName, token: string): Field {
  if (name !== 'day-of-month' && name !== 'day-of-week') throw new FieldError('may not be ?');
  if (token.length > 2) throw new FieldError('has characters after ?');
  return reading([], { unspecified: true });
}

/** A star, a star or nothing with `/step`; anything else after the star is ignored. */
function readEvery(rule: FieldRule, token: string): Field {
  const rest = token.startsWith('*') ? token.slice(1) : token;
  if (!rest.startsWith('/')) return reading(steps(rule, rule.min, rule.max, 1));
  const step = readInteger(rest.slice(1), 'needs a number after /');
  refuseLargeStep(rule, step);
  return reading(steps(rule, rule.min, rule.max, Math.max(step, 1)));
}

function readLast(name: FieldName, token: string): Field {
  if (name === 'day-of-week') return reading([SATURDAY]);
  if (name !== 'day-of-month') throw new FieldError('may not be L');
  if (token === 'L-') throw new FieldError('needs a number after L-');
  const before = Number(/\d+/.exec(token)?.[0] ?? 0);
  if (before > BEFORE_LAST_MAX) throw new FieldError(`may go back ${BEFORE_LAST_MAX} days from L at most`);
  return reading([], { beforeLast: before, nearestWeekday: token.endsWith('W') });
}

/** A name, a range of names, or a day's name with `#` or `L`; the rest of the token is ignored. */
function readName(name: FieldName, rule: FieldRule, token: string): Field {
  const value = valueOfName(rule, token.slice(0, 3));
  const mark = token[3];
  if (mark === '-') return reading(steps(rule, value, valueOfName(rule, token.slice(4, 7)), 1));
  if (name === 'day-of-week' && mark === '#') return reading([value], { nth: readNth(token.slice(4)) });
  if (name === 'day-of-week' && mark === 'L') return reading([value], { last: true });
  return reading([value]);
}

function valueOfName(rule: FieldRule, name: string): number {
  const index = rule.names.indexOf(name);
  if (index === -1) throw new FieldError(`does not know ${name}`);
  return index + rule.min;
}

/** A number, a range, steps, or a number with `L`, `W` or `#`; the rest of the token is ignored. */
function readNumber(name: FieldName, rule: FieldRule, token: string): Field {
  const digits = /^\d+/.exec(token)?.[0] ?? '';
  const value = inRange(rule, Number(digits));
  const rest = token.slice(digits.length);
  switch (rest.charAt(0)) {
    case 'L':
      if (name !== 'day-of-week') throw new FieldError('may not have L after a number');
      return reading([value], { last: true });
    case 'W':
      if (name !== 'day-of-month') throw new FieldError('may not have W');
      return reading([value], { nearestWeekday: true });
    case '#':
      if (name !== 'day-of-week') throw new FieldError('may not have #');
      return reading([value], { nth: readNth(rest.slice(1)) });
    case '-':
      return reading(readRange(rule, value, rest));
    case '/':
      return reading(readSteps(rule, value, rest));
    default:
      return reading([value]);
  }
}

function readRange(rule: FieldRule, from: number, rest: string): Iterable<number> {
  const match = /^-(\d+)(?:(\/)(\d+)?)?/.exec(rest);
  if (!match) throw new FieldError('needs a number after -');
  const [, end, slash, step] = match;
  if (slash && step === undefined) throw new FieldError('needs a number after /');
  const to = Number(end);
  if (to > rule.max) throw new FieldError(`must lie between ${rule.min} and ${rule.max}`);
  if (step !== undefined && Number(step) === 0) return [from];
  return steps(rule, from, to, Number(step ?? 1));
}

function readSteps(rule: FieldRule, from: number, rest: string): Iterable<number> {
  // After a single digit nothing may follow, after several the rest is ignored: Quartz reads them on different ways.
  const step = /^\/(\d\d+|\d$)/.exec(rest)?.[1];
  if (step === undefined) throw new FieldError('needs a number after /');
  refuseLargeStep(rule, Number(step));
  return Number(step) === 0 ? [from] : steps(rule, from, rule.max, Number(step));
}

/** From `from` to `to` by `step`; past the maximum it goes on at the minimum if `to` lies below `from`. */
function* steps(rule: FieldRule, from: number, to: number, step: number): Generator<number> {
  const count = rule.max - rule.min + 1;
  if (to < from && !rule.wraps) throw new FieldError('may not fall');
  const end = to < from ? to + count : to;
  for (let value = from; value <= end; value += step) yield value > rule.max ? value - count : value;
}

function inRange(rule: FieldRule, value: number): number {
  if (value < rule.min || value > rule.max) throw new FieldError(`must lie between ${rule.min} and ${rule.max}`);
  return value;
}

function refuseLargeStep(rule: FieldRule, step: number): void {
  if (step > rule.stepMax) throw new FieldError(`may not step further than ${rule.stepMax}`);
}

function readNth(text: string): number {
  const nth = readInteger(text, 'needs a number from 1 to 5 after #');
  if (nth < 1 || nth > 5) throw new FieldError('needs a number from 1 to 5 after #');
  return nth;
}

function readInteger(text: string, complaint: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new FieldError(complaint);
  return Number(text);
}
