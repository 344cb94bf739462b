/**
 * The lives of a server in test mode, one after another on databases that nobody has used: emptying it ends one and
 * begins the next. What outlives them is the folder, PostgreSQL, the TCP port and the keys.
 *
 * INVARIANT: a life shares nothing in memory with the one before, so that no cache needs to be emptied.
 */
import path from 'node:path';
import { type Clock, type Logger, present, type Random } from '@holdfast/kernel';
import type { Config } from './config.ts';
import type { DataFolder } from './data-folder.ts';
import { type Front, openFront } from './front.ts';
import { type Life, type PreparedLife, prepareLife, type Variations } from './life.ts';
import { openMasterKey } from './secrets/master-key.ts';
import type { Sealer } from './secrets/sealer.ts';
import { loadServices } from './services/all.ts';
import type { ServiceOfOperations } from './services/dispatch.ts';
import { openDatabase } from './store/database.ts';
import type { Cluster } from './store/postgres/cluster.ts';
import { doorsOf } from './test-mode/doors.ts';
import { FreshDatabases } from './test-mode/fresh-databases.ts';
import type { TestModeOptions } from './test-mode/options.ts';
import { putAside } from './test-mode/put-aside.ts';
import { TestMode } from './test-mode/test-mode.ts';

export interface LivesParts {
  readonly options: TestModeOptions;
  readonly config: Config;
  readonly folder: DataFolder;
  readonly cluster: Promise<Cluster>;
  /** The machine's. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface Lives {
  readonly endpoint: string;
  close(): Promise<void>;
}

export async function openLives(parts: LivesParts): Promise<Lives> {
  await using undo = new AsyncDisposableStack();
  const front = await openFront(parts.config);
  undo.defer(() => front.close());
  const services = await loadServices();
  const cluster = await parts.cluster;
  const lives = new EphemeralLives(parts, { cluster, services, front });
  undo.defer(() => lives.end());
  // First of all to be closed when all is well, and there already when something fails before.
  undo.defer(() => front.close());
  await lives.begin();
  const all = undo.move();
  return { endpoint: front.endpoint, close: () => all.disposeAsync() };
}

interface Ground {
  readonly cluster: Cluster;
  readonly services: readonly ServiceOfOperations[];
  readonly front: Front;
}

interface Prepared {
  readonly life: PreparedLife;
  /** Closed and dropped; nothing is told of a failure, since all of it goes with the server. */
  forget(): Promise<void>;
}

class EphemeralLives {
  readonly #parts: LivesParts;
  readonly #ground: Ground;
  readonly #databases: FreshDatabases;
  readonly #sealer: Sealer;
  readonly #testMode: TestMode;
  readonly #variations: Variations;
  /** Made ahead: beginning anew is to take no time. */
  #next: Promise<Prepared>;
  #now: (Pick<Prepared, 'forget'> & { readonly life: Life }) | undefined;
  #tidying: Promise<unknown> = Promise.resolve();
  #resets = 0;

  constructor(parts: LivesParts, ground: Ground) {
    this.#parts = parts;
    this.#ground = ground;
    this.#databases = new FreshDatabases(ground.cluster);
    this.#sealer = openMasterKey(parts.folder.masterKey);
    this.#testMode = new TestMode(parts.clock, parts.log);
    const { accountId, accessKeyId, secretAccessKey, settle } = parts.options;
    const caller = {
      endpoint: ground.front.endpoint,
      region: present(parts.config.settings.regions[0], 'the default region').name,
      credentials: { accessKeyId, secretAccessKey },
    };
    const reset = (): Promise<void> => this.#anew();
    this.#variations = {
      firstAccount: { accountId, accessKeyId, secretAccessKey },
      signersClock: parts.clock,
      doors: (installation) => doorsOf({ testMode: this.#testMode, installation, caller, reset }),
      ...(settle && { around: this.#testMode.settling(changesOf(ground.services)) }),
    };
    this.#next = this.#prepare();
  }

  async begin(): Promise<void> {
    const { life: prepared, forget } = await this.#next;
    const life = await prepared.begin();
    this.#now = { life, forget };
    this.#testMode.holds(life.server);
    this.#ground.front.serve(life.server.listener);
    this.#next = this.#prepare();
    // Told to whoever begins it.
    this.#next.catch(() => undefined);
  }

  /** For ever: what is prepared is not begun any more. */
  async end(): Promise<void> {
    await this.#testMode.stop();
    const next = await this.#next.catch(() => undefined);
    await this.#now?.life.end();
    await this.#tidying;
    await Promise.all([next?.forget(), this.#now?.forget()]);
  }

  async #prepare(): Promise<Prepared> {
    const { cluster, services, front } = this.#ground;
    // By the machine's clock, which the installation's is when a life begins.
    const { log, clock } = this.#testMode;
    const fresh = await this.#databases.make();
    const onIdleError = (error: Error): void => log.debug('database.connection-lost', { error });
    const database = openDatabase({ url: fresh.url, onIdleError });
    const life = await prepareLife({
      ...this.#parts,
      clock,
      log,
      sealer: this.#sealer,
      services,
      database,
      endpoint: front.endpoint,
      socketFolders: [cluster.socketFolder],
      variations: this.#variations,
    });
    const forget = async (): Promise<void> => {
      await database.close();
      await fresh.drop();
    };
    return { life, forget: () => forget().catch((error: unknown) => log.debug('test-mode.not-forgotten', { error })) };
  }

  #anew(): Promise<void> {
    const { folder, config, log } = this.#parts;
    return this.#testMode.anew(async () => {
      const before = this.#now;
      await before?.life.end();
      const leavings = [folder.work, ...config.settings.regions.map(({ vaultFolder }) => vaultFolder)];
      const trash = path.join(folder.root, `before-reset-${++this.#resets}`);
      const removed = putAside(leavings, trash).catch((error: unknown) =>
        log.warn('test-mode.leavings-not-removed', { trash, error }),
      );
      await this.begin();
      this.#tidying = Promise.all([this.#tidying, removed, before?.forget()]);
    });
  }
}

function changesOf(services: readonly ServiceOfOperations[]): (service: string, operation: string) => boolean {
  const handlers = new Map(services.map((service) => [service.name, service.handlers]));
  return (service, operation) => handlers.get(service)?.get(operation)?.run.kind !== 'reads';
}
