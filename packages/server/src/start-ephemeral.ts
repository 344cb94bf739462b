/**
 * A server in test mode: all of its state in a temporary folder and a temporary database, gone when it ends.
 *
 * PostgreSQL starts while the modules of the server are loaded, which takes as long; hence the import inside, and only
 * small modules here. INVARIANT: nothing but this folder and the cache of templates is written to, so that no
 * installation can be harmed by starting a test.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { type Clock, DAY_MS, type Logger, type Random } from '@holdfast/kernel';
import { type Config, readConfig } from './config.ts';
import { openDataFolder } from './data-folder.ts';
import { makeEphemeralFolder, removeLeftFolders } from './ephemeral-folder.ts';
import { lockFolder } from './folder-lock.ts';
import { type TestModeOptions, TestModeUsage } from './test-mode/options.ts';
import { startTemplateCluster } from './test-mode/template-cluster.ts';

/** Space is given back by a run of restic that nobody sees: once a month of the moved clock is enough. */
const PRUNE_DELAY_MS = 30 * DAY_MS;

export interface EphemeralSurroundings {
  /** The machine's. */
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (level: Config['logLevel']) => Logger;
}

export interface RunningEphemeral {
  readonly endpoint: string;
  /** The default one first. */
  readonly regions: readonly string[];
  readonly dataFolder: string;
  /** Resolves when the server can no longer work, with the reason. It must then be stopped. */
  readonly failed: Promise<string>;
  /** Nothing of it remains. */
  stop(): Promise<void>;
}

/** @param settings the command line that is not test mode's own */
export async function startEphemeral(
  options: TestModeOptions,
  settings: readonly string[],
  { clock, random, log: logAt }: EphemeralSurroundings,
): Promise<RunningEphemeral> {
  await using undo = new AsyncDisposableStack();
  const dataFolder = emptyFolder(options.dataFolder, undo);
  const config = configOf(settings, dataFolder);
  const log = logAt(config.logLevel);
  const folder = openDataFolder(dataFolder);
  undo.use(lockFolder(folder.lock));
  const copying = startTemplateCluster({ dataFolder: folder.postgres, cacheFolder: options.cacheFolder, clock, log });
  undo.defer(async () => {
    const cluster = await copying.then(({ starting }) => starting).catch(() => undefined);
    await cluster?.stop();
    if (cluster) rmSync(cluster.socketFolder, { recursive: true, force: true });
  });
  // Loading holds up everything else: a part of it while the template is copied, the rest while PostgreSQL starts.
  const [{ starting }] = await Promise.all([copying, import('./store/database.ts')]);
  // Awaited by the lives; should something else fail before, this failure is not the one to tell.
  starting.catch(() => undefined);
  const { openLives } = await import('./ephemeral-lives.ts');
  const lives = await openLives({ options, config, folder, cluster: starting, clock, random, log });
  undo.defer(() => lives.close());
  const cluster = await starting;
  const regions = config.settings.regions.map(({ name }) => name);
  log.info('server.started', { endpoint: lives.endpoint, dataFolder, ephemeral: true });
  removeLeftFolders(clock, log).catch((error: unknown) => log.debug('test-mode.left-folders-not-removed', { error }));
  const failed = cluster.exited.then((code) => `The embedded PostgreSQL has ended (exit code ${code}).`);
  const all = undo.move();
  return { endpoint: lives.endpoint, regions, dataFolder, failed, stop: () => all.disposeAsync() };
}

/** Below the system's folder for temporary files, or where the user wants it; removed at the end. */
function emptyFolder(wanted: string | undefined, undo: AsyncDisposableStack): string {
  if (wanted === undefined) {
    const { data, remove } = makeEphemeralFolder();
    undo.defer(remove);
    return data;
  }
  const there = statSync(wanted, { throwIfNoEntry: false });
  if (there && !there.isDirectory()) throw new TestModeUsage(`${wanted} is not a folder.`);
  if (there && readdirSync(wanted).length > 0) {
    throw new TestModeUsage(
      `${wanted} is not empty, and what --ephemeral uses it removes at its end. Name a folder that is empty or missing, ` +
        'or none at all.',
    );
  }
  undo.defer(() => rmSync(wanted, { recursive: true, force: true }));
  return wanted;
}

/** What suits a test, where the user has not said otherwise. */
function configOf(settings: readonly string[], dataFolder: string): Config {
  // An empty text is an option that was given: it wins over the environment.
  const own = ['--data', dataFolder, '--database-url', ''];
  // Before them, so that the user's own wins: doors that ask for no signature are opened to others by name only.
  const alone = ['--listen', '127.0.0.1'];
  const { config, inForce, printOnly } = readConfig({ args: [...alone, ...settings, ...own] });
  if (printOnly)
    throw new TestModeUsage('--print-config shows the settings of a server that keeps its state: without --ephemeral.');
  const outside = config.settings.regions.find(
    ({ vaultFolder }) => !vaultFolder.startsWith(`${dataFolder}${path.sep}`),
  );
  if (outside) {
    throw new TestModeUsage(
      `Region ${outside.name} keeps its vaults in ${outside.vaultFolder}, and --ephemeral keeps nothing: name it without a folder.`,
    );
  }
  const isGiven = (name: string): boolean => inForce.some((one) => one.name === name && one.source !== 'default');
  const { rateLimits, ...given } = config.settings;
  return {
    ...config,
    settings: {
      ...given,
      ...(isGiven('rateLimits') && rateLimits ? { rateLimits } : {}),
      jobsAtOnce: isGiven('jobsAtOnce') ? given.jobsAtOnce : Math.max(given.jobsAtOnce, availableParallelism()),
      publishDelayMs: isGiven('publishDelayMs') ? given.publishDelayMs : 0,
      pruneDelayMs: PRUNE_DELAY_MS,
    },
  };
}
