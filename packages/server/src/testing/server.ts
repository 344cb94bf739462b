/**
 * A whole server for tests, in this process: every service behind a real HTTP endpoint, a database of its own, one
 * account.
 *
 * Background rooms do not run by themselves: `tick('publisher')` runs one until it has nothing more to do; `start()`
 * starts them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { processRunner } from '@holdfast/connector-kit';
import { type Clock, type LoggedEvent, type Logger, memoryLogger, systemClock, systemRandom } from '@holdfast/kernel';
import { httpServer } from '@holdfast/wire';
import type { Room } from '../background.ts';
import { allConnectors } from '../connectors/all.ts';
import { answerHealth } from '../health.ts';
import type { Installation } from '../installation.ts';
import { type AdminKey, createAdminKey, createStandaloneAccount } from '../operator/create-account.ts';
import { sealerOf } from '../secrets/sealer.ts';
import { createServer, type Server } from '../server.ts';
import { loadServices } from '../services/all.ts';
import type { ServiceOfOperations } from '../services/dispatch.ts';
import { DEFAULT_JOBS_AT_ONCE, DEFAULT_LEASE_MS, DEFAULT_QUOTAS, type Settings } from '../settings.ts';
import { passwordsOf } from '../sign-in/passwords.ts';
import { createRepositories } from '../vault/restic-repositories.ts';
import { type TestDatabase, testDatabase } from './database.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface ClientOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly maxAttempts: number;
}

interface SdkClient {
  readonly config: object;
  destroy(): void;
}

/** Who calls. Default: the administrator of the server's first account. */
export interface CallerOptions {
  readonly credentials?: Credentials;
  readonly region?: string;
}

export interface TestAccount {
  readonly accountId: string;
  readonly credentials: Credentials;
}

export interface TestServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly installation: Installation;
  /** The first account: it may become an organization's management account. */
  readonly management: TestAccount;
  /** Events logged so far. */
  readonly events: readonly LoggedEvent[];
  /** A folder of the test's own, removed at the end; vaults are below it. */
  readonly folder: string;
  /** File of the mark of the record's end. */
  readonly auditMark: string;
  /** `server.client(OrganizationsClient)`; one is made per caller and closed at the end. */
  client<Client extends SdkClient>(
    Constructor: new (options: ClientOptions) => Client,
    options?: CallerOptions,
  ): Client;
  /** A stand-alone account with an administrator, as the operator makes them. */
  createAccount(name?: string): Promise<TestAccount>;
  /** A key of the administrator of any account, members of organizations included. */
  adminOf(accountId: string): Promise<TestAccount>;
  tick(name: Room['name']): Promise<void>;
  start(names?: readonly Room['name'][]): void;
  /** Stops the background rooms, as a server does that is told to end; the endpoint goes on answering. */
  stop(): Promise<void>;
}

export interface TestServerOptions {
  /** Default: the machine's clock. The server's clients sign by it too. */
  readonly clock?: Clock;
  readonly settings?: Partial<Settings>;
  readonly log?: Logger;
  /** Default: the PostgreSQL of vitest's global set-up. */
  readonly clusterUrl?: string;
}

const AUDIT_MARK = 'audit.mark';

export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  await using undo = new AsyncDisposableStack();
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-server-'));
  undo.defer(() => rmSync(folder, { recursive: true, force: true }));
  const database = undo.use(await testDatabase(options.clusterUrl));
  const memory = memoryLogger();
  const server = compose(database, folder, options.log ?? memory, await loadServices(), options);
  undo.defer(() => server.stop());
  const { endpoint, close } = await listen(server);
  undo.defer(close);

  const { installation } = server;
  const tx = <T>(work: (tx: Parameters<typeof createAdminKey>[0]) => Promise<T>): Promise<T> =>
    installation.db.transaction().execute(work);
  let made = 0;
  const createAccount = async (name = `account-${++made}`): Promise<TestAccount> =>
    accountOf(
      await tx((inside) => createStandaloneAccount(inside, installation, { name, email: `${name}@example.test` })),
    );
  const management = await createAccount('management');
  const clients: SdkClient[] = [];
  undo.defer(() => {
    for (const client of clients) client.destroy();
  });
  const all = undo.move();
  return {
    endpoint,
    installation,
    management,
    folder,
    auditMark: path.join(folder, AUDIT_MARK),
    events: memory.events,
    client(Constructor, { credentials = management.credentials, region = 'us-east-1' } = {}) {
      const client = new Constructor({ endpoint, region, credentials, maxAttempts: 1 });
      signBy(installation.clock, client);
      clients.push(client);
      return client;
    },
    createAccount,
    adminOf: async (accountId) => accountOf(await tx((inside) => createAdminKey(inside, installation, accountId))),
    tick: (name) => server.tick(name),
    start: (names) => server.start(names),
    stop: () => server.stop(),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

function compose(
  database: TestDatabase,
  folder: string,
  log: Logger,
  loaded: readonly ServiceOfOperations[],
  { clock = systemClock, settings = {} }: TestServerOptions,
): Server {
  const workFolder = path.join(folder, 'work');
  return createServer({
    clock,
    random: systemRandom,
    log,
    db: database.db,
    sealer: sealerOf(systemRandom.bytes(32)),
    repositories: createRepositories({ run: processRunner(), clock, random: systemRandom, workFolder }),
    connectors: allConnectors(processRunner()),
    services: loaded,
    // By the same function, in a hundredth of the time.
    passwords: passwordsOf(systemRandom, { ln: 7, r: 8, p: 1 }),
    auditMark: path.join(folder, AUDIT_MARK),
    settings: {
      regions: ['us-east-1', 'eu-central-1'].map((name) => ({ name, vaultFolder: path.join(folder, 'vaults', name) })),
      quotas: DEFAULT_QUOTAS,
      jobsAtOnce: DEFAULT_JOBS_AT_ONCE,
      leaseMs: DEFAULT_LEASE_MS,
      publishDelayMs: 0,
      workFolder,
      ...settings,
    },
  });
}

/** The SDK signs with the machine's clock and an offset, which it would set from answers: the machine's time again. */
function signBy(clock: Clock, { config }: SdkClient): void {
  const offset = { get: () => clock.now() - systemClock.now(), set: () => undefined };
  Object.defineProperty(config, 'systemClockOffset', offset);
}

async function listen(server: Server): Promise<{ endpoint: string; close(): Promise<void> }> {
  const front = httpServer((request, response) => {
    if (!answerHealth(request, response, true)) server.listener(request, response);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const { port } = front.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve());
        front.closeAllConnections();
      }),
  };
}

function accountOf({ accountId, accessKeyId, secretAccessKey }: AdminKey): TestAccount {
  return { accountId, credentials: { accessKeyId, secretAccessKey } };
}
