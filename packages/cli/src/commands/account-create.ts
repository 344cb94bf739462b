/**
 * `holdfast account create`: a stand-alone account, for a second organization or for none.
 *
 * Accounts inside an organization are made by its management account: aws organizations create-account.
 */
import type { Command } from 'commander';
import { type CommandContext, environmentOf, withDataOption } from '../command-context.ts';
import { askOperator } from '../connection/operator.ts';
import { Failure } from '../output/failure.ts';

interface CreateOptions {
  readonly data?: string;
  readonly name: string;
  readonly email: string;
  readonly json?: boolean;
}

export function addAccountCreate(parent: Command, context: CommandContext): void {
  withDataOption(parent.command('create'))
    .description('make a stand-alone account')
    .requiredOption('--name <name>', 'its name')
    .requiredOption('--email <address>', 'its e-mail address, of no other account')
    .option('--json', 'JSON, for programs')
    .action(async (options: CreateOptions) => {
      const { name, email } = options;
      const { dataFolder } = environmentOf(context, options);
      const account = newAccount(await askOperator(dataFolder, 'POST', '/accounts', { name, email }));
      if (options.json) return context.terminal.json(account);
      context.terminal.lines([
        `Made account ${account.accountId} (${name}).`,
        'The key of its user admin is shown this once:',
        `export AWS_ACCESS_KEY_ID=${account.accessKeyId}`,
        `export AWS_SECRET_ACCESS_KEY=${account.secretAccessKey}`,
      ]);
    });
}

export interface NewAccount {
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export function newAccount(answer: unknown): NewAccount {
  const { accountId, accessKeyId, secretAccessKey } = (answer ?? {}) as Partial<Record<keyof NewAccount, unknown>>;
  if (typeof accountId !== 'string' || typeof accessKeyId !== 'string' || typeof secretAccessKey !== 'string') {
    throw new Failure('The server answered without an account and its key.');
  }
  return { accountId, accessKeyId, secretAccessKey };
}
