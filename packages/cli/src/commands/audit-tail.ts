/**
 * `holdfast audit tail`: the newest records of all accounts, and with `--follow` those that are sealed from now on.
 *
 * For the operator on the server's machine; an account reads its own with `aws cloudtrail lookup-events`.
 */
import type { Command } from 'commander';
import { eventLine } from '../audit/event-line.ts';
import { type CommandContext, environmentOf, withDataOption } from '../command-context.ts';
import { operatorLines } from '../connection/operator-lines.ts';
import { UsageFailure } from '../output/failure.ts';

const LINES_MAX = 10_000;
const DEFAULT_LINES = 10;

interface TailOptions {
  readonly data?: string;
  readonly account?: string;
  readonly eventName?: string;
  readonly lines: number;
  readonly follow?: boolean;
  readonly json?: boolean;
}

export function addAuditTail(parent: Command, context: CommandContext): void {
  withDataOption(parent.command('tail'))
    .description('the newest records of events')
    .option('--account <id>', 'only of this account', parseAccount)
    .option('--event-name <name>', 'only of this operation or service event, such as DeleteRecoveryPoint')
    .option('-n, --lines <n>', `begin with so many, at most ${LINES_MAX}`, parseLines, DEFAULT_LINES)
    .option('-f, --follow', 'go on with what is recorded from now on, until interrupted')
    .option('--json', "CloudTrail's records, one a line")
    .action(async (options: TailOptions) => {
      const { dataFolder } = environmentOf(context, options);
      const { account, eventName, lines, follow = false, json } = options;
      const query = { account, 'event-name': eventName, lines: String(lines), follow: String(follow) };
      const { colours } = context.terminal;
      for await (const record of operatorLines(dataFolder, '/audit/tail', query, context.signal)) {
        context.terminal.line(json ? record : eventLine(record, colours));
      }
    });
}

export function parseAccount(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new UsageFailure(`'${text}' is not an account's id.`, { advice: 'It has twelve digits.' });
}

function parseLines(text: string): number {
  const lines = Number(text);
  if (Number.isInteger(lines) && lines >= 0 && lines <= LINES_MAX) return lines;
  throw new UsageFailure(`'${text}' is not a number of lines.`, { advice: `Give a number from 0 to ${LINES_MAX}.` });
}
