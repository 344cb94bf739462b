/**
 * Time as an argument: nothing in Holdfast but a `Clock` knows what time it is.
 *
 * Not here: calendars and time zones (policy/schedule), waiting (server/background).
 */

/** A moment, in milliseconds since 1970-01-01T00:00:00Z. Always an integer. */
export type Instant = number;

export interface Clock {
  now(): Instant;
}

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The one home of the machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** A clock that only moves when it is told to; for tests, simulations and previews. */
export class ManualClock implements Clock {
  #now: Instant;
  constructor(start: Instant) {
    this.#now = start;
  }
  now(): Instant {
    return this.#now;
  }
  set(now: Instant): void {
    this.#now = now;
  }
  advance(byMs: number): void {
    this.#now += byMs;
  }
}

export function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}
