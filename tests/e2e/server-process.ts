/** A server started by `holdfast start`, as an operator starts it, in a data folder of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnvironment } from './program.ts';

const HOLDFAST = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

export interface ServerProcess extends AsyncDisposable {
  readonly endpoint: string;
  readonly dataFolder: string;
  /** A folder for what the test backs up and restores, gone with the server. */
  readonly workFolder: string;
  /** What a client needs to be the management account. */
  readonly profile: Readonly<Record<string, string>>;
  /** Ends it, as Ctrl-C does; the exit code. The folders stay until it is disposed. */
  stop(): Promise<number | null>;
}

export async function startServerProcess(): Promise<ServerProcess> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-e2e-'));
  // PostgreSQL may have to run as another user, who must get in.
  chmodSync(folder, 0o711);
  const dataFolder = path.join(folder, 'data');
  const child = spawn(process.execPath, [HOLDFAST, 'start', '--data', dataFolder, '--port', '0'], {
    env: cleanEnvironment({ HOLDFAST_PUBLISH_DELAY_MS: '100' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-20_000);
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const answering = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const endpoint = /http:\/\/\S+/.exec(text)?.[0];
      if (endpoint !== undefined && text.includes('\n')) resolve(endpoint);
    });
  });
  const endpoint = await Promise.race([answering, exited.then((code) => code)]);
  if (typeof endpoint !== 'string') {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`The server ended with ${endpoint}:\n${log}`);
  }
  const stop = async (): Promise<number | null> => {
    child.kill('SIGTERM');
    return exited;
  };
  return {
    endpoint,
    dataFolder,
    workFolder: path.join(folder, 'work'),
    profile: {
      AWS_CONFIG_FILE: path.join(dataFolder, 'aws', 'config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(dataFolder, 'aws', 'credentials'),
      AWS_PROFILE: 'holdfast',
    },
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
