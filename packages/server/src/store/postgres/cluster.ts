/**
 * The embedded PostgreSQL: makes its data folder, starts it on a private socket, stops it.
 *
 * A socket only, in a folder nobody else may enter, no TCP, no password: who can reach the socket is already us.
 * Locale provider `builtin`, so that sort order never depends on the machine's libraries.
 * Not here: databases and their contents (store/database.ts), where the programs are (binaries.ts).
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Logger } from '@holdfast/kernel';
import { sleep } from '../../background.ts';
import type { PostgresBinaries } from './binaries.ts';
import { giveTo, type RunAs, runAs, wrapped } from './unprivileged.ts';

export const SUPERUSER = 'holdfast';
/** A socket's path is limited to 107 bytes; PostgreSQL adds its own file name. */
const SOCKET_FOLDER_BYTES_MAX = 80;
const START_TIMEOUT_MS = 60_000;
const OUTPUT_KEPT_BYTES = 8_192;
const PREDECESSOR_LOOK_MS = 50;

export interface ClusterOptions {
  readonly binaries: PostgresBinaries;
  /** Made when it is missing. */
  readonly dataFolder: string;
  readonly log: Logger;
  /** False only for tests: no fsync, for a cluster that is thrown away. */
  readonly durable?: boolean;
  /** Extra settings, `name=value`. */
  readonly settings?: readonly string[];
  /** Further options of initdb. */
  readonly initialization?: readonly string[];
  /** Listen on 127.0.0.1 too; for servers that act as a user's database. Default: socket only. */
  readonly tcpPort?: number;
}

export interface Cluster {
  readonly socketFolder: string;
  readonly processId: number;
  /** Resolves with the exit code when the server has ended, whoever ended it. */
  readonly exited: Promise<number | null>;
  /** A libpq connection string for `database` on the socket. */
  url(database: string): string;
  /** Fast shutdown: sessions are cut, what was committed is on disk. */
  stop(): Promise<void>;
}

export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { binaries, dataFolder, log, durable = true } = options;
  const socketFolder = socketFolderOf(dataFolder);
  const who = runAs([binaries.postgres, dataFolder, socketFolder]);
  if (!existsSync(path.join(dataFolder, 'PG_VERSION'))) await createCluster(options, who);
  await predecessorGone(dataFolder, log);
  privateFolder(socketFolder, who);

  const settings = [
    `unix_socket_directories=${socketFolder}`,
    `listen_addresses=${options.tcpPort === undefined ? '' : '127.0.0.1'}`,
    ...(options.tcpPort === undefined ? [] : [`port=${options.tcpPort}`]),
    'log_min_messages=warning',
    'logging_collector=off',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
    ...(options.settings ?? []),
  ];
  const [command, args] = wrapped(
    binaries.postgres,
    ['-D', dataFolder, ...settings.flatMap((setting) => ['-c', setting])],
    who,
  );
  const child = spawn(command, args, {
    cwd: '/',
    // A group of its own: Ctrl-C at a terminal is for us, who still need the database to end in order.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await ready(child, exited, `PostgreSQL in ${dataFolder}`);
  log.info('postgres.started', { dataFolder, processId: child.pid });

  const port = options.tcpPort ?? 5432;
  return {
    socketFolder,
    processId: child.pid ?? -1,
    exited,
    url: (database) => `postgresql://${SUPERUSER}@/${database}?host=${encodeURIComponent(socketFolder)}&port=${port}`,
    async stop() {
      child.kill('SIGINT');
      await exited;
      log.info('postgres.stopped', { dataFolder });
    },
  };
}

async function createCluster(
  { binaries, dataFolder, log, durable = true, initialization = [] }: ClusterOptions,
  who: RunAs | undefined,
): Promise<void> {
  // A folder without PG_VERSION is what an interrupted initdb left; there is nothing in it to lose.
  rmSync(dataFolder, { recursive: true, force: true });
  privateFolder(dataFolder, who);
  const locale = supportsBuiltinLocale(binaries) ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  const args = [
    '-D',
    dataFolder,
    '-U',
    SUPERUSER,
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    ...locale,
    ...(durable ? [] : ['--no-sync']),
    ...initialization,
  ];
  const [command, commandArgs] = wrapped(binaries.initdb, args, who);
  const child = spawn(command, commandArgs, {
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
  });
  const output = tailOf(child);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`PostgreSQL's initdb failed (exit ${code}) for ${dataFolder}: ${output()}`);
  log.info('postgres.created', { dataFolder });
}

