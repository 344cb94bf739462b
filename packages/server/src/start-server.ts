/**
 * A server from its configuration: data folder, PostgreSQL, secrets, TCP port, and the life on them (life.ts).
 *
 * The port is taken first and answers `starting` until all is there; whatever fails on the way, what was begun is
 * undone.
 */
import { mkdirSync } from 'node:fs';
import type { Clock, Logger } from '@holdfast/kernel';
import pg from 'pg';
import type { Config } from './config.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { lockFolder } from './folder-lock.ts';
import { openFront } from './front.ts';
import type { Installation } from './installation.ts';
import { beginLife, type Surroundings } from './life.ts';
import { openMasterKey } from './secrets/master-key.ts';
import { loadServices } from './services/all.ts';
import { databaseRefusal } from './start-refusal.ts';
import { type OpenDatabase, openDatabase } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { embeddedBinaries } from './store/postgres/binaries.ts';
import { startCluster } from './store/postgres/cluster.ts';

const DATABASE_NAME = 'holdfast';
const NO_SUCH_DATABASE = '3D000';

export interface RunningServer {
  /** `http://127.0.0.1:4747` */
  readonly endpoint: string;
  readonly installation: Installation;
  readonly folder: DataFolder;
  /** The account that the first start made. */
  readonly accountId: string;
  /** Resolves when the server can no longer work, with the reason. It must then be stopped. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

export async function startServer(config: Config, surroundings: Surroundings): Promise<RunningServer> {
  const { clock, log } = surroundings;
  await using undo = new AsyncDisposableStack();
  const folder = openDataFolder(config.dataFolder);
  undo.use(lockFolder(folder.lock));
  for (const { vaultFolder } of config.settings.regions) mkdirSync(vaultFolder, { recursive: true, mode: 0o700 });

  const front = await openFront(config);
  undo.defer(() => front.close());
  const services = loadServices();
  // Awaited below; should the database fail first, this failure is not the one to tell.
  services.catch(() => undefined);
  const sealer = openMasterKey(folder.masterKey);
  const { failed, ...store } = await openStore(config, folder, clock, log, undo);
  const { endpoint } = front;
  const life = await beginLife({
    ...surroundings,
    ...store,
    config,
    folder,
    endpoint,
    sealer,
    services: await services,
  });
  undo.defer(() => life.end());
  // Twice on the stack: first of all to be closed when all is well, and there already when something fails before.
  undo.defer(() => front.close());
  const { installation, listener } = life.server;
  front.serve(listener);
  log.info('server.started', { endpoint, dataFolder: folder.root });
  const all = undo.move();
  return { endpoint, installation, folder, accountId: life.accountId, failed, stop: () => all.disposeAsync() };
}

interface Store {
  readonly database: OpenDatabase;
  readonly failed: Promise<string>;
  /** Where the embedded PostgreSQL lets everybody in who gets there. */
  readonly socketFolders: readonly string[];
}

async function openStore(
  config: Config,
  folder: DataFolder,
  clock: Clock,
  log: Logger,
  undo: AsyncDisposableStack,
): Promise<Store> {
  let closing = false;
  const open = (url: string): OpenDatabase => {
    const database = openDatabase({
      url,
      onIdleError: (error) => {
        // The embedded server cuts the last ones while it stops.
        if (!closing) log.warn('database.connection-lost', { error });
      },
    });
    undo.defer(() => {
      closing = true;
      return database.close();
    });
    return database;
  };
  if (config.databaseUrl !== undefined) {
    const database = open(config.databaseUrl);
    await migrate(database.pool, clock).catch((error: unknown) => Promise.reject(databaseRefusal(error)));
    return { database, failed: new Promise(() => undefined), socketFolders: [] };
  }
  const cluster = await startCluster({ binaries: embeddedBinaries(), dataFolder: folder.postgres, log });
  undo.defer(() => cluster.stop());
  const database = open(cluster.url(DATABASE_NAME));
  await migrate(database.pool, clock).catch(async (error: unknown) => {
    if (!isMissingDatabase(error)) throw error;
    await createDatabase(cluster.url('postgres'));
    await migrate(database.pool, clock);
  });
  const failed = cluster.exited.then((code) => `The embedded PostgreSQL has ended (exit code ${code}).`);
  return { database, failed, socketFolders: [cluster.socketFolder] };
}

function isMissingDatabase(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === NO_SUCH_DATABASE;
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`create database ${DATABASE_NAME}`);
  } finally {
    await client.end();
  }
}
