/**
 * When the rules of plans run in the days to come.
 *
 * Schedules of backup policies are in UTC; a zone only shows them. Where that zone's clock changes, the run stays where
 * it is and its local time moves: that is named.
 */
import { DAY_MS, type Instant, isoTime, MINUTE_MS } from '@holdfast/kernel';
import type { EffectivePlan } from '../plans/effective-plan.ts';
import { occurrences } from '../schedule/next-occurrence.ts';
import { parseSchedule } from '../schedule/parse-cron.ts';
import { timeZone, UTC, type Zone } from '../schedule/zone.ts';

export interface Calendar {
  /** IANA name. */
  readonly zone: string;
  readonly from: Instant;
  readonly until: Instant;
  /** By time. */
  readonly runs: readonly PlannedRun[];
  /** Of the zone's clock, in these days. */
  readonly clockChanges: readonly ClockChange[];
}

export interface PlannedRun {
  readonly plan: string;
  readonly rule: string;
  /** All in which the plan exists: it runs in each of them at this moment. */
  readonly regions: readonly string[];
  readonly at: Instant;
  /** What a clock in the zone shows, as `2026-03-29T07:00`. */
  readonly local: string;
  /** Of the zone from UTC at that moment, as `+02:00`. */
  readonly offset: string;
  /** The zone's clock has changed since the run before: the local time is another one from here on. */
  readonly clockChange: ClockChange | undefined;
}

export interface ClockChange {
  /** The first minute of the new offset. */
  readonly at: Instant;
  readonly from: string;
  readonly to: string;
  /** `forward`: an hour is skipped, as when summer time begins. */
  readonly direction: 'forward' | 'back';
}

/** AWS Backup's own, where a rule gives no schedule (organizations spec 5.1). */
export const DEFAULT_SCHEDULE = 'cron(0 5 ? * * *)';

/**
 * The runs of all plans strictly after `from`, for so many days. @throws RangeError if the zone is unknown.
 * A schedule that cannot be read has no runs.
 */
export function calendarOf(
  plans: readonly EffectivePlan[],
  from: Instant,
  days: number,
  zoneName: string = UTC.name,
): Calendar {
  const zone = timeZone(zoneName);
  if (!zone) throw new RangeError(`Unknown time zone ${zoneName}`);
  const until = from + days * DAY_MS;
  const clockChanges = clockChangesOf(zone, from, until);
  const runs = plans.flatMap((plan) => runsOfPlan(plan, from, until, zone, clockChanges));
  return { zone: zone.name, from, until, runs: runs.toSorted((a, b) => a.at - b.at), clockChanges };
}

/** The runs of one plan, by time. @throws RangeError if the zone is unknown. */
export function runsOf(
  plan: EffectivePlan,
  from: Instant,
  days: number,
  zone: string = UTC.name,
): readonly PlannedRun[] {
  return calendarOf([plan], from, days, zone).runs;
}

/** The moments at which a rule runs, up to and with `until`. */
export function* runTimes(schedule: string | undefined, from: Instant, until: Instant): Generator<Instant, undefined> {
  const reading = parseSchedule(schedule ?? DEFAULT_SCHEDULE);
  if (!reading.ok) return;
  for (const at of occurrences(reading.schedule, from)) {
    if (at > until) return;
    yield at;
  }
}

function runsOfPlan(
  plan: EffectivePlan,
  from: Instant,
  until: Instant,
  zone: Zone,
  clockChanges: readonly ClockChange[],
): readonly PlannedRun[] {
  return plan.rules.flatMap((rule) => {
    let previous = from;
    return [...runTimes(rule.scheduleExpression, from, until)].map((at) => {
      const clockChange = clockChanges.findLast((change) => change.at > previous && change.at <= at);
      previous = at;
      const local = isoTime(zone.wallTimeAt(at)).slice(0, 'yyyy-mm-ddThh:mm'.length);
      return {
        plan: plan.name,
        rule: rule.name,
        regions: plan.regions,
        at,
        local,
        offset: offsetAt(zone, at),
        clockChange,
      };
    });
  });
}

/** To the minute, by halving the day in which the offset changed. */
function clockChangesOf(zone: Zone, from: Instant, until: Instant): readonly ClockChange[] {
  const changes: ClockChange[] = [];
  const shift = (at: Instant) => zone.wallTimeAt(at) - at;
  for (let day = from; day < until; day += DAY_MS) {
    let [low, high] = [day, Math.min(day + DAY_MS, until)];
    if (shift(low) === shift(high)) continue;
    while (high - low > MINUTE_MS) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE_MS) * MINUTE_MS;
      if (shift(middle) === shift(low)) low = middle;
      else high = middle;
    }
    const at = high - (high % MINUTE_MS);
    const direction = shift(high) > shift(low) ? 'forward' : 'back';
    changes.push({ at, from: offsetAt(zone, low), to: offsetAt(zone, high), direction });
  }
  return changes;
}

function offsetAt(zone: Zone, at: Instant): string {
  const minutes = Math.round((zone.wallTimeAt(at) - at) / MINUTE_MS);
  const pad = (value: number) => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
