/** The program's words when it cannot start: what is wrong and what to do, never a stack. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const MAIN = path.join(import.meta.dirname, 'main.ts');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-refusal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function said(args: readonly string[], environment: Record<string, string> = {}): Promise<string> {
  const options = { env: { PATH: '/usr/bin:/bin', ...environment } };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, '--data', path.join(folder, 'data'), ...args],
      options,
      (error, _out, complaint) => resolve(`${error?.code ?? 0}: ${complaint.trim()}`),
    );
  });
}

test('a port that is taken is named, with what to do', async () => {
  const other = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  expect(await said(['--port', String(port)])).toBe(
    `1: Port ${port} on 127.0.0.1 is in use by another program. End that, or choose another port: --port N`,
  );
  await new Promise((resolve) => other.close(resolve));
});

test('an address of another machine cannot be listened on', async () => {
  expect(await said(['--port', '0', '--listen', '192.0.2.1'])).toBe(
    '1: 192.0.2.1 is not an address of this machine: --listen takes one of its own.',
  );
});

test('a database that refuses connections is told without its password', async () => {
  const environment = { DATABASE_URL: 'postgresql://holdfast:geheim@127.0.0.1:1/holdfast' };
  const words = await said(['--port', '0'], environment);
  expect(words).toContain('1: The database of DATABASE_URL refuses connections');
  expect(words).not.toContain('geheim');
});

test('a master key that is none is told in a sentence', async () => {
  mkdirSync(path.join(folder, 'data'), { mode: 0o711 });
  writeFileSync(path.join(folder, 'data', 'master.key'), 'not a key\n', { mode: 0o600 });
  expect(await said(['--port', '0'])).toMatch(/^1: [^\n]*key[^\n]*$/);
});
