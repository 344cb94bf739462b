/**
 * `holdfast policy forecast`: how many recovery points plans make and keep, day by day, from schedules and lifecycles
 * alone.
 */
import {
  evaluateOrganization,
  FORECAST_DAYS,
  type Forecast,
  forecast,
  type OrganizationSnapshot,
} from '@holdfast/policy';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { nodePathsOf } from '../organization/node-paths.ts';
import { UsageFailure } from '../output/failure.ts';
import { listed } from '../output/listed.ts';
import { formatMoment, plural } from '../output/quantities.ts';
import { type Column, tableLines } from '../output/table.ts';
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

/** Columns of the table, as far as the days go. */
const DAYS_SHOWN = [1, 7, 30, 90, 180, 365];
const ACCOUNTS_SHOWN = 3;

interface ForecastOptions extends OrganizationOptions, TimeOptions {
  readonly account?: string;
  readonly json?: boolean;
}

export function addPolicyForecast(parent: Command, context: CommandContext): void {
  const command = withTimeOptions(withOrganizationOptions(parent.command('forecast')), FORECAST_DAYS)
    .description('runs, and recovery points kept at each day, by plan and account')
    .option('--account <id>', 'only this account: id, name or path')
    .option('--json', 'JSON with every day, for programs');
  const written = withChangeOptions(command);
  command.action(async (options: ForecastOptions) => {
    const { terminal, clock } = context;
    if (options.type !== 'BACKUP_POLICY') throw new UsageFailure('Only backup policies have schedules.');
    const snapshot = changed(await organizationOf(context, options), changesOf(context, written, options.type));
    const { days } = options;
    const whole = forecast(evaluateOrganization(snapshot, options.type, clock.now()), {
      from: startOf(context, options),
      days,
    });
    const found = options.account === undefined ? whole : ofAccount(whole, accountIdOf(snapshot, options.account));
    if (options.json) return terminal.json(found);
    terminal.lines(drawn(found, snapshot, context));
  });
}

function ofAccount(whole: Forecast, id: string): Forecast {
  const plans = whole.plans.filter(({ accountIds }) => accountIds.includes(id));
  return {
    ...whole,
    plans: plans.map((plan) => ({ ...plan, accountIds: [id] })),
    invalidAccounts: whole.invalidAccounts.filter((one) => one === id),
  };
}

interface Row {
  readonly what: string;
  readonly runs: string;
  readonly kept: readonly number[];
}

function drawn(
  { plans, invalidAccounts, from, days }: Forecast,
  snapshot: OrganizationSnapshot,
  { terminal }: CommandContext,
) {
  const { colours, width } = terminal;
  const text = nodePathsOf(snapshot);
  const paths = (ids: readonly string[]): string => listed(ids, { text, max: ACCOUNTS_SHOWN });
  const shown = [...DAYS_SHOWN.filter((day) => day < days), days];
  const columns: Column<Row>[] = [
    { title: 'KEPT AFTER', value: ({ what }) => what, shrinkTo: 24 },
    { title: 'RUNS', value: ({ runs }) => runs, align: 'right' },
    ...shown.map(
      (day): Column<Row> => ({
        title: day === 1 ? '1 DAY' : `${day} DAYS`,
        value: ({ kept }) => String(kept[day - 1] ?? 0),
        align: 'right',
      }),
    ),
  ];
  return [
    `Recovery points of one resource in one Region, ${plural(days, 'day')} from ${formatMoment(from).slice(0, 16)}Z on`,
    ...plans.flatMap(({ plan, regions, accountIds, rules, runs, kept }) => [
      '',
      `${colours.strong(plan)} in ${regions.join(', ')}; ${plural(accountIds.length, 'account')}: ${paths(accountIds)}`,
      ...tableLines(
        columns,
        [
          ...rules.flatMap((rule) => [
            { what: rule.rule, runs: String(rule.runs), kept: rule.kept },
            ...rule.copies.map((copy) => ({
              what: `  copy to ${copy.destinationBackupVaultArn}`,
              runs: '',
              kept: copy.kept,
            })),
          ]),
          { what: 'all', runs: String(runs), kept },
        ],
        { width, titleColour: colours.faint },
      ),
    ]),
    ...(plans.length === 0 ? ['No plans.'] : []),
    ...(invalidAccounts.length === 0
      ? []
      : [`${colours.warn('Not foreseen:')} the effective policy is invalid in ${paths(invalidAccounts)}`]),
  ];
}
