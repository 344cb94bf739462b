/**
 * How far apart a schedule's runs must lie.
 *
 * AWS looks at the next two runs after the request and at nothing later: `0,59 7` passes at 07:40 and not at 06:40.
 * Source: recorded rules A.9, A.10.2; spec backup 3.3.
 */
import { DAY_MS, HOUR_MS, type Instant } from '@holdfast/kernel';
import { nextOccurrences } from './next-occurrence.ts';
import { parsePlanSchedule } from './parse-cron.ts';
import type { Schedule, ScheduleFault } from './schedule.ts';
import { timeZone } from './zone.ts';

/** Of any rule. */
export const INTERVAL_MIN_MS = HOUR_MS;
/** Of a rule that moves recovery points to archive storage. */
export const ARCHIVE_INTERVAL_MIN_MS = 28 * DAY_MS;

/** The distance of the next two runs in UTC; undefined if fewer than two are left. */
export function nextInterval(schedule: Schedule, now: Instant): number | undefined {
  const [first, second] = nextOccurrences(schedule, now, 2);
  return first === undefined || second === undefined ? undefined : second - first;
}

/**
 * What is wrong with a backup plan's schedule at `now`; undefined if nothing is. A schedule that has ended is
 * accepted.
 */
export function planScheduleFault(expression: string, now: Instant, zoneName = 'UTC'): ScheduleFault | undefined {
  const reading = parsePlanSchedule(expression);
  if (!reading.ok) return reading.fault;
  const zone = timeZone(zoneName);
  if (!zone) return { message: `Unknown time zone ${zoneName}` };
  const [first, second] = nextOccurrences(reading.schedule, now, 2, zone);
  if (first !== undefined && second !== undefined && second - first < INTERVAL_MIN_MS) {
    return { message: 'Runs must be at least one hour apart' };
  }
  return undefined;
}
