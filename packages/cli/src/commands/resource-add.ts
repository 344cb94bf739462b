/**
 * `holdfast resource add directory PATH`, `holdfast resource add postgresql …`: registers what is to be backed up.
 *
 * The password of a database comes from a file, an environment variable, a pipe or a prompt, never from an argument.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import {
  type CommandContext,
  type ServerOptions,
  sessionOf,
  withAccountOption,
  withServerOptions,
} from '../command-context.ts';
import { disposable } from '../connection/session.ts';
import { UsageFailure } from '../output/failure.ts';
import { createResource, DIRECTORY_TYPE, POSTGRESQL_TYPE, type ResourceTypeName } from '../resources/cloud-control.ts';
import { gatherTag, type Tag } from '../resources/tags.ts';
import { parsePort } from './start.ts';

interface AddOptions extends ServerOptions {
  readonly tag?: readonly Tag[];
  readonly json?: boolean;
}

interface DirectoryOptions extends AddOptions {
  readonly name?: string;
}

interface DatabaseOptions extends AddOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly identifier?: string;
  readonly passwordFile?: string;
  readonly passwordEnv?: string;
}

const POSTGRESQL_PORT = 5432;

export function addResourceAdd(parent: Command, context: CommandContext): void {
  const add = parent.command('add').description('register something to be backed up');
  withAddOptions(add.command('directory'))
    .description('a directory on the server’s machine')
    .argument('<path>', 'the directory; relative paths count from the working folder')
    .option('--name <name>', 'a name for people')
    .action(async (folder: string, options: DirectoryOptions) => {
      const state = {
        Path: path.resolve(context.environment.workingFolder, folder),
        ...(options.name === undefined ? {} : { Name: options.name }),
      };
      await register(context, options, DIRECTORY_TYPE, state);
    });
  withAddOptions(add.command('postgresql'))
    .description('a PostgreSQL database that the server’s machine can reach')
    .requiredOption('--host <host>', "the server's host name, or the folder of its socket")
    .option('--port <n>', 'its port', parsePort, POSTGRESQL_PORT)
    .requiredOption('--database <name>', 'the database')
    .requiredOption('--user <name>', 'who may read all of it')
    .option('--identifier <id>', "its identifier in ARNs (default: made from the database's name)")
    .option('--password-file <file>', 'file whose first line is the password')
    .option('--password-env <name>', 'environment variable that holds the password')
    .action(async (options: DatabaseOptions) => {
      const state = {
        DBInstanceIdentifier: options.identifier ?? identifierOf(options.database),
        Host: options.host,
        Port: options.port,
        Database: options.database,
        Username: options.user,
        Password: await password(context, options),
      };
      await register(context, options, POSTGRESQL_TYPE, state);
    });
}

/** As RDS wants them: a-z, 0-9 and single hyphens, a letter first. */
function identifierOf(database: string): string {
  const identifier = database
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
  if (identifier !== '') return identifier;
  throw new UsageFailure(`No identifier can be made from '${database}'.`, { advice: 'Give one: --identifier ID' });
}

function withAddOptions(command: Command): Command {
  return withAccountOption(withServerOptions(command))
    .option('--tag <key=value>', 'a tag, by which plans select; may be given several times', gatherTag)
    .option('--json', 'JSON, for programs');
}

async function register(
  context: CommandContext,
  options: AddOptions,
  typeName: ResourceTypeName,
  state: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { CloudControlClient } = await import('@aws-sdk/client-cloudcontrol');
  using client = disposable(new CloudControlClient(await sessionOf(context, options)));
  const resource = await createResource(client, typeName, {
    ...state,
    ...(options.tag === undefined ? {} : { Tags: options.tag }),
  });
  if (options.json) return context.terminal.json(resource);
  context.terminal.line(`Registered ${resource.identifier}`);
  const { Arn: arn } = resource.properties;
  if (typeof arn === 'string') context.terminal.line(`  ${arn}`);
}

async function password(context: CommandContext, { passwordFile, passwordEnv }: DatabaseOptions): Promise<string> {
  if (passwordFile !== undefined && passwordEnv !== undefined) {
    throw new UsageFailure('Give the password in one way: --password-file or --password-env.');
  }
  if (passwordFile !== undefined) {
    const file = path.resolve(context.environment.workingFolder, passwordFile);
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new UsageFailure('The password file cannot be read.', { where: file, cause });
    });
    return text.split(/\r?\n/)[0] ?? '';
  }
  if (passwordEnv !== undefined) {
    const value = context.environment.variable(passwordEnv);
    if (value === undefined) throw new UsageFailure(`The environment has no variable ${passwordEnv}.`);
    return value;
  }
  return context.readSecret('Password: ');
}
