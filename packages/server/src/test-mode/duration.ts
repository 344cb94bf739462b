/**
 * ISO 8601 durations such as `P30D`, `PT12H` or `P1Y2M`, added to a moment by the UTC calendar.
 * Of a month that is too short the last day counts: January 31 and `P1M` make February 28 or 29.
 */
import type { Instant } from '@holdfast/kernel';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@holdfast/kernel';

const DURATION = /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const DAYS_IN_WEEK = 7;
const MONTHS_IN_YEAR = 12;

/** Undefined: the text is no duration, or leads beyond what dates can tell. */
export function addDuration(from: Instant, text: string): Instant | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const exactMs = (weeks * DAYS_IN_WEEK + days) * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
  const to = addMonths(from, years * MONTHS_IN_YEAR + months) + exactMs;
  return Number.isNaN(new Date(to).getTime()) ? undefined : to;
}

function addMonths(from: Instant, months: number): Instant {
  if (months === 0) return from;
  const date = new Date(from);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, lastDay));
  return date.getTime();
}
