/**
 * How often a schedule runs, measured: two schedules are compared by their runs and not by their spelling.
 */
import { DAY_MS, HOUR_MS, type Instant } from '@holdfast/kernel';
import { DEFAULT_SCHEDULE } from '../forecast/calendar.ts';
import { nextOccurrences } from '../schedule/next-occurrence.ts';
import { parseSchedule } from '../schedule/parse-cron.ts';

export interface Cadence {
  /** `daily`, `every 12 hours`, `never again`. */
  readonly words: string;
  /** The longest time between two of the next runs: what may be lost. Infinite with fewer than two left. */
  readonly longestGapMs: number;
  /** Of the next runs, on average. */
  readonly averageGapMs: number;
}

/** Enough to see a month's irregularities at one run each day, and a week's at one each hour. */
const RUNS_LOOKED_AT = 170;

const NAMED: readonly (readonly [gapMs: number, toleranceMs: number, words: string])[] = [
  [HOUR_MS, 0, 'hourly'],
  [DAY_MS, 0, 'daily'],
  [7 * DAY_MS, 0, 'weekly'],
  [30.4 * DAY_MS, 2 * DAY_MS, 'monthly'],
  [91.3 * DAY_MS, 3 * DAY_MS, 'quarterly'],
  [365.25 * DAY_MS, 2 * DAY_MS, 'yearly'],
];

/** Of AWS Backup's default schedule if there is none. Undefined if the text is no schedule. */
export function cadenceOf(schedule: string | undefined, now: Instant): Cadence | undefined {
  const reading = parseSchedule(schedule ?? DEFAULT_SCHEDULE);
  if (!reading.ok) return undefined;
  const runs = nextOccurrences(reading.schedule, now, RUNS_LOOKED_AT);
  const gaps = runs.slice(1).map((at, index) => at - (runs[index] ?? at));
  if (gaps.length === 0) {
    const never = Number.POSITIVE_INFINITY;
    return { words: runs.length === 0 ? 'never again' : 'once more', longestGapMs: never, averageGapMs: never };
  }
  const longestGapMs = Math.max(...gaps);
  const averageGapMs = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  return { words: wordsOf(gaps, longestGapMs, averageGapMs), longestGapMs, averageGapMs };
}

function wordsOf(gaps: readonly number[], longestGapMs: number, averageGapMs: number): string {
  for (const [gapMs, toleranceMs, words] of NAMED) {
    if (gaps.every((gap) => Math.abs(gap - gapMs) <= toleranceMs)) return words;
  }
  const regular = gaps.every((gap) => gap === longestGapMs);
  return regular ? `every ${duration(longestGapMs)}` : `every ${duration(averageGapMs)} on average`;
}

export function duration(ms: number): string {
  const days = ms / DAY_MS;
  if (days >= 1) return counted(Math.round(days * 10) / 10, 'day');
  return counted(Math.round((ms / HOUR_MS) * 10) / 10, 'hour');
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
