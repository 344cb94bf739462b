/**
 * What the demo takes from the command line and the environment: its only reader of both.
 *
 * `npm start -- [--once] [--data DIR] [--port N] [--listen ADDRESS]`
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Config, ConfigError, readConfig } from '@holdfast/server';

const CLONE = fileURLToPath(new URL('..', import.meta.url));

export interface DemoConfig {
  /** End after the demo; the exit code tells whether every restore was equal. */
  readonly once: boolean;
  readonly help: boolean;
  readonly server: Config;
  readonly noColour: boolean;
  readonly dumbTerminal: boolean;
}

export const USAGE = `npm start -- [options]

  --once            end after the demo; exit code 0 only if every restore was equal
  --data DIR        data folder (default: data in the clone)
  --port N          TCP port of the API (default: 4747; 0: any free one)
  --listen ADDRESS  address of the API (default: 127.0.0.1, this machine alone)
  --help            this text`;

/** @throws ConfigError */
export function readDemoConfig(args: readonly string[]): DemoConfig {
  const { values } = parsed(args);
  const serverArgs = [
    // npm runs scripts in the clone; a relative folder is meant from where the user is.
    ...['--data', values.data === undefined ? defaultFolder() : path.resolve(userFolder(), values.data)],
    ...(values.port === undefined ? [] : ['--port', values.port]),
    ...(values.listen === undefined ? [] : ['--listen', values.listen]),
  ];
  return {
    once: values.once ?? false,
    help: values.help ?? false,
    server: readConfig({ args: serverArgs }).config,
    noColour: Boolean(process.env['NO_COLOR']),
    dumbTerminal: process.env['TERM'] === 'dumb',
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        data: { type: 'string' },
        port: { type: 'string' },
        listen: { type: 'string' },
      },
      strict: true,
    });
  } catch (cause) {
    throw new ConfigError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${USAGE}`, { cause });
  }
}

function defaultFolder(): string {
  return process.env['HOLDFAST_DATA'] || path.join(CLONE, 'data');
}

function userFolder(): string {
  return process.env['INIT_CWD'] || process.cwd();
}
