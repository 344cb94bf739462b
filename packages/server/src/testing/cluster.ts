/**
 * vitest's global set-up: one real PostgreSQL for all test files, without fsync, thrown away at the end.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger, systemClock } from '@holdfast/kernel';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { migrate } from '../store/migrate.ts';
import { embeddedBinaries } from '../store/postgres/binaries.ts';
import { startCluster } from '../store/postgres/cluster.ts';

export const TEMPLATE = 'holdfast_template';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of database `postgres` on the shared cluster. */
    clusterUrl: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-test-'));
  // The server may run as another user (see store/postgres/unprivileged.ts), who has to get to its folders.
  const { chmodSync } = await import('node:fs');
  chmodSync(folder, 0o711);
  const cluster = await startCluster({
    binaries: embeddedBinaries(),
    dataFolder: path.join(folder, 'pg'),
    log: silentLogger,
    durable: false,
    settings: ['max_connections=300'],
  });
  const url = cluster.url('postgres');
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  await admin.query(`create database ${TEMPLATE}`);
  await admin.end();
  const pool = new pg.Pool({ connectionString: cluster.url(TEMPLATE), max: 1 });
  await migrate(pool, systemClock);
  await pool.end();
  project.provide('clusterUrl', url);
  return async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
