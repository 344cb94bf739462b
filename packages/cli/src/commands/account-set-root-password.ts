/**
 * `holdfast account set-root-password ID`: the password that the root of an account signs in with.
 *
 * The password is typed, or piped to standard input: an argument could be read by every process on the machine.
 */
import type { Command } from 'commander';
import { type CommandContext, environmentOf, withDataOption } from '../command-context.ts';
import { askOperator } from '../connection/operator.ts';
import { Failure } from '../output/failure.ts';

interface Options {
  readonly data?: string;
  readonly removeMfa?: boolean;
  readonly json?: boolean;
}

export function addAccountSetRootPassword(parent: Command, context: CommandContext): void {
  withDataOption(parent.command('set-root-password'))
    .description('let the root of an account sign in with the password on standard input')
    .argument('<account>', 'its id')
    .option('--remove-mfa', 'ask for no one-time codes any more: for a root that lost its device')
    .option('--json', 'JSON, for programs')
    .action(async (accountId: string, options: Options) => {
      const { dataFolder } = environmentOf(context, options);
      const password = await context.readSecret(`Password for the root of ${accountId} (12 characters or more): `);
      const body = { accountId, password, removeMfa: options.removeMfa === true };
      const { email, mfaRemoved } = rootPassword(await askOperator(dataFolder, 'POST', '/root-password', body));
      if (options.json) return context.terminal.json({ accountId, email, mfaRemoved });
      context.terminal.lines([
        `The root of account ${accountId} signs in as ${email}.`,
        ...mfaRemoved.map((serial) => `It is not asked for codes of ${serial} any more.`),
      ]);
    });
}

interface RootPassword {
  readonly email: string;
  readonly mfaRemoved: readonly string[];
}

function rootPassword(answer: unknown): RootPassword {
  const { email, mfaRemoved } = (answer ?? {}) as Partial<Record<keyof RootPassword, unknown>>;
  if (typeof email !== 'string' || !Array.isArray(mfaRemoved)) {
    throw new Failure('The server answered without saying who signs in.');
  }
  return { email, mfaRemoved: mfaRemoved.map(String) };
}
