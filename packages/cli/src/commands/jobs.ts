/**
 * `holdfast jobs`: backup, copy and restore jobs in one table, newest first; `--watch` draws it anew while they run.
 *
 * One account's jobs, or with `--account all` those of the whole organization (for the management account, with
 * trusted access on).
 */
import type { Instant } from '@holdfast/kernel';
import type { Command } from 'commander';
import { type CommandContext, sessionOf, withServerOptions } from '../command-context.ts';
import { disposable } from '../connection/session.ts';
import { type JobRow, jobColumns, jobRows } from '../jobs/job-rows.ts';
import { UsageFailure } from '../output/failure.ts';
import { liveArea } from '../output/live-area.ts';
import { tableLines } from '../output/table.ts';
import { pause } from '../waiting.ts';

const WATCH_INTERVAL_MS = 1_000;
const DEFAULT_LIMIT = 50;
const LIMIT_MAX = 1_000;
const STATES = ['CREATED', 'PENDING', 'RUNNING', 'ABORTING', 'ABORTED', 'COMPLETED', 'PARTIAL', 'FAILED', 'EXPIRED'];

interface JobsOptions {
  readonly data?: string;
  readonly endpointUrl?: string;
  readonly region?: string;
  readonly account?: string;
  readonly state?: string;
  readonly limit: number;
  readonly watch?: boolean;
  readonly json?: boolean;
}

export function addJobs(parent: Command, context: CommandContext): void {
  withServerOptions(parent.command('jobs'))
    .description('backup, copy and restore jobs')
    .option('--account <id|all>', "one account's jobs, or all of the organization (management account only)")
    .option('--state <state>', `only jobs in this state: ${STATES.join(', ')}`, parseState)
    .option('--limit <n>', 'at most this many jobs', parseLimit, DEFAULT_LIMIT)
    .option('--watch', 'draw the table anew until interrupted')
    .option('--json', 'JSON, for programs')
    .action(async (options: JobsOptions) => {
      if (options.watch && options.json) throw new UsageFailure('--watch and --json do not go together.');
      // The account is a filter here, not a role to take: the caller must be the management account.
      const { account, ...connection } = options;
      const { BackupClient } = await import('@aws-sdk/client-backup');
      using backup = disposable(new BackupClient(await sessionOf(context, connection)));
      const { limit, state } = options;
      const filter = {
        limit,
        ...(state === undefined ? {} : { state }),
        ...(account === undefined ? {} : { account: account === 'all' ? '*' : account }),
      };
      const read = (): Promise<JobRow[]> => jobRows(backup, filter);
      if (options.watch) return await watch(context, read);
      const rows = await read();
      if (options.json) return context.terminal.json(rows);
      context.terminal.lines(rows.length === 0 ? ['No jobs.'] : drawn(context, rows, context.clock.now()));
    });
}

async function watch(context: CommandContext, read: () => Promise<JobRow[]>): Promise<void> {
  using area = liveArea(context.terminal);
  let last = '';
  while (!context.signal.aborted) {
    const lines = drawn(context, await read(), context.clock.now());
    area.show(lines);
    if (!context.terminal.isLive && lines.join('\n') !== last) context.terminal.lines([...lines, '']);
    last = lines.join('\n');
    await pause(WATCH_INTERVAL_MS, context.signal);
  }
}

function drawn(context: CommandContext, rows: readonly JobRow[], now: Instant): string[] {
  const { colours, width } = context.terminal;
  return tableLines(jobColumns(colours, now), rows, { width, titleColour: colours.faint });
}

function parseState(text: string): string {
  const state = text.toUpperCase();
  if (STATES.includes(state)) return state;
  throw new UsageFailure(`'${text}' is not a state of jobs.`, { advice: `One of ${STATES.join(', ')}.` });
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  throw new UsageFailure(`'${text}' is not a number of jobs.`, { advice: `Give a number from 1 to ${LIMIT_MAX}.` });
}
