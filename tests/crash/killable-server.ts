/** A server as a program of its own, killed without warning and started again on the same data folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url));
const LOG_KEPT = 200_000;

export interface KillableServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly folder: string;
  readonly dataFolder: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  start(): Promise<void>;
  /** SIGKILL: nothing of the process runs any more when this resolves. */
  kill(): Promise<void>;
  /** What the servers have logged so far. */
  log(): string;
}

export async function killableServer(): Promise<KillableServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-crash-'));
  chmodSync(folder, 0o711);
  const dataFolder = path.join(folder, 'data');
  let child: ChildProcess | undefined;
  let endpoint = '';
  let log = '';

  const start = async (): Promise<void> => {
    const port = endpoint === '' ? '0' : new URL(endpoint).port;
    const args = [MAIN, '--data', dataFolder, '--port', port, '--lease-seconds', '2', '--jobs-at-once', '2'];
    const started = spawn(process.execPath, args, {
      env: { PATH: process.env['PATH'], HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    const keep = (text: string): void => {
      log = (log + text).slice(-LOG_KEPT);
    };
    started.stderr.setEncoding('utf8').on('data', keep);
    const ended = once(started, 'exit').then(([code]) => `ended with ${String(code)}`);
    let said = '';
    const greeted = new Promise<string>((resolve) => {
      started.stdout.setEncoding('utf8').on('data', (text: string) => {
        keep(text);
        said += text;
        const found = /answers on (http:\S+) /.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    const outcome = await Promise.race([greeted, ended]);
    if (!outcome.startsWith('http')) throw new Error(`The server ${outcome}:\n${log}`);
    endpoint = outcome;
  };

  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'close');
    child.kill('SIGKILL');
    await gone;
  };

  await start();
  const text = readFileSync(path.join(dataFolder, 'aws', 'credentials'), 'utf8');
  const value = (name: string): string => new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(text)?.[1] ?? '';
  const server: KillableServer = {
    get endpoint() {
      return endpoint;
    },
    folder,
    dataFolder,
    credentials: { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') },
    start,
    kill,
    log: () => log,
    async [Symbol.asyncDispose]() {
      if (child && child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'close');
        child.kill('SIGTERM');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return server;
}
