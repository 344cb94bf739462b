/**
 * `holdfast iam explain --principal ARN --action backup:StartBackupJob [--resource ARN] [--context KEY=VALUE]`:
 * allowed or denied, and by which statement of which policy.
 *
 * Ends with 0 when it is allowed, 2 when it is denied, 1 when it could not be asked.
 */
import type { Command } from 'commander';
import { accessLines } from '../access/access-lines.ts';
import { readExplanation } from '../access/explanation.ts';
import {
  type CommandContext,
  type ServerOptions,
  sessionOf,
  withAccountOption,
  withServerOptions,
} from '../command-context.ts';
import { askOwnService } from '../connection/own-service.ts';
import { EXIT_FAILED, UsageFailure } from '../output/failure.ts';

const EXIT_DENIED = 2;

interface ExplainOptions extends ServerOptions {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: readonly string[];
  readonly json?: boolean;
}

export function addIamExplain(parent: Command, context: CommandContext): void {
  withAccountOption(withServerOptions(parent.command('explain')))
    .description('whether somebody may do something, and which statement says so')
    .requiredOption('--principal <arn>', 'the user, role, session or root')
    .requiredOption('--action <action>', 'such as backup:StartBackupJob')
    .option('--resource <arn>', 'what it is done to', '*')
    .option(
      '--context <key=value>',
      'a condition key of the request, such as aws:SourceIp=10.0.0.1; again for more',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--json', 'JSON, for programs')
    .exitOverride((error) => {
      context.outcome.usageExitCode = EXIT_FAILED;
      throw error;
    })
    .action(async (options: ExplainOptions) => {
      const { terminal, outcome } = context;
      outcome.usageExitCode = EXIT_FAILED;
      const answer = await askOwnService(await sessionOf(context, options), 'ExplainAccess', {
        PrincipalArn: options.principal,
        Action: options.action,
        ResourceArn: options.resource,
        Context: contextOf(options.context),
      });
      const explanation = readExplanation(answer);
      if (explanation.decision === 'DENIED') outcome.exitCode = EXIT_DENIED;
      if (options.json) return terminal.json(explanation);
      terminal.lines(accessLines(explanation, terminal.colours));
    });
}

/** A key that is given twice has two values. */
function contextOf(texts: readonly string[]): { Key: string; Values: readonly string[] }[] {
  const keys = new Map<string, string[]>();
  for (const text of texts) {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (key === undefined || value === undefined) {
      throw new UsageFailure(`'${text}' is not a condition key with its value.`, {
        advice: 'Write KEY=VALUE, such as --context aws:SourceIp=10.0.0.1.',
      });
    }
    keys.set(key, [...(keys.get(key) ?? []), value]);
  }
  return [...keys].map(([Key, Values]) => ({ Key, Values }));
}
