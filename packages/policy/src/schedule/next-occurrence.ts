/**
 * When a schedule runs.
 *
 * Occurrences are whole minutes of the zone's clock. A wall time that the clock skips in spring has no run; one that
 * it shows twice in autumn has one, at its first showing.
 * Source: recorded rules A.9, spec backup 3.3.
 */
import { type Instant, MINUTE_MS } from '@holdfast/kernel';
import { daysOfMonth } from './days-of-month.ts';
import { parseSchedule } from './parse-cron.ts';
import { InvalidSchedule, type Schedule } from './schedule.ts';
import { timeZone, UTC, type Zone } from './zone.ts';

/**
 * All runs strictly after `after`, in order, lazily; ends when the schedule has no more years.
 *
 * @throws InvalidSchedule if a text is no schedule
 * @throws RangeError if the zone is unknown
 */
export function* occurrences(
  schedule: Schedule | string,
  after: Instant,
  zone: Zone | string = UTC,
): Generator<Instant, undefined> {
  const parsed = typeof schedule === 'string' ? parsedOrThrow(schedule) : schedule;
  const clock = typeof zone === 'string' ? zoneOrThrow(zone) : zone;
  for (const wallTime of wallTimes(parsed, clock.wallTimeAt(after))) {
    const at = clock.instantOf(wallTime);
    if (at !== undefined && at > after) yield at;
  }
}

/** The first run strictly after `after`; undefined if there is none before the year 2200. Errors as `occurrences`. */
export function nextOccurrence(
  schedule: Schedule | string,
  after: Instant,
  zone: Zone | string = UTC,
): Instant | undefined {
  return occurrences(schedule, after, zone).next().value;
}

/** The first `count` runs strictly after `after`; fewer if the schedule ends. Errors as `occurrences`. */
export function nextOccurrences(
  schedule: Schedule | string,
  after: Instant,
  count: number,
  zone: Zone | string = UTC,
): readonly Instant[] {
  return [...occurrences(schedule, after, zone).take(count)];
}

/** Wall times from the minute of `from` on. */
function* wallTimes(schedule: Schedule, from: Instant): Generator<Instant> {
  const start = new Date(from);
  const firstYear = start.getUTCFullYear();
  const firstDay = Date.UTC(firstYear, start.getUTCMonth(), start.getUTCDate());
  const firstMinute = from - (from % MINUTE_MS);
  for (const year of schedule.years) {
    if (year < firstYear) continue;
    for (const month of schedule.months) {
      if (year === firstYear && month <= start.getUTCMonth()) continue;
      for (const day of daysOfMonth(schedule.days, year, month)) {
        const midnight = Date.UTC(year, month - 1, day);
        if (midnight < firstDay) continue;
        for (const hour of schedule.hours) {
          for (const minute of schedule.minutes) {
            const wallTime = midnight + (hour * 60 + minute) * MINUTE_MS;
            if (wallTime >= firstMinute) yield wallTime;
          }
        }
      }
    }
  }
}

function parsedOrThrow(expression: string): Schedule {
  const reading = parseSchedule(expression);
  if (!reading.ok) throw new InvalidSchedule(expression, reading.fault);
  return reading.schedule;
}

function zoneOrThrow(name: string): Zone {
  const zone = timeZone(name);
  if (!zone) throw new RangeError(`Unknown time zone ${name}`);
  return zone;
}
