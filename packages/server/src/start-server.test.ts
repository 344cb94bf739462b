/** The server as it starts for real: embedded PostgreSQL, data folder, operator's door. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { memoryLogger, systemClock, systemRandom } from '@holdfast/kernel';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfig } from './config.ts';
import { WrongMasterKey } from './first-boot.ts';
import { FolderInUse, lockFolder } from './folder-lock.ts';
import { type RunningServer, startServer } from './start-server.ts';
import { testDatabase } from './testing/database.ts';

const MAIN = path.join(import.meta.dirname, 'main.ts');

let folder: string;
let data: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-start-'));
  // PostgreSQL may run as another user, who has to get to its own folder.
  chmodSync(folder, 0o711);
  data = path.join(folder, 'data');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const events = memoryLogger();
function start(args: readonly string[] = []): Promise<RunningServer> {
  const { config } = readConfig({ args: ['--data', data, '--port', '0', ...args], environment: {} });
  return startServer(config, { clock: systemClock, random: systemRandom, log: events });
}

function profile(): { accessKeyId: string; secretAccessKey: string } {
  const text = readFileSync(path.join(data, 'aws', 'credentials'), 'utf8');
  const value = (name: string): string => new RegExp(`^${name} = (.+)$`, 'm').exec(text)?.[1] ?? '';
  return { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
}

async function whoAmI(endpoint: string): Promise<string | undefined> {
  const client = new STSClient({ endpoint, region: 'us-east-1', credentials: profile(), maxAttempts: 1 });
  try {
    return (await client.send(new GetCallerIdentityCommand())).Arn;
  } finally {
    client.destroy();
  }
}

const modeOf = (...parts: string[]): string => (statSync(path.join(data, ...parts)).mode & 0o777).toString(8);

async function operatorStatus(): Promise<number | undefined> {
  const request = http.request({ socketPath: path.join(data, 'operator.sock'), path: '/status', agent: false });
  request.end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  await response.toArray();
  return response.statusCode;
}

describe('a start', () => {
  test('makes an account once; each later one finds it, and everything in the data folder is private', async () => {
    const first = await start(['--management-email', 'ops@example.test']);
    expect(await whoAmI(first.endpoint)).toBe(`arn:aws:iam::${first.accountId}:user/admin`);
    expect(first.accountId).toMatch(/^[1-9]\d{11}$/);
    expect([
      modeOf(),
      modeOf('master.key'),
      modeOf('aws'),
      modeOf('aws', 'credentials'),
      modeOf('aws', 'config'),
    ]).toEqual(['711', '600', '700', '600', '600']);
    expect([modeOf('operator.sock'), modeOf('postgres'), modeOf('vaults', 'us-east-1'), modeOf('work')]).toEqual([
      '600',
      '700',
      '700',
      '700',
    ]);
    const key = profile();
    expect(await operatorStatus()).toBe(200);
    await first.stop();
    expect(existsSync(path.join(data, 'operator.sock'))).toBe(false);

    const second = await start();
    expect(second.accountId).toBe(first.accountId);
    expect(profile()).toEqual(key);
    expect(await whoAmI(second.endpoint)).toBe(`arn:aws:iam::${first.accountId}:user/admin`);
    expect(readFileSync(path.join(data, 'aws', 'config'), 'utf8')).toContain(`endpoint_url = ${second.endpoint}\n`);
    await second.stop();
    expect(JSON.stringify(events.events)).not.toContain(key.secretAccessKey);
  });

  test('is refused while another server runs on the folder, and possible again after', async () => {
    const running = await start();
    await expect(start()).rejects.toThrow(FolderInUse);
    await running.stop();
    const next = await start();
    await next.stop();
  });

  test('that fails leaves nothing behind: the folder is free for the next', async () => {
    const taken = http.createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    await expect(start(['--port', port])).rejects.toMatchObject({
      name: 'StartRefusal',
      cause: { code: 'EADDRINUSE' },
    });
    await new Promise((resolve) => taken.close(resolve));
    await expect(start(['--database-url', 'postgresql://u@127.0.0.1:1/none'])).rejects.toMatchObject({
      name: 'StartRefusal',
      cause: { code: 'ECONNREFUSED' },
    });
    lockFolder(path.join(data, 'server.lock'))[Symbol.dispose]();
  });

  test('of two servers on one empty database, one makes the account; a third with another master key is refused', async () => {
    await using database = await testDatabase();
    const other = path.join(folder, 'other');
    const third = path.join(folder, 'third');
    for (const each of [data, other]) {
      mkdirSync(each, { recursive: true });
      writeFileSync(path.join(each, 'master.key'), `${'A'.repeat(43)}=\n`, { mode: 0o600 });
    }
    const on = (where: string) => start(['--data', where, '--database-url', database.url]);
    const [first, second] = await Promise.all([on(data), on(other)]);
    expect(second.accountId).toBe(first.accountId);
    const profiles = [data, other].filter((each) => existsSync(path.join(each, 'aws', 'credentials')));
    expect(profiles).toHaveLength(1);
    await expect(on(third)).rejects.toThrow(WrongMasterKey);
    await first.stop();
    await second.stop();
  });

  test('says on its health page that it answers, and nothing else', async () => {
    const server = await start();
    const answer = await fetch(`${server.endpoint}/_holdfast/health`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    expect((await fetch(`${server.endpoint}/_holdfast/health`, { method: 'POST' })).status).not.toBe(200);
    await server.stop();
  });

  test('that loses its database says so', async () => {
    const server = await start();
    const pid = Number.parseInt(readFileSync(path.join(data, 'postgres', 'postmaster.pid'), 'utf8'), 10);
    process.kill(pid, 'SIGQUIT');
    expect(await server.failed).toMatch(/PostgreSQL has ended/);
    await server.stop();
  });
});

describe('the program', () => {
  const children: ChildProcess[] = [];
  afterEach(async () => {
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  });
  function run(...args: string[]): { child: ChildProcess; output: () => string; exited: Promise<number | null> } {
    const child = spawn(process.execPath, [MAIN, '--data', data, '--port', '0', ...args], {
      env: { PATH: '/usr/bin:/bin' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (part: string) => (text += part));
    const exited = once(child, 'close').then(([code]) => code as number | null);
    return { child, output: () => text, exited };
  }
  async function answering({ child, output }: ReturnType<typeof run>): Promise<string> {
    for (;;) {
      const endpoint = /answers on (\S+)/.exec(output())?.[1];
      if (endpoint) return endpoint;
      if (child.exitCode !== null) throw new Error(output());
      if (child.stdout) await once(child.stdout, 'data');
    }
  }

  test('survives SIGKILL: the next one finds all, and SIGTERM ends it in order', async () => {
    const first = run();
    const before = await whoAmI(await answering(first));
    first.child.kill('SIGKILL');
    await first.exited;
    const second = run();
    expect(await whoAmI(await answering(second))).toBe(before);
    second.child.kill('SIGTERM');
    expect(await second.exited).toBe(0);
    expect(existsSync(path.join(data, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('says what is wrong and ends with 2 for a wrong option, with 1 for a folder in use', async () => {
    const wrong = run('--jobs-at-once', 'many');
    expect(await wrong.exited).toBe(2);
    expect(wrong.output()).toBe('--jobs-at-once is "many", and not a whole number from 1 to 64.\n');
    const running = run();
    await answering(running);
    const late = run();
    expect(await late.exited).toBe(1);
    expect(late.output()).toMatch(
      /^Another Holdfast server is running on this data folder \(it holds .*server\.lock\)\.\n$/,
    );
  });

  test('prints its settings instead of starting', async () => {
    const printing = run('--print-config');
    expect(await printing.exited).toBe(0);
    expect(printing.output()).toContain('jobsAtOnce = 2   [default] HOLDFAST_JOBS_AT_ONCE');
    expect(existsSync(data)).toBe(false);
  });
});
