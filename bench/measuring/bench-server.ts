/**
 * The server as it is measured: a process of its own, with a PostgreSQL that syncs to disk, in a folder that is removed
 * at the end.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pause, readProfile } from '@holdfast/cli';
import { present, silentLogger } from '@holdfast/kernel';
import pg from 'pg';
import { embeddedBinaries } from '../../packages/server/src/store/postgres/binaries.ts';
import { startCluster } from '../../packages/server/src/store/postgres/cluster.ts';
import type { Credentials } from '../api/signed-request.ts';

const POLL_MS = 20;
const MAIN = path.resolve(import.meta.dirname, '../../packages/server/src/main.ts');

export interface BenchServer {
  readonly port: number;
  readonly pid: number;
  /** Of the database's first process. */
  readonly databasePid: number;
  /** One connection beside the server's own. */
  readonly pool: pg.Pool;
  readonly credentials: Credentials;
  readonly accountId: string;
}

export interface BenchServerOptions {
  /** Folder for a CPU profile of the server. */
  readonly profile?: string | undefined;
}

export async function withBenchServer(
  { profile }: BenchServerOptions,
  work: (server: BenchServer) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-bench-'));
  chmodSync(folder, 0o711);
  const cluster = await startCluster({
    binaries: embeddedBinaries(),
    dataFolder: path.join(folder, 'pg'),
    log: silentLogger,
    durable: true,
  });
  const databasePid = Number(readFileSync(path.join(folder, 'pg', 'postmaster.pid'), 'utf8').split('\n', 1)[0]);
  const pool = new pg.Pool({ connectionString: cluster.url('postgres'), max: 1 });
  try {
    const profiling = profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile];
    await withProcess(folder, cluster.url('postgres'), profiling, (server) => work({ ...server, databasePid, pool }));
  } finally {
    await pool.end();
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withProcess(
  folder: string,
  databaseUrl: string,
  nodeOptions: readonly string[],
  work: (server: Omit<BenchServer, 'databasePid' | 'pool'>) => Promise<void>,
): Promise<void> {
  const dataFolder = path.join(folder, 'data');
  const log = path.join(folder, 'server.log');
  const where = ['--data', dataFolder, '--port', '0', '--database-url', databaseUrl, '--log-level', 'warn'];
  // What the server can is measured, not what it lets one caller have.
  where.push('--rate-limits', 'off');
  const output = openSync(log, 'a', 0o600);
  const server = spawn(process.execPath, [...nodeOptions, MAIN, ...where], { stdio: ['ignore', output, output] });
  try {
    const hasEnded = (): boolean => server.exitCode !== null;
    const port = await announced(log, /127\.0\.0\.1:(\d+)/, hasEnded);
    const accountId = String(await announced(log, /account (\d{12})/, hasEnded));
    await work({
      port,
      pid: present(server.pid, 'the process id'),
      credentials: present(readProfile(dataFolder), 'the profile'),
      accountId,
    });
  } finally {
    server.kill('SIGTERM');
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  }
}

/** A number that the server has printed. */
async function announced(log: string, pattern: RegExp, hasEnded: () => boolean): Promise<number> {
  for (;;) {
    const text = readFileSync(log, 'utf8');
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return Number(found);
    if (hasEnded()) throw new Error(`The server has ended: ${text}`);
    await pause(POLL_MS);
  }
}
