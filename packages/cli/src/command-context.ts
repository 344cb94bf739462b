/**
 * What every command is handed, and the options that all commands share.
 *
 * Not here: what a command does (commands/), where these things come from (main.ts).
 */
import path from 'node:path';
import type { Clock } from '@holdfast/kernel';
import type { Command } from 'commander';
import type { Environment } from './config.ts';
import { type ConnectionOptions, inAccount, openSession, type Session } from './connection/session.ts';
import type { Terminal } from './output/terminal.ts';

export interface CommandContext {
  readonly environment: Environment;
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** What the process ends with when nothing is thrown. */
  readonly outcome: {
    exitCode: number;
    /** What a wrong command line ends with, where a command has other plans for the usual code. */
    usageExitCode?: number;
  };
  /** Fires on Ctrl-C: a command that waits stops waiting. */
  readonly signal: AbortSignal;
  /** What stands on standard input, for secrets that are typed or piped. */
  readonly readSecret: (question: string) => Promise<string>;
}

/** Options of commands that call the server's AWS API. */
export interface ServerOptions extends ConnectionOptions {
  readonly account?: string;
}

export function withDataOption(command: Command): Command {
  return command.option('--data <dir>', "the server's data folder (default: $HOLDFAST_DATA, else ./data)");
}

export function withServerOptions(command: Command): Command {
  return withDataOption(command)
    .option('--endpoint-url <url>', "the server's address (default: $AWS_ENDPOINT_URL, else the data folder's profile)")
    .option('--region <name>', "the region to ask (default: $AWS_REGION, else the profile's)");
}

export function withAccountOption(command: Command): Command {
  return command.option(
    '--account <id>',
    'act in this account of the organization, through its OrganizationAccountAccessRole',
  );
}

/** The environment as the command's own options change it. */
export function environmentOf(context: CommandContext, options: { readonly data?: string }): Environment {
  if (options.data === undefined) return context.environment;
  return { ...context.environment, dataFolder: path.resolve(context.environment.workingFolder, options.data) };
}

export async function sessionOf(context: CommandContext, options: ServerOptions): Promise<Session> {
  const session = openSession(environmentOf(context, options), options);
  return options.account === undefined ? session : inAccount(session, { accountId: options.account });
}
