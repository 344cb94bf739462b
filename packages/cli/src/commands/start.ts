/**
 * `holdfast start`: runs the server on this machine until it is interrupted; with `--ephemeral` in test mode, on a
 * database that goes with it (docs/guide/testing.md).
 *
 * The server is another program: this starts it as a child, hands signals on and ends with its exit code.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { type CommandContext, environmentOf, withDataOption } from '../command-context.ts';
import { Failure, UsageFailure } from '../output/failure.ts';

const SERVER = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));
const PORT_MAX = 65_535;

interface StartOptions {
  readonly data?: string;
  readonly port?: number;
  readonly listen?: string;
  readonly regions?: string;
  readonly ephemeral?: boolean;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly settle?: boolean;
  readonly readyFile?: string;
  readonly cache?: string;
  readonly untilInputEnds?: boolean;
}

/** Of test mode alone, by their names on the server's command line. */
const TEST_MODE_OPTIONS = {
  accountId: '--account-id',
  accessKeyId: '--access-key-id',
  secretAccessKey: '--secret-access-key',
  settle: '--settle',
  readyFile: '--ready-file',
  cache: '--cache',
  untilInputEnds: '--until-input-ends',
} as const satisfies Partial<Record<keyof StartOptions, string>>;

export function addStart(parent: Command, context: CommandContext): void {
  withDataOption(parent.command('start'))
    .description('start the server on this machine')
    .option('--port <n>', 'TCP port (0: any free one)', parsePort)
    .option('--listen <address>', 'address to listen on (default: 127.0.0.1, this machine alone)')
    .option('--regions <names>', 'regions, the default one first (default: us-east-1,eu-central-1)')
    .option(
      '--ephemeral',
      'test mode: nothing is kept, and doors empty the server, move its clock and let things settle',
    )
    .option('--account-id <id>', 'test mode: the first account (default: 123456789012)')
    .option('--access-key-id <id>', "test mode: its administrator's key (default: the one of AWS's documentation)")
    .option('--secret-access-key <text>', 'test mode: the secret of that key, which must open nothing else')
    .option('--settle', 'test mode: each change is answered when what follows from it has settled')
    .option('--ready-file <file>', 'test mode: gets the line that says where requests are answered')
    .option('--cache <dir>', 'test mode: where the template of the database is kept (default: ~/.cache/holdfast)')
    .option('--until-input-ends', 'test mode: ends when standard input does, for programs that start it')
    .action(async (options: StartOptions) => {
      const args = [
        SERVER,
        ...dataArguments(options, context),
        ...given('--port', options.port),
        ...given('--listen', options.listen),
        ...given('--regions', options.regions),
        ...testModeArguments(options),
      ];
      context.outcome.exitCode = await runServer(args, context.signal);
    });
}

/** Test mode has a folder of its own unless the command line names one; HOLDFAST_DATA is another server's. */
function dataArguments(options: StartOptions, context: CommandContext): string[] {
  if (options.ephemeral && options.data === undefined) return [];
  return ['--data', environmentOf(context, options).dataFolder];
}

function testModeArguments(options: StartOptions): string[] {
  const names = Object.entries(TEST_MODE_OPTIONS) as [keyof typeof TEST_MODE_OPTIONS, string][];
  if (options.ephemeral) return ['--ephemeral', ...names.flatMap(([name, option]) => given(option, options[name]))];
  const [first] = names.filter(([name]) => options[name] !== undefined);
  if (first === undefined) return [];
  throw new UsageFailure(`${first[1]} is for test mode.`, { advice: 'Add --ephemeral, or leave it out.' });
}

function given(option: string, value: string | number | boolean | undefined): string[] {
  if (value === undefined || value === false) return [];
  return value === true ? [option] : [option, String(value)];
}

function runServer(args: readonly string[], signal: AbortSignal): Promise<number> {
  const server = spawn(process.execPath, args, { stdio: 'inherit' });
  // On a terminal Ctrl-C reaches the server by itself; a second signal while it stops does no harm.
  signal.addEventListener('abort', () => server.kill('SIGTERM'), { once: true });
  return new Promise((resolve, reject) => {
    server.once('error', (cause) =>
      reject(new Failure(`The server cannot be started: ${cause.message}.`, { where: SERVER, cause })),
    );
    server.once('exit', (code, name) => resolve(code ?? (name === 'SIGTERM' || name === 'SIGINT' ? 0 : 1)));
  });
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= PORT_MAX) return port;
  throw new UsageFailure(`'${text}' is not a port.`, { advice: `Give a number from 0 to ${PORT_MAX}.` });
}
