/**
 * The server of test mode as a process: what it refuses to start on, and that nothing of it remains, however it ends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { startHoldfast } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLONE, cleanEnvironment, holdfast, run } from '../e2e/program.ts';

/** For tests that start servers one after another, on a machine that has other things to do. */
const MANY_STARTS = { timeout: 300_000 };
const CLI = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hf-mode-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Started {
  readonly ready: {
    readonly endpoint: string;
    readonly accountId: string;
    readonly dataFolder: string;
    readonly processId: number;
  };
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** By the command line, with a folder for temporary files of its own, so that what is left can be seen. */
async function start(temporary: string, ...options: readonly string[]): Promise<Started> {
  mkdirSync(temporary, { recursive: true, mode: 0o711 });
  const child = spawn(process.execPath, [CLI, 'start', '--ephemeral', '--port', '0', ...options], {
    env: cleanEnvironment({ TMPDIR: temporary }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const line = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').once('data', resolve);
  });
  const first = await Promise.race([line, exited]);
  if (typeof first !== 'string') throw new Error(errors);
  const ready = JSON.parse(first) as Started['ready'];
  return {
    ready,
    end: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

const left = (temporary: string): string[] =>
  readdirSync(temporary).filter((name) => name.startsWith('holdfast-ephemeral-'));

test('it prints where it answers and as whom, and is gone without a trace when it is told to end', async () => {
  const temporary = path.join(folder, 'told');
  const readyFile = path.join(folder, 'ready.json');
  const server = await start(temporary, '--account-id', '210987654321', '--ready-file', readyFile);
  expect(JSON.parse(readFileSync(readyFile, 'utf8'))).toEqual(server.ready);
  expect(server.ready).toMatchObject({ accountId: '210987654321', dataFolder: expect.stringContaining(temporary) });
  expect(left(temporary)).toHaveLength(1);
  expect(await server.end('SIGTERM')).toBe(0);
  expect(left(temporary)).toEqual([]);
});

test(
  'what a killed one left is removed by the next one, which leaves the folders of living ones alone',
  MANY_STARTS,
  async () => {
    const temporary = path.join(folder, 'killed');
    const [killed, living] = await Promise.all([start(temporary), start(temporary)]);
    // `holdfast start` runs the server as a child.
    process.kill(killed.ready.processId, 'SIGKILL');
    await killed.end('SIGKILL');
    expect(left(temporary)).toHaveLength(2);
    const next = await start(temporary);
    await expect.poll(() => left(temporary).length, { timeout: 120_000 }).toBe(2);
    expect(existsSync(killed.ready.dataFolder)).toBe(false);
    expect((await fetch(`${living.ready.endpoint}/_holdfast/health`)).status).toBe(200);
    await Promise.all([living.end('SIGINT'), next.end('SIGINT')]);
    expect(left(temporary)).toEqual([]);
  },
);

test(
  'a template that is torn is made anew; a cache that cannot be written to costs time alone',
  MANY_STARTS,
  async () => {
    const temporary = path.join(folder, 'torn');
    const cache = path.join(folder, 'cache');
    await (await start(temporary, '--cache', cache)).end('SIGTERM');
    const [template = ''] = readdirSync(cache).filter((name) => name.startsWith('template-'));
    writeFileSync(path.join(cache, template, 'global', 'pg_control'), 'torn');
    const server = await start(temporary, '--cache', cache);
    expect((await fetch(`${server.ready.endpoint}/_holdfast/health`)).status).toBe(200);
    await server.end('SIGTERM');
    expect(readFileSync(path.join(cache, template, 'global', 'pg_control'))).not.toEqual(Buffer.from('torn'));
    await (await start(temporary, '--cache', '/dev/null/cache')).end('SIGTERM');
    expect(left(temporary)).toEqual([]);
  },
);

test('it never touches a folder that holds anything, another database, or vaults elsewhere', async () => {
  const precious = path.join(folder, 'precious');
  mkdirSync(precious);
  writeFileSync(path.join(precious, 'only-copy.txt'), 'data');
  const onFolder = await holdfast(['start', '--ephemeral', '--data', precious]);
  expect(onFolder).toMatchObject({ code: 2, stdout: '' });
  expect(onFolder.stderr).toContain(`${precious} is not empty, and what --ephemeral uses it removes at its end.`);
  expect(readFileSync(path.join(precious, 'only-copy.txt'), 'utf8')).toBe('data');

  const program = fileURLToPath(new URL('../../packages/server/src/main.ts', import.meta.url));
  const onDatabase = await run(process.execPath, [program, '--ephemeral', '--database-url', 'postgresql://x/y']);
  expect(onDatabase).toMatchObject({ code: 2, stderr: expect.stringContaining('brings a database of its own') });
  const elsewhere = await holdfast(['start', '--ephemeral', '--regions', `us-east-1=${precious}`]);
  expect(elsewhere).toMatchObject({ code: 2, stderr: expect.stringContaining('name it without a folder') });
});

test('its options are refused without it', async () => {
  const { code, stderr } = await holdfast(['start', '--settle']);
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--settle is for test mode') });
});

test('where data is and who may ask is not taken from the environment', async () => {
  const data = path.join(folder, 'somebody-elses');
  const env = cleanEnvironment({
    DATABASE_URL: 'postgresql://127.0.0.1:1/production',
    HOLDFAST_DATA: data,
    // An address that no machine has: who listened there would not start.
    HOLDFAST_LISTEN: '203.0.113.1',
  });
  const child = spawn(process.execPath, [CLI, 'start', '--ephemeral', '--port', '0'], { env, stdio: 'pipe' });
  const [line] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
  expect(JSON.parse(line)).toMatchObject({
    accountId: '123456789012',
    endpoint: expect.stringContaining('//127.0.0.1:'),
  });
  expect(existsSync(data)).toBe(false);
  child.kill('SIGTERM');
  await once(child, 'exit');
});

test('several run side by side, each with its own account; stopping one stops only that', async () => {
  await using one = await startHoldfast({ accountId: '111111111111' });
  const other = await startHoldfast({ accountId: '222222222222', secretAccessKey: 'another-secret' });
  const whoIs = async (server: typeof one): Promise<string | undefined> => {
    const sts = new STSClient(server.clientConfig());
    return (await sts.send(new GetCallerIdentityCommand({}))).Account;
  };
  expect(await Promise.all([whoIs(one), whoIs(other)])).toEqual(['111111111111', '222222222222']);
  await other.stop();
  await expect(fetch(`${other.endpoint}/_holdfast/health`)).rejects.toThrow('fetch failed');
  expect(await whoIs(one)).toBe('111111111111');
});

test('a server whose parent is killed ends by itself', async () => {
  const script = `
    import { startHoldfast } from '@holdfast/testing';
    const holdfast = await startHoldfast();
    console.log(holdfast.endpoint);
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: path.dirname(fileURLToPath(import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [endpoint] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string];
  expect((await fetch(`${endpoint.trim()}/_holdfast/health`)).status).toBe(200);
  parent.kill('SIGKILL');
  const answers = (): Promise<boolean> =>
    fetch(`${endpoint.trim()}/_holdfast/health`).then(
      () => true,
      () => false,
    );
  await expect.poll(answers, { timeout: 120_000 }).toBe(false);
});

test('a program that forgets to stop its server can end', async () => {
  const script = `
    import { startHoldfast } from '@holdfast/testing';
    await startHoldfast();
    console.log('done');`;
  const cwd = path.dirname(fileURLToPath(import.meta.url));
  const { code, stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'done\n' });
});

test('a start that fails says what the server said', async () => {
  await expect(startHoldfast({ accountId: '000000000000' })).rejects.toThrow(
    '--account-id takes twelve digits, the first of them not 0.',
  );
});

test('the package that people install holds its sources and nothing else', async () => {
  const cwd = path.join(CLONE, 'packages/testing');
  const { code, stdout, stderr } = await run('npm', ['pack', '--dry-run', '--json'], { cwd });
  expect(code, stderr).toBe(0);
  const [{ files }] = JSON.parse(stdout) as [{ readonly files: readonly { readonly path: string }[] }];
  const names = files.map((file) => file.path);
  expect(names).toContain('src/index.ts');
  expect(names.filter((name) => name !== 'package.json' && !/^src\/[a-z-]+\.ts$/.test(name))).toEqual([]);
});
