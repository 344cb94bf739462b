/**
 * `holdfast policy explain --account ID [--path PATH]`: every value of the account's effective policy with its origin,
 * what lost against it and who locked it.
 */
import { type Explanation, evaluateOrganization, explain, nodePath } from '@holdfast/policy';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { Failure } from '../output/failure.ts';
import { printable } from '../output/text-width.ts';
import { withChangeOptions } from '../policies/change-options.ts';
import { explanationLines } from '../policies/explain-tree.ts';
import {
  accountIdOf,
  changed,
  changesOf,
  type OrganizationOptions,
  organizationOf,
  withOrganizationOptions,
} from '../policies/organization-options.ts';
import { keysAt } from '../policies/value-at.ts';

interface ExplainOptions extends OrganizationOptions {
  readonly account: string;
  readonly path?: string;
  readonly json?: boolean;
}

export function addPolicyExplain(parent: Command, context: CommandContext): void {
  const command = withOrganizationOptions(parent.command('explain'))
    .description("where each value of an account's effective policy comes from, and what lost")
    .requiredOption('--account <id>', 'the account: id, name or path')
    .option('--path <path>', 'only this part, such as plans/daily/rules/nightly')
    .option('--json', 'JSON, for programs');
  const written = withChangeOptions(command);
  command.action(async (options: ExplainOptions) => {
    const { terminal, clock } = context;
    const snapshot = changed(await organizationOf(context, options), changesOf(context, written, options.type));
    const accountId = accountIdOf(snapshot, options.account);
    const evaluation = evaluateOrganization(snapshot, options.type, clock.now());
    const document = evaluation.policyOf(accountId)?.document ?? new Map();
    // What is not in the document may have been tried all the same.
    const path = keysAt(document, options.path ?? '') ?? options.path;
    const explanation = explain(evaluation, accountId, path);
    if (!explanation?.root && options.path !== undefined) {
      throw new Failure('Nothing is said at this path, and nothing was tried.', {
        where: options.path,
        advice: 'See all paths: leave --path out.',
      });
    }
    if (options.json) return terminal.json(explanation);
    terminal.line(`${terminal.colours.strong(printable(nodePath(snapshot, accountId)))} ${accountId}, ${options.type}`);
    if (explanation) terminal.lines(lines(explanation, context));
  });
}

function lines(explanation: Explanation, { terminal: { colours } }: CommandContext): string[] {
  const tree = explanationLines(explanation, colours);
  return [
    ...(tree.length === 0 ? ['  nothing: no policy reaches this account'] : tree),
    ...explanation.errors.map(({ message, path }) => `${colours.bad('invalid')} ${printable(`${path}: ${message}`)}`),
    ...(explanation.errors.length === 0
      ? []
      : [colours.warn('The policy is invalid and does not take effect: the account keeps the one before.')]),
  ];
}