/** The builtin locale provider came with PostgreSQL 17. `--version` answers for root too. */
function supportsBuiltinLocale(binaries: PostgresBinaries): boolean {
  const answer = execFileSync(binaries.postgres, ['--version'], { encoding: 'utf8' });
  return Number(/\b(\d+)\./.exec(answer)?.[1]) >= 17;
}

/**
 * After a crash the old server may need a moment to notice that its parent is gone; it is asked to go, once, and waited
 * for.
 *
 * INVARIANT: no other process is ever signalled. Numbers of processes come again, after a restart of the machine or in
 * a container at once, so a pid file alone proves nothing; of a stale one PostgreSQL takes care itself.
 */
export async function predecessorGone(dataFolder: string, log: Logger): Promise<void> {
  const processId = predecessorOf(dataFolder);
  if (processId === undefined) return;
  log.warn('postgres.predecessor-runs', { dataFolder, processId });
  process.kill(processId, 'SIGINT');
  const triesMax = START_TIMEOUT_MS / PREDECESSOR_LOOK_MS;
  for (let tries = 0; tries < triesMax && predecessorOf(dataFolder) !== undefined; tries++) {
    await sleep(PREDECESSOR_LOOK_MS);
  }
}

/** The process of the pid file, if it is a PostgreSQL on this very data folder. */
function predecessorOf(dataFolder: string): number | undefined {
  const pidFile = path.join(dataFolder, 'postmaster.pid');
  if (!existsSync(pidFile)) return undefined;
  const processId = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  if (!Number.isInteger(processId) || processId <= 0 || processId === process.pid) return undefined;
  const command = commandOf(processId);
  return command[0]?.includes('postgres') && command.includes(dataFolder) ? processId : undefined;
}

/** Program and arguments of a process; empty if there is none. */
function commandOf(processId: number): readonly string[] {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${processId}/cmdline`, 'utf8').split('\0');
    return execFileSync('ps', ['-o', 'command=', '-p', String(processId)], { encoding: 'utf8' })
      .trim()
      .split(' ');
  } catch {
    return [];
  }
}

async function ready(child: ChildProcess, exited: Promise<number | null>, what: string): Promise<void> {
  const output = tailOf(child);
  const timeout = new AbortController();
  const outcome = await Promise.race([
    new Promise<'ready'>((resolve) => {
      child.stderr?.on('data', () => {
        if (output().includes('ready to accept connections')) resolve('ready');
      });
    }),
    exited.then(() => 'exited' as const),
    sleep(START_TIMEOUT_MS, timeout.signal).then(() => 'late' as const),
  ]);
  timeout.abort();
  if (outcome === 'ready') return;
  child.kill('SIGKILL');
  throw new Error(`${what} did not start (${outcome}): ${output()}`);
}

function tailOf(child: ChildProcess): () => string {
  let kept = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    kept = (kept + text).slice(-OUTPUT_KEPT_BYTES);
  });
  return () => kept.trim();
}

function socketFolderOf(dataFolder: string): string {
  const beside = `${path.resolve(dataFolder)}.socket`;
  if (Buffer.byteLength(beside) <= SOCKET_FOLDER_BYTES_MAX) return beside;
  const name = createHash('sha256').update(path.resolve(dataFolder)).digest('hex').slice(0, 16);
  return path.join(tmpdir(), `holdfast-${name}`);
}

/**
 * Ours alone. Below a folder that others may write to, such as /tmp, somebody may have put another thing in its place.
 */
function privateFolder(folder: string, who: RunAs | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const there = lstatSync(folder);
  if (!there.isDirectory() || ![process.getuid?.() ?? there.uid, who?.uid].includes(there.uid)) {
    throw new Error(`${folder} belongs to somebody else, and PostgreSQL needs it: look at it, and remove it.`);
  }
  chmodSync(folder, 0o700);
  giveTo(folder, who);
}
