/**
 * A program as a child process: its own process group, no shell, an environment of its own, a bounded tail of what it
 * complained about, stopped by a signal or by silence, and gone when we are gone (also after `kill -9`, on Linux).
 *
 * Secrets go into `env` or `descriptors`, never into `args`: arguments are visible to every process on the host.
 * Not here: what the programs are and what their output means.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

export interface ProcessOrder {
  /** A program's name, looked up on our PATH, or its path; further words are its first arguments. */
  readonly command: readonly [string, ...string[]];
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Added to PATH, a plain locale and UTC: nothing else of our own environment is handed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** Open files that the program gets as descriptors 3, 4, … */
  readonly descriptors?: readonly number[];
  readonly signal: AbortSignal;
  /** True: the caller writes to `stdin` and ends it. Default: the program's input is empty. */
  readonly input?: boolean;
  /** Stopped when no sign of life was seen for this long. Default: it may be silent for ever. */
  readonly silenceMaxMs?: number;
  /**
   * False: output alone is no sign of life, only `alive()`; for programs that repeat themselves while they are stuck.
   */
  readonly outputIsLife?: boolean;
  /** Each complete line of stderr, for callers that read it as it comes. */
  onErrorLine?(line: string): void;
}

export interface Ended {
  /** Null: ended by a signal. */
  readonly exitCode: number | null;
  /** Why we stopped it; undefined when it ended by itself. */
  readonly stopped: 'aborted' | 'silent' | undefined;
  /** The last of what it wrote to stderr, at most 8 KiB. */
  readonly complaint: string;
}

export interface RunningProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /**
   * Resolves when the process has ended and its output has been read to the end, which the caller must do. Never
   * rejects.
   */
  readonly ended: Promise<Ended>;
  /** Says that there was progress, for `silenceMaxMs`. */
  alive(): void;
  /** Ends the whole group at once. */
  kill(): void;
}

/** @throws ProgramMissing */
export type RunProcess = (order: ProcessOrder) => RunningProcess;

/** The program is not installed, or may not be run. */
export class ProgramMissing extends Error {
  override readonly name = 'ProgramMissing';
  readonly program: string;
  constructor(program: string, searchPath: string) {
    super(`The program ${program} is not installed, or in none of the folders ${searchPath}.`);
    this.program = program;
  }
}

const COMPLAINT_CHARS_MAX = 8_192;
const LINE_CHARS_MAX = 65_536;
/** From the polite signal to the one that cannot be ignored. */
export const STOP_GRACE_MS = 4_000;
const DEFAULT_SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin';
const SETPRIV = '/usr/bin/setpriv';

export interface RunnerOptions {
  /** Folders with programs, as in PATH. */
  readonly searchPath?: string;
}

/** What starts every program of Holdfast but PostgreSQL's server. */
export function processRunner({ searchPath = DEFAULT_SEARCH_PATH }: RunnerOptions = {}): RunProcess {
  return (order) => {
    if (!programExists(order.command[0], searchPath)) throw new ProgramMissing(order.command[0], searchPath);
    return start(order, searchPath);
  };
}

function start(order: ProcessOrder, searchPath: string): RunningProcess {
  const [program, args] = commandLine(order);
  const child = spawn(program, args, {
    cwd: order.cwd ?? '/',
    env: { PATH: searchPath, LC_ALL: 'C.UTF-8', TZ: 'UTC', ...order.env },
    stdio: ['pipe', 'pipe', 'pipe', ...(order.descriptors ?? [])],
    detached: true,
  });
  const { stdin, stdout, stderr } = child;
  if (!stdin || !stdout || !stderr) throw new Error('Bug: a child process without pipes');
  // A program that ends early closes its input: its exit code tells, not the pipe.
  stdin.on('error', () => undefined);
  if (order.input !== true) stdin.end();
  const complaint = tailOf(stderr, order.onErrorLine);
  let lastSign = performance.now();
  let stopped: Ended['stopped'];
  let over = false;
  const stop = (why: 'aborted' | 'silent'): void => {
    if (over || stopped) return;
    stopped = why;
    killGroup(child, 'SIGINT');
    AbortSignal.timeout(STOP_GRACE_MS).addEventListener('abort', () => over || killGroup(child, 'SIGKILL'));
  };
  const alive = (): void => {
    lastSign = performance.now();
  };
  const onAbort = (): void => stop('aborted');
  if (order.outputIsLife !== false) stdout.on('data', alive).pause();
  if (order.silenceMaxMs !== undefined) {
    watchSilence(order.silenceMaxMs, { since: () => lastSign, over: () => over, silent: () => stop('silent') });
  }
  const ended = new Promise<Ended>((resolve) => {
    const end = (exitCode: number | null, why: string): void => {
      over = true;
      order.signal.removeEventListener('abort', onAbort);
      resolve({ exitCode, stopped, complaint: why });
    };
    child.once('error', (cause) => child.pid === undefined && end(null, cause.message));
    child.once('close', (exitCode) => end(exitCode, complaint()));
  });
  if (order.signal.aborted) onAbort();
  else order.signal.addEventListener('abort', onAbort);
  return { stdin, stdout, ended, alive, kill: () => killGroup(child, 'SIGKILL') };
}

/** Complete lines of a stream; a line without end is cut at 64 KiB. */
export async function* linesOf(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = (lines.pop() ?? '').slice(0, LINE_CHARS_MAX);
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function commandLine({ command, args }: ProcessOrder): [string, string[]] {
  const whole = [...command, ...args];
  // SIGINT lets restic take its lock away and pg_dump cancel its query.
  if (existsSync(SETPRIV)) return [SETPRIV, ['--pdeathsig', 'INT', '--', ...whole]];
  const [program = '', ...rest] = whole;
  return [program, rest];
}

function programExists(program: string, searchPath: string): boolean {
  if (program.includes('/')) return existsSync(program);
  return searchPath.split(':').some((folder) => folder !== '' && existsSync(`${folder}/${program}`));
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Already gone.
  }
}

function tailOf(stderr: Readable, onLine: ((line: string) => void) | undefined): () => string {
  let kept = '';
  let line = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    kept = (kept + text).slice(-COMPLAINT_CHARS_MAX);
    if (!onLine) return;
    const lines = (line + text).split('\n');
    line = (lines.pop() ?? '').slice(0, LINE_CHARS_MAX);
    for (const each of lines) onLine(each);
  });
  return () => kept.trim();
}

function watchSilence(maxMs: number, process: { since(): number; over(): boolean; silent(): void }): void {
  const look = (afterMs: number): void => {
    AbortSignal.timeout(Math.max(1, Math.ceil(afterMs))).addEventListener('abort', () => {
      if (process.over()) return;
      const quietMs = performance.now() - process.since();
      if (quietMs >= maxMs) process.silent();
      else look(maxMs - quietMs);
    });
  };
  look(maxMs);
}
