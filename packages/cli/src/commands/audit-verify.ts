/**
 * `holdfast audit verify`: whether the record is as it was sealed. Exit code 1 if anything was removed, changed, added
 * or put in another order, or if the check could not be made to its end.
 */
import type { Command } from 'commander';
import { type CommandContext, environmentOf, withDataOption } from '../command-context.ts';
import { operatorLines } from '../connection/operator-lines.ts';
import { EXIT_FAILED } from '../output/failure.ts';
import { plural } from '../output/quantities.ts';
import { printable } from '../output/text-width.ts';

/** As the server tells it (server, audit/verify.ts). */
type Finding =
  | { readonly kind: 'problem'; readonly day: string; readonly sequence?: number; readonly what: string }
  | { readonly kind: 'day'; readonly day: string; readonly records: number; readonly problems: number }
  | { readonly kind: 'aged-out'; readonly days: number; readonly upTo: string }
  | { readonly kind: 'end'; readonly records: number; readonly unsealed: number; readonly problems: number };

interface VerifyOptions {
  readonly data?: string;
  readonly json?: boolean;
}

export function addAuditVerify(parent: Command, context: CommandContext): void {
  withDataOption(parent.command('verify'))
    .description('check the record of events against its seals')
    .option('--json', 'a finding a line, for programs')
    .action(async (options: VerifyOptions) => {
      const { dataFolder } = environmentOf(context, options);
      let intact = false;
      for await (const line of operatorLines(dataFolder, '/audit/verify', {}, context.signal)) {
        const finding = JSON.parse(line) as Finding;
        if (finding.kind === 'end') intact = finding.problems === 0;
        context.terminal.line(options.json ? line : told(finding, context));
      }
      if (!intact) context.outcome.exitCode = EXIT_FAILED;
    });
}

function told(finding: Finding, { terminal: { colours } }: CommandContext): string {
  switch (finding.kind) {
    case 'problem': {
      const place = finding.sequence === undefined ? finding.day : `${finding.day} #${finding.sequence}`;
      return `${colours.bad('problem')}  ${place}  ${printable(finding.what)}`;
    }
    case 'day': {
      const state = finding.problems === 0 ? colours.good('intact ') : colours.bad('broken ');
      return `${state}  ${finding.day}  ${plural(finding.records, 'record')}`;
    }
    case 'aged-out':
      return `${colours.faint('gone   ')}  up to ${finding.upTo}  ${plural(finding.days, 'day')}, dropped for their age`;
    case 'end': {
      const unsealed = finding.unsealed === 0 ? '' : `, and ${finding.unsealed} that are not sealed yet`;
      const checked = `${plural(finding.records, 'sealed record')}${unsealed}`;
      return `${checked}: ${finding.problems === 0 ? 'no problems' : plural(finding.problems, 'problem')}`;
    }
  }
}
