/**
 * Which days of one month a day rule names. Calendar arithmetic only; no time zone.
 */
import { unreachable } from '@holdfast/kernel';
import type { DayRule } from './schedule.ts';

const SUNDAY = 1;
const SATURDAY = 7;

/** Rising, without repetition; empty if the month has no such day. `month` counts from 1. */
export function daysOfMonth(rule: DayRule, year: number, month: number): readonly number[] {
  const length = lastDay(year, month);
  const all = () => Array.from({ length }, (_, index) => index + 1);
  const onlyIfThere = (day: number | undefined) => (day !== undefined && day >= 1 && day <= length ? [day] : []);
  switch (rule.kind) {
    case 'days-of-month':
      return all().filter((day) => rule.days.has(day));
    case 'nearest-weekday':
      return onlyIfThere(rule.day).map((day) => nearestWeekday(year, month, day));
    case 'end-of-month':
      return onlyIfThere(length - rule.before).map((day) =>
        rule.nearestWeekday ? nearestWeekday(year, month, day) : day,
      );
    case 'days-of-week':
      return all().filter((day) => rule.days.has(dayOfWeek(year, month, day)));
    case 'last-weekday':
      return onlyIfThere(all().findLast((day) => dayOfWeek(year, month, day) === rule.dayOfWeek));
    case 'nth-weekday':
      return onlyIfThere(all().filter((day) => dayOfWeek(year, month, day) === rule.dayOfWeek)[rule.nth - 1]);
    default:
      return unreachable(rule);
  }
}

function nearestWeekday(year: number, month: number, day: number): number {
  switch (dayOfWeek(year, month, day)) {
    case SATURDAY:
      return day === 1 ? day + 2 : day - 1;
    case SUNDAY:
      return day === lastDay(year, month) ? day - 2 : day + 1;
    default:
      return day;
  }
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function dayOfWeek(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;
}
