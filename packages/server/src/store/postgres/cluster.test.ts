import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { memoryLogger } from '@holdfast/kernel';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { embeddedBinaries } from './binaries.ts';
import { type Cluster, startCluster } from './cluster.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast cluster '));
  chmodSync(folder, 0o711);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const start = (log = memoryLogger()): Promise<Cluster> =>
  startCluster({ binaries: embeddedBinaries(), dataFolder: path.join(folder, 'pg'), log, durable: false });

test('a stale pid file with the number of another process harms nobody', async () => {
  await (await start()).stop();
  const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
  try {
    writeFileSync(path.join(folder, 'pg', 'postmaster.pid'), `${bystander.pid}\n${path.join(folder, 'pg')}\n1\n5432\n`);
    const cluster = await start();
    expect({ exitCode: bystander.exitCode, signal: bystander.signalCode }).toEqual({ exitCode: null, signal: null });
    await cluster.stop();
  } finally {
    bystander.kill();
    await once(bystander, 'exit');
  }
});

test('a server that was left running on the folder is asked to go, and what it committed is there', async () => {
  const left = await start();
  const client = new pg.Client({ connectionString: left.url('postgres') });
  await client.connect();
  await client.query('create table kept as select 42 as answer');
  await client.end();
  const log = memoryLogger();
  const cluster = await start(log);
  expect(await left.exited).toBe(0);
  expect(log.events.map(({ event }) => event)).toContain('postgres.predecessor-runs');
  const again = new pg.Client({ connectionString: cluster.url('postgres') });
  await again.connect();
  expect((await again.query('select answer from kept')).rows).toEqual([{ answer: 42 }]);
  await again.end();
  await cluster.stop();
});

test('a socket folder that is a link to somewhere else is not used', async () => {
  const elsewhere = path.join(folder, 'elsewhere');
  mkdirSync(elsewhere, { mode: 0o755 });
  symlinkSync(elsewhere, path.join(folder, 'pg.socket'));
  await expect(start()).rejects.toThrow('pg.socket belongs to somebody else');
  expect(statSync(elsewhere).mode & 0o777).toBe(0o755);
});
