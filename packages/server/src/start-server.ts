/**
 * A server from its configuration: data folder, PostgreSQL, secrets, first account, endpoint, operator's door.
 *
 * The port is taken first and answers `starting` until all is there; whatever fails on the way, what was begun is
 * undone.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { processRunner } from '@holdfast/connector-kit';
import { type Clock, type Logger, present, type Random, SECOND_MS } from '@holdfast/kernel';
import { httpServer } from '@holdfast/wire';
import pg from 'pg';
import { sleep } from './background.ts';
import type { Config } from './config.ts';
import { allConnectors } from './connectors/all.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { firstBoot, writeAwsConfig } from './first-boot.ts';
import { lockFolder } from './folder-lock.ts';
import { answerHealth } from './health.ts';
import type { Installation } from './installation.ts';
import { openOperatorDoor } from './operator/operator-door.ts';
import { openMasterKey } from './secrets/master-key.ts';
import { createServer } from './server.ts';
import { loadServices } from './services/all.ts';
import { databaseRefusal, listenRefusal } from './start-refusal.ts';
import { type OpenDatabase, openDatabase } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { embeddedBinaries } from './store/postgres/binaries.ts';
import { startCluster } from './store/postgres/cluster.ts';
import { createRepositories } from './vault/restic-repositories.ts';

const DATABASE_NAME = 'holdfast';
const NO_SUCH_DATABASE = '3D000';
/** How long requests under way may take to end when the server stops. */
const GRACE_MS = 10 * SECOND_MS;

export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

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

export async function startServer(config: Config, { clock, random, log }: Surroundings): Promise<RunningServer> {
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
  const { database, failed, socketFolders } = await openStore(config, folder, clock, log, undo);

  const run = processRunner();
  const server = createServer({
    clock,
    random,
    log,
    db: database.db,
    sealer,
    settings: { ...config.settings, privatePaths: [...privatePaths(folder), ...socketFolders] },
    repositories: createRepositories({ run, clock, random, workFolder: folder.work }),
    connectors: allConnectors(run),
    services: await services,
    auditMark: folder.auditMark,
  });
  const { installation } = server;
  const accountId = await firstBoot(installation, folder, config.managementEmail);
  writeAwsConfig(folder, front.endpoint, present(config.settings.regions[0], 'the default region').name);
  const door = await openOperatorDoor(installation, folder, version());
  undo.defer(() => door.close());
  server.start();
  undo.defer(() => server.stop());
  // Twice on the stack: first of all to be closed when all is well, and there already when something fails before.
  undo.defer(() => front.close());
  front.serve(server.listener);
  log.info('server.started', { endpoint: front.endpoint, dataFolder: folder.root });
  const all = undo.move();
  return { endpoint: front.endpoint, installation, folder, accountId, failed, stop: () => all.disposeAsync() };
}

/** What of the data folder no account's resource may be in; the work folder and the vaults are known by themselves. */
function privatePaths({
  masterKey,
  postgres,
  operatorSocket,
  awsCredentials,
  awsConfig,
  auditMark,
}: DataFolder): string[] {
  return [masterKey, postgres, operatorSocket, awsCredentials, awsConfig, auditMark];
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

interface Front {
  readonly endpoint: string;
  /** From now on requests are answered by `listener`. */
  serve(listener: RequestListener): void;
  /** Lets requests under way end. Harmless when closed already. */
  close(): Promise<void>;
}

async function openFront({ listen, port }: Config): Promise<Front> {
  let listener: RequestListener | undefined;
  const server = httpServer((request, response) => {
    if (answerHealth(request, response, listener !== undefined)) return;
    if (listener) listener(request, response);
    else response.writeHead(503, { 'retry-after': '1' }).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenRefusal(error, listen, port)));
    server.listen({ host: listen, port }, resolve);
  });
  return {
    endpoint: endpointOf(server.address() as AddressInfo),
    serve: (ready) => {
      listener = ready;
    },
    close: async () => {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const grace = new AbortController();
      await Promise.race([closed, sleep(GRACE_MS, grace.signal)]);
      grace.abort();
      server.closeAllConnections();
    },
  };
}

/** On all addresses: the loopback one is what this machine's clients use. */
function endpointOf({ address, port, family }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`;
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known ? String(manifest.version) : 'unknown';
}
