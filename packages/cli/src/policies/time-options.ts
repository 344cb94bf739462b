/** Options of commands that look into the future: from when on, and how far. */
import type { Instant } from '@holdfast/kernel';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { UsageFailure } from '../output/failure.ts';

export interface TimeOptions {
  readonly from?: Instant;
  readonly days: number;
}

const DAYS_MAX = 3_660;

export function withTimeOptions(command: Command, days: number): Command {
  return command
    .option('--from <moment>', 'ISO 8601, such as 2030-03-28 (default: now)', parseMoment)
    .option('--days <n>', `how many days, at most ${DAYS_MAX}`, parseDays, days);
}

export function startOf({ clock }: CommandContext, { from }: TimeOptions): Instant {
  return from ?? clock.now();
}

/** A day alone begins at midnight in UTC. */
export function parseMoment(text: string): Instant {
  const at = /^\d{4}-\d{2}-\d{2}(T.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new UsageFailure(`'${text}' is no moment.`, { advice: 'Such as 2030-03-28 or 2030-03-28T05:00:00Z.' });
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= DAYS_MAX) return days;
  throw new UsageFailure(`'${text}' is not a number of days.`, { advice: `Give a number from 1 to ${DAYS_MAX}.` });
}
