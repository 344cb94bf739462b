/**
 * PostgreSQL servers as a user has them, for tests: version 15, which Debian's pg_dump can read; and the shared one,
 * which it cannot.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger } from '@holdfast/kernel';
import pg from 'pg';
import { embeddedBinaries } from '../../packages/server/src/store/postgres/binaries.ts';
import { SUPERUSER, startCluster } from '../../packages/server/src/store/postgres/cluster.ts';

export interface PostgresServer extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  query(database: string, text: string): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

/** The version of the demo's databases. */
export async function postgres15(): Promise<PostgresServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-pg15-'));
  chmodSync(folder, 0o711);
  const cluster = await startCluster({
    binaries: embeddedBinaries('demo-postgres-'),
    dataFolder: path.join(folder, 'pg'),
    log: silentLogger,
    durable: false,
  });
  let running = true;
  const stop = async (): Promise<void> => {
    if (running) await cluster.stop();
    running = false;
  };
  return {
    host: cluster.socketFolder,
    port: 5432,
    username: SUPERUSER,
    stop,
    query: (database, text) => query(cluster.url(database), text),
    async [Symbol.asyncDispose]() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const result: unknown = await client.query(text);
    return result !== null && typeof result === 'object' && 'rows' in result
      ? (result.rows as Record<string, unknown>[])
      : [];
  } finally {
    await client.end();
  }
}

export interface HeldTable {
  /** Resolves when somebody waits for the table. */
  waitedFor(): Promise<void>;
  release(): Promise<void>;
}

/** Holds a table of `shop`, so that a dump stops in the middle of its work until it is released or its server goes. */
export async function holdTable(on: PostgresServer): Promise<HeldTable> {
  await on.query('shop', 'create table if not exists held (id integer)');
  const client = new pg.Client({ host: on.host, port: on.port, user: on.username, database: 'shop' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin');
  await client.query('lock table held');
  return {
    async waitedFor() {
      const waiting = `select 1 from pg_locks where relation = 'held'::regclass and not granted`;
      while ((await on.query('shop', waiting)).length === 0);
    },
    release: () => client.end().catch(() => undefined),
  };
}
