/**
 * `holdfast start`: runs the server on this machine until it is interrupted.
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
}

export function addStart(parent: Command, context: CommandContext): void {
  withDataOption(parent.command('start'))
    .description('start the server on this machine')
    .option('--port <n>', 'TCP port (0: any free one)', parsePort)
    .option('--listen <address>', 'address to listen on (default: 127.0.0.1, this machine alone)')
    .action(async (options: StartOptions) => {
      const { dataFolder } = environmentOf(context, options);
      const args = [
        SERVER,
        ...['--data', dataFolder],
        ...(options.port === undefined ? [] : ['--port', String(options.port)]),
        ...(options.listen === undefined ? [] : ['--listen', options.listen]),
      ];
      context.outcome.exitCode = await runServer(args, context.signal);
    });
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
