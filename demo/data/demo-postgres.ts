/**
 * The database server that stands for a user's own: a second, separate PostgreSQL, of a major version that any
 * pg_dump of
 * today can read. Each account of the demo has a database on it, with an owner that must give its password.
 *
 * On a socket only, so that no port can be taken by somebody else between two starts.
 * Not here: what is in the databases (database.sql), comparing them (compare-databases.ts).
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Logger } from '@holdfast/kernel';
import pg from 'pg';
import { embeddedBinaries } from '../../packages/server/src/store/postgres/binaries.ts';
import { type Cluster, startCluster } from '../../packages/server/src/store/postgres/cluster.ts';

const PACKAGE_PREFIX = 'demo-postgres-';
const PORT = 5432;
const ROWS = readFileSync(new URL('database.sql', import.meta.url), 'utf8');

/** The owner of the server needs no password on its private socket; everybody else does. */
const ACCESS_RULES = 'local all holdfast trust\nlocal all all scram-sha-256\n';

export interface DemoDatabase {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export interface DemoPostgres {
  readonly cluster: Cluster;
  /** Makes a database with an owner of the same name, and fills it; the rows depend on the name alone. */
  createDatabase(name: string, password: string): Promise<DemoDatabase>;
  /** A connection of the server's owner, for comparing. */
  connect(database: string): Promise<pg.Client>;
  stop(): Promise<void>;
}

export async function startDemoPostgres(folder: string, log: Logger): Promise<DemoPostgres> {
  mkdirSync(folder, { recursive: true });
  // The server may run as another user (postgres, when we are root), who has to get in.
  chmodSync(folder, 0o711);
  const accessRules = path.join(folder, 'pg_hba.conf');
  writeFileSync(accessRules, ACCESS_RULES, { mode: 0o644 });
  const cluster = await startCluster({
    binaries: embeddedBinaries(PACKAGE_PREFIX, import.meta.url),
    dataFolder: path.join(folder, 'postgres'),
    log,
    settings: [`hba_file=${accessRules}`, 'password_encryption=scram-sha-256'],
  });
  const connect = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: cluster.url(database) });
    await client.connect();
    return client;
  };
  return {
    cluster,
    connect,
    stop: () => cluster.stop(),
    async createDatabase(name, password) {
      await statements(connect, 'postgres', [
        `create role ${pg.escapeIdentifier(name)} login createdb password ${pg.escapeLiteral(password)}`,
        `create database ${pg.escapeIdentifier(name)} owner ${pg.escapeIdentifier(name)}`,
      ]);
      const rows = ROWS.replaceAll(':seed', pg.escapeLiteral(name));
      await statements(connect, name, [`set role ${pg.escapeIdentifier(name)}`, rows]);
      return { host: cluster.socketFolder, port: PORT, database: name, user: name, password };
    },
  };
}

async function statements(
  connect: (database: string) => Promise<pg.Client>,
  database: string,
  texts: readonly string[],
): Promise<void> {
  const client = await connect(database);
  try {
    for (const text of texts) await client.query(text);
  } finally {
    await client.end();
  }
}
