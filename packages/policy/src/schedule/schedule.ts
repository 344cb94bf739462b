/**
 * A schedule after reading: which minutes, hours, days, months and years it names, in no particular time zone.
 */

export interface Schedule {
  /** As given, including `cron(` and `)` if they were there. */
  readonly expression: string;
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** 1 to 12. */
  readonly months: readonly number[];
  readonly years: readonly number[];
  readonly days: DayRule;
}

/** Days of the week count from 1 = Sunday to 7 = Saturday. Days that a month does not have yield nothing. */
export type DayRule = Readonly<
  | { kind: 'days-of-month'; days: ReadonlySet<number> }
  /** The weekday nearest to `day` within its month. */
  | { kind: 'nearest-weekday'; day: number }
  /** `before` days before the last of the month, or the weekday nearest to it. */
  | { kind: 'end-of-month'; before: number; nearestWeekday: boolean }
  | { kind: 'days-of-week'; days: ReadonlySet<number> }
  | { kind: 'last-weekday'; dayOfWeek: number }
  /** The first to fifth such day of the month. */
  | { kind: 'nth-weekday'; dayOfWeek: number; nth: number }
>;

/** AWS's bounds of the year field. */
export const YEAR_MIN = 1970;
export const YEAR_MAX = 2199;

export interface ScheduleFault {
  readonly message: string;
  /** The field at fault, if it is one field's. */
  readonly field?: 'minutes' | 'hours' | 'day-of-month' | 'month' | 'day-of-week' | 'year';
}

export type ScheduleReading =
  | { readonly ok: true; readonly schedule: Schedule }
  | { readonly ok: false; readonly fault: ScheduleFault };

/** A schedule that cannot be read was handed to a function that needs a good one. Never retryable. */
export class InvalidSchedule extends Error {
  readonly fault: ScheduleFault;
  constructor(expression: string, fault: ScheduleFault) {
    super(`schedule ${expression}: ${fault.message}`);
    this.fault = fault;
  }
}
