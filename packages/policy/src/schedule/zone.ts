/**
 * Time zones, through the runtime's own tables (`Intl`).
 *
 * A wall time is written as the instant at which a clock on UTC would show it.
 */
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '@holdfast/kernel';

export interface Zone {
  readonly name: string;
  /** What a clock in the zone shows. */
  wallTimeAt(at: Instant): Instant;
  /** The moment the zone's clock shows `wallTime`: the first one if it does so twice, undefined if it is skipped. */
  instantOf(wallTime: Instant): Instant | undefined;
}

export const UTC: Zone = {
  name: 'UTC',
  wallTimeAt: (at) => at,
  instantOf: (wallTime) => wallTime,
};

/**
 * The zone of an IANA name such as `Europe/Berlin`; undefined if the runtime does not know it. Worth keeping: costs
 * some 50 µs.
 */
export function timeZone(name: string): Zone | undefined {
  if (name === 'UTC') return UTC;
  try {
    return zoneOf(new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' }), name);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function zoneOf(format: Intl.DateTimeFormat, name: string): Zone {
  const offsetAt = (at: Instant): number => {
    const text = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = /([+-])(\d+):(\d+)(?::(\d+))?/.exec(text) ?? [];
    const sizeMs = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS;
    return sign === '-' ? -sizeMs : sizeMs;
  };
  return {
    name,
    wallTimeAt: (at) => at + offsetAt(at),
    instantOf: (wallTime) => {
      // Zones change their offset by hours and weeks apart: the offsets a day before and after are all that come into
      // question.
      const candidates = [wallTime - offsetAt(wallTime - DAY_MS), wallTime - offsetAt(wallTime + DAY_MS)];
      const shown = candidates.filter((at) => at + offsetAt(at) === wallTime);
      return shown.length === 0 ? undefined : Math.min(...shown);
    },
  };
}
