/**
 * One real PostgreSQL without fsync, thrown away at the end; as vitest's global set-up, one for all test files.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
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

/** A PostgreSQL with the migrated template in it. */
export interface TestCluster {
  /** Connection string of database `postgres`. */
  readonly url: string;
  stop(): Promise<void>;
}

export async function startTestCluster(): Promise<TestCluster> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-test-'));
  // The server may run as another user (see store/postgres/unprivileged.ts), who has to get to its folders.
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
  return {
    url,
    stop: async () => {
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const cluster = await startTestCluster();
  project.provide('clusterUrl', cluster.url);
  return () => cluster.stop();
}
