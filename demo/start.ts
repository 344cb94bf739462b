/**
 * `npm start`: the server in this process, and in an empty data folder first the demo; then it goes on serving.
 *
 * The demo itself is an API client like any other (play/). This starts what it needs (a server, the database server
 * that stands for
 * a user's own), remembers in the data folder how far it came, and ends all of it in order.
 */
import { mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { explain, terminal as makeTerminal, type Terminal } from '@holdfast/cli';
import { type Clock, type Instant, type Logger, systemClock, systemRandom } from '@holdfast/kernel';
import { ConfigError, isForPeople, jsonLogger, type RunningServer, startServer } from '@holdfast/server';
import { type DemoConfig, readDemoConfig, USAGE } from './config.ts';
import { type DemoPostgres, startDemoPostgres } from './data/demo-postgres.ts';
import { guide } from './guide.ts';
import { managementOf } from './management.ts';
import { story } from './play/story.ts';
import { type DemoResult, type DemoState, demoFolder, readState, writeState } from './state.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;
/** Packages' sources come with the clone; the other folders exist on most machines and only add variety. */
const SOURCES = [fileURLToPath(new URL('../node_modules', import.meta.url)), '/usr/share/doc', '/usr/include'];

async function main(): Promise<number> {
  const begunAt = systemClock.now();
  const config = readDemoConfig(process.argv.slice(2));
  const terminal = makeTerminal(process.stdout, process.stderr, {
    noColour: config.noColour,
    dumb: config.dumbTerminal,
  });
  if (config.help) {
    terminal.line(USAGE);
    return 0;
  }
  const interruption = interruptible();
  const { dataFolder } = config.server;
  const state = readState(dataFolder);
  // Before the server makes its first file: a later start must not take the folder for somebody's installation.
  if (state.kind === 'new') writeState(dataFolder, 0);
  mkdirSync(dataFolder, { recursive: true, mode: 0o711 });
  const logFile = path.join(dataFolder, 'server.log');
  const log = jsonLogger(config.server.logLevel, systemClock, openSync(logFile, 'a', 0o600));
  const parts: Parts = { config, terminal, state, log, logFile, clock: systemClock, begunAt, signal: interruption };

  await using house = new AsyncDisposableStack();
  const [server, postgres] = await startBoth(parts, house);
  return await run(parts, server, postgres);
}

interface Parts {
  readonly config: DemoConfig;
  readonly terminal: Terminal;
  readonly state: DemoState;
  readonly log: Logger;
  readonly logFile: string;
  readonly clock: Clock;
  readonly begunAt: Instant;
  readonly signal: AbortSignal;
}

/** Side by side, and both are stopped even if one of them does not start. */
async function startBoth(
  { config, state, log, clock }: Parts,
  house: AsyncDisposableStack,
): Promise<[RunningServer, DemoPostgres | undefined]> {
  const starting = startServer(config.server, { clock, random: systemRandom, log }).then((server) => {
    house.defer(() => server.stop());
    return server;
  });
  const database =
    state.kind === 'without-demo'
      ? Promise.resolve(undefined)
      : startDemoPostgres(demoFolder(config.server.dataFolder), log).then((postgres) => {
          house.defer(() => postgres.stop());
          return postgres;
        });
  await Promise.allSettled([starting, database]);
  return Promise.all([starting, database]);
}

async function run(parts: Parts, server: RunningServer, postgres: DemoPostgres | undefined): Promise<number> {
  const { config, terminal, state, logFile } = parts;
  const { dataFolder } = config.server;
  let result = state.kind === 'played' ? state.result : undefined;
  if (postgres && state.kind !== 'played') {
    result = await playDemo(parts, server, postgres);
    if (result === undefined) return parts.signal.aborted ? EXIT_INTERRUPTED : EXIT_FAILED;
  } else if (state.kind === 'without-demo') {
    terminal.line(
      'This data folder has an installation without the demo, and keeps it. For the demo: npm start -- --data OTHER',
    );
  }
  if (!config.once) {
    const place = { endpoint: server.endpoint, dataFolder };
    terminal.lines(['', ...guide(terminal, place, result), '', `The log is ${logFile}. Ctrl-C ends the server.`]);
  }
  if (result) terminal.lines(['', result.summary]);
  if (config.once) return result?.failed === 0 ? 0 : EXIT_FAILED;
  return serve(parts, server);
}

async function serve({ terminal, signal }: Parts, server: RunningServer): Promise<number> {
  const interrupted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const reason = await Promise.race([interrupted, server.failed]);
  if (reason === undefined) return 0;
  terminal.warn(reason);
  return EXIT_FAILED;
}

async function playDemo(parts: Parts, server: RunningServer, postgres: DemoPostgres): Promise<DemoResult | undefined> {
  const { config, terminal, state, clock, begunAt, signal } = parts;
  const { dataFolder } = config.server;
  const run = state.kind === 'interrupted' ? state.run + 1 : 1;
  terminal.line(`Holdfast runs on ${server.endpoint}; the demo plays in ${dataFolder}.`);
  if (state.kind === 'interrupted') {
    terminal.line(
      'The last time the demo was interrupted. What it had made stays as it is, and it plays again, in another organization.',
    );
  }
  // From now on, what is not said to be done counts as interrupted.
  writeState(dataFolder, run);
  // Only here: a start that plays nothing needs none of the clients.
  const { play } = await import('./play/play.ts');
  const { session, profile } = await managementOf(run, server.endpoint, dataFolder);
  try {
    const playing = play({
      session,
      terminal,
      story: story(terminal, clock, begunAt),
      clock,
      random: systemRandom,
      signal,
      folder: path.join(demoFolder(dataFolder), `play-${run}`),
      postgres,
      run,
      sources: SOURCES,
    });
    // What is under way when it is interrupted (copying files) is not waited for, and its end is nobody's concern.
    playing.catch(() => undefined);
    const outcome = await Promise.race([playing, interrupted(signal)]);
    const result = { ...outcome, profile };
    writeState(dataFolder, run, result);
    return result;
  } catch (error) {
    if (!signal.aborted) {
      for (const line of explain(error, terminal.colours).lines) terminal.warn(line);
      terminal.warn(`The demo failed. What the server did is in ${parts.logFile}.`);
      return undefined;
    }
    terminal.warn(
      '\nInterrupted: the demo is not done. The next npm start plays it again, or another folder: npm start -- --data DIR',
    );
    return undefined;
  }
}

function interrupted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true });
  });
}

function interruptible(): AbortSignal {
  const controller = new AbortController();
  // A second signal ends at once, by its default effect.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

try {
  // What an interrupted play still has under way (copying files) is not waited for: all that must end in order has
  // ended.
  process.exit(await main());
} catch (error) {
  console.error(isForPeople(error) ? error.message : error);
  process.exit(error instanceof ConfigError ? EXIT_USAGE : EXIT_FAILED);
}
