/**
 * `holdfast policy calendar --account ID --days N`: when the rules of an account's effective backup policy run next, in
 * UTC and in a zone of one's choice; also as a calendar file.
 */
import { present } from '@holdfast/kernel';
import { type Calendar, calendarOf, evaluateOrganization, nodePath, plansOf, timeZone } from '@holdfast/policy';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { Failure, UsageFailure } from '../output/failure.ts';
import { formatMoment, plural } from '../output/quantities.ts';
import { printable } from '../output/text-width.ts';
import { calendarIcs, calendarLines } from '../policies/calendar-report.ts';
import { withChangeOptions } from '../policies/change-options.ts';
import {
  accountIdOf,
  changed,
  changesOf,
  type OrganizationOptions,
  organizationOf,
  withOrganizationOptions,
} from '../policies/organization-options.ts';
import { startOf, type TimeOptions, withTimeOptions } from '../policies/time-options.ts';
import { writeText } from '../text-files.ts';

const DEFAULT_DAYS = 7;
/** What says standard output instead of a file. */
const STDOUT = '-';

interface CalendarOptions extends OrganizationOptions, TimeOptions {
  readonly account: string;
  readonly zone: string;
  readonly ics?: string;
  readonly json?: boolean;
}

export function addPolicyCalendar(parent: Command, context: CommandContext): void {
  const command = withTimeOptions(withOrganizationOptions(parent.command('calendar')), DEFAULT_DAYS)
    .description("the next runs of an account's backup rules")
    .requiredOption('--account <id>', 'the account: id, name or path')
    .option('--zone <name>', 'a time zone to show them in, such as Europe/Berlin', parseZone, 'UTC')
    .option('--ics <file>', `write a calendar file; ${STDOUT} is standard output`)
    .option('--json', 'JSON, for programs');
  const written = withChangeOptions(command);
  command.action(async (options: CalendarOptions) => {
    const { terminal, clock, environment } = context;
    if (options.type !== 'BACKUP_POLICY') throw new UsageFailure('Only backup policies have schedules.');
    const snapshot = changed(await organizationOf(context, options), changesOf(context, written, options.type));
    const id = accountIdOf(snapshot, options.account);
    const policy = present(
      evaluateOrganization(snapshot, options.type, clock.now()).policyOf(id),
      'the effective policy of an account',
    );
    if (policy.errors.length > 0) {
      throw new Failure('The effective policy is invalid: the account keeps the one before, which is not known here.', {
        where: nodePath(snapshot, id),
        advice: `See why: holdfast policy explain --account ${id}`,
      });
    }
    const from = startOf(context, options);
    const calendar = calendarOf(plansOf(policy.document), from, options.days, options.zone);
    if (options.json) return terminal.json(calendar);
    const name = snapshot.accounts.find((account) => account.id === id)?.name ?? id;
    const ics = calendarIcs(calendar, { id, name }, clock.now());
    if (options.ics === STDOUT) return terminal.write(ics);
    if (options.ics !== undefined) {
      writeText(environment.workingFolder, options.ics, ics);
      return terminal.line(`${plural(calendar.runs.length, 'run')} written to ${options.ics}`);
    }
    terminal.line(`${printable(nodePath(snapshot, id))} ${id}, ${spanText(calendar, options)}`);
    terminal.lines(calendarLines(calendar, terminal.colours));
  });
}

function spanText({ from, zone }: Calendar, { days }: CalendarOptions): string {
  const shown = zone === 'UTC' ? 'UTC' : `UTC and ${zone}`;
  return `${plural(days, 'day')} from ${formatMoment(from).slice(0, 16)}Z on, in ${shown}`;
}

function parseZone(text: string): string {
  const zone = timeZone(text);
  if (zone) return zone.name;
  throw new UsageFailure(`'${text}' is not a time zone.`, { advice: 'Such as Europe/Berlin or America/New_York.' });
}
