/** Runs to come, rule by rule, for people, and as a calendar file. */
import type { Instant } from '@holdfast/kernel';
import type { Calendar, ClockChange, PlannedRun } from '@holdfast/policy';
import type { Colours } from '../output/colour.ts';
import { formatMoment, plural } from '../output/quantities.ts';
import { printable } from '../output/text-width.ts';
import { calendarFile } from './calendar-ics.ts';

export function calendarLines({ zone, runs, clockChanges }: Calendar, colours: Colours): string[] {
  const byRule = Map.groupBy(runs, ({ plan, rule }) => `${plan}/${rule}`);
  return [
    ...clockChanges.map((change) => `${colours.warn(`The clock of ${zone} goes`)} ${changeText(change)}`),
    ...[...byRule].flatMap(([name, ofRule]) => [
      `${colours.strong(printable(name))} in ${printable(ofRule[0]?.regions.join(', ') ?? '')}: ${plural(ofRule.length, 'run')}`,
      ...ofRule.map((run) => runLine(run, zone, colours)),
    ]),
    ...(runs.length === 0 ? ['No runs.'] : []),
  ];
}

function runLine({ at, local, offset, clockChange }: PlannedRun, zone: string, colours: Colours): string {
  const utc = `${formatMoment(at).slice(0, 16)}Z`;
  const here = zone === 'UTC' ? '' : `  ${local.replace('T', ' ')} ${offset}`;
  const note = clockChange ? `  ${colours.warn(`from here on at another local time: ${offsets(clockChange)}`)}` : '';
  return `  ${utc}${here}${note}`;
}

function changeText(change: ClockChange): string {
  return `${change.direction} on ${formatMoment(change.at).slice(0, 16)}Z (${offsets(change)}); runs stay where they are in UTC`;
}

function offsets({ from, to }: ClockChange): string {
  return `${from} → ${to}`;
}

/** Times in the file are UTC: whoever reads it shows them in a zone of their own. */
export function calendarIcs({ runs }: Calendar, account: { readonly id: string; readonly name: string }, now: Instant) {
  const events = runs.map(({ plan, rule, regions, at }) => ({
    id: `${account.id}-${encodeURIComponent(`${plan}/${rule}`)}-${at}@holdfast`,
    at,
    summary: `Backup of ${account.name}: ${plan}/${rule}`,
    description: `Account ${account.id}, ${regions.join(', ')}. The start window begins now.`,
  }));
  return calendarFile(`Backups of ${account.name}`, events, now);
}
