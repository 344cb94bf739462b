/**
 * The server as a child process. It ends with this one, however this one ends: its standard input is a pipe of ours
 * that the system closes. It keeps this process from nothing: a test that forgets to stop it ends all the same.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Credentials, StartOptions } from './holdfast.ts';

const ERRORS_KEPT_CHARS = 8_192;

/** The line that the server prints when requests are answered. */
export interface Ready {
  readonly endpoint: string;
  readonly accountId: string;
  readonly region: string;
  readonly regions: readonly string[];
  readonly credentials: Credentials;
}

export interface ServerProcess {
  readonly ready: Ready;
  /** Resolves when it has ended and nothing of it remains. */
  stop(): Promise<void>;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

export async function startServerProcess(options: StartOptions): Promise<ServerProcess> {
  const program = path.join(path.dirname(createRequire(import.meta.url).resolve('@holdfast/server')), 'main.ts');
  const args = [program, '--ephemeral', '--until-input-ends', ...argumentsOf(options)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(`It ended with ${signal ?? `exit code ${code}`}.`));
  });
  child.stdin.on('error', () => undefined);
  const errors = errorsOf(child);
  const line = await Promise.race([firstLine(child), ended.then(() => undefined)]);
  if (line === undefined) throw new Error(`Holdfast did not start. ${errors()}${await ended}`);
  letGo(child);
  return {
    ready: JSON.parse(line) as Ready,
    stop: async () => {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}

function argumentsOf(options: StartOptions): string[] {
  const { accountId, accessKeyId, secretAccessKey, regions, port = 0, logLevel = 'error', jobsAtOnce } = options;
  const given: [string, string | undefined][] = [
    ['--account-id', accountId],
    ['--access-key-id', accessKeyId],
    ['--secret-access-key', secretAccessKey],
    ['--regions', regions?.join(',')],
    ['--port', String(port)],
    ['--log-level', logLevel],
    ['--jobs-at-once', jobsAtOnce?.toString()],
    ['--cache', options.cacheFolder],
    ['--data', options.dataFolder],
  ];
  const values = given.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
  return options.settle ? [...values, '--settle'] : values;
}

function firstLine(child: Child): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
    });
  });
}

/** Passed on; the end is kept for the error of a start that failed. */
function errorsOf(child: Child): () => string {
  let kept = '';
  child.stderr.setEncoding('utf8').on('data', (part: string) => {
    kept = (kept + part).slice(-ERRORS_KEPT_CHARS);
    process.stderr.write(part);
  });
  return () => kept;
}

function letGo(child: Child): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if ('unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}
