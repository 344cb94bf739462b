/**
 * The guide to testing, run: every program that docs/guide/testing.md shows is written to a file of its own and ends
 * well.
 */
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '@holdfast/server';
import { type Holdfast, startHoldfast } from '@holdfast/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULTS } from '../../packages/server/src/test-mode/options.ts';
import { CLONE, run } from '../e2e/program.ts';

const AWS = process.env['HOLDFAST_AWS'] ?? '/usr/bin/aws';
const PYTHON = process.env['HOLDFAST_PYTHON'] ?? '/usr/bin/python3';
/** Each backup is a run of restic, and some programs make many. */
const MANY_RUNS = { timeout: 300_000 };
const guide = readFileSync(path.join(CLONE, 'docs/guide/testing.md'), 'utf8');
const programs = new Map(
  [...guide.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(([, name = '', text = '']) => [name, text]),
);

let folder: string;
let holdfast: Holdfast;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-guide-'));
  // As somebody has it who installed the packages.
  symlinkSync(path.join(CLONE, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n');
  for (const [name, text] of programs) writeFileSync(path.join(folder, name), text);
  holdfast = await startHoldfast();
  const { endpoint, accountId, region, regions, credentials } = holdfast;
  const ready = JSON.stringify({ endpoint, accountId, region, regions, credentials });
  writeFileSync(path.join(folder, 'holdfast.json'), `${ready}\n`);
});
afterAll(async () => {
  await holdfast.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the programs of the guide are those that are run here', () => {
  expect([...programs.keys()]).toEqual(['backup.test.ts', 'organization.test.ts', 'month.py', 'units.sh']);
});

test('backup.test.ts: Node’s own test runner', MANY_RUNS, async () => {
  const { code, stdout } = await run(process.execPath, ['--test', 'backup.test.ts'], { cwd: folder });
  expect(stdout).toContain('documents are kept for two days');
  expect(code, stdout).toBe(0);
});

test('organization.test.ts: vitest', async () => {
  const vitest = path.join(CLONE, 'node_modules/vitest/vitest.mjs');
  const { code, stdout, stderr } = await run(process.execPath, [vitest, 'run', '--root', folder, 'organization'], {
    cwd: folder,
    env: { VITEST: undefined, VITEST_POOL_ID: undefined, VITEST_WORKER_ID: undefined, NODE_OPTIONS: undefined },
  });
  expect(code, stdout + stderr).toBe(0);
  expect(stdout).toContain('2 passed');
});

test('month.py: boto3', MANY_RUNS, async () => {
  const { code, stdout, stderr } = await run(PYTHON, ['month.py'], { cwd: folder });
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'four weeks, four backups\n', stderr: '' });
});

test('units.sh: the aws command', async () => {
  const { code, stdout, stderr } = await run('bash', ['units.sh'], { cwd: folder, env: { AWS } });
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stderr: '' });
  expect(stdout.trim().split('\n').at(-1)).toBe('shop');
});

test('the defaults that the guide tells are those in force', () => {
  for (const value of Object.values(DEFAULTS)) expect(guide).toContain(value);
  const inForce = new Map(readConfig({ environment: {} }).inForce.map(({ name, value }) => [name, value]));
  expect(guide).toContain(`| \`--regions\` | \`${inForce.get('regions')}\` |`);
  expect(guide).toContain(`| \`--port\` | ${inForce.get('port')} |`);
});
