/**
 * One restic command on one repository: environment, secrets, errors. What the commands are for stands in
 * restic-repositories.ts.
 *
 * Engine rules 2: the password travels as a descriptor, locations in the environment, and nothing through a shell.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { linesOf, type RunningProcess, type RunProcess } from '@holdfast/connector-kit';
import { MINUTE_MS, type Random } from '@holdfast/kernel';
import { secretFile } from './password-descriptor.ts';
import type { RepositoryAccess } from './repositories.ts';
import { failureOf, ResticError, type ResticFailure, tellsOfMissingData } from './restic-error.ts';
import { parseLine, type ResticLine } from './restic-output.ts';

/**
 * A backup that shows no progress for this long is stopped; restic's own retries of a storage give up after 15 minutes.
 * The other commands have no such limit: 0.14 says nothing while it restores, however much it does.
 */
export const STUCK_MS = 30 * MINUTE_MS;
const PROGRESS_PER_SECOND = '2';
/** What is kept of a command's plain output, such as a list of snapshots. */
const OUTPUT_CHARS_MAX = 256 * 1024 * 1024;

export interface ResticContext {
  readonly run: RunProcess;
  /** The program, and what it is to be run with: `['restic']`. */
  readonly program: readonly [string, ...string[]];
  readonly random: Random;
  readonly workFolder: string;
  /** How long a backup may show no progress. */
  readonly stuckMs: number;
}

export interface ResticCommand {
  readonly args: readonly [string, ...string[]];
  readonly access: RepositoryAccess;
  /** The second repository of `copy` and `init`. */
  readonly from?: RepositoryAccess | undefined;
  readonly cwd?: string | undefined;
  readonly input?: boolean;
  /** The caller tells of progress with `alive()`. */
  readonly tellsProgress?: boolean;
  readonly signal: AbortSignal;
  onErrorLine?(line: string): void;
}

export interface StartedRestic {
  readonly process: RunningProcess;
  /** @throws ResticError for anything but exit code 0 and those in `fine` */
  ended(fine?: readonly ResticFailure[]): Promise<ResticFailure | undefined>;
}

const STOPPED: Readonly<Record<'no' | 'silent' | 'aborted', ResticFailure | undefined>> = {
  no: undefined,
  silent: 'silent',
  aborted: 'interrupted',
};

export function startRestic(context: ResticContext, command: ResticCommand): StartedRestic {
  const { access, from } = command;
  const secrets = path.join(context.workFolder, 'secrets');
  using password = secretFile(access.password, secrets, context.random);
  using second = from ? secretFile(from.password, secrets, context.random) : undefined;
  const temporary = path.join(context.workFolder, 'tmp');
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  const hopeless = new AbortController();
  const process = context.run({
    command: context.program,
    args: command.args,
    env: {
      HOME: context.workFolder,
      TMPDIR: temporary,
      RESTIC_CACHE_DIR: cacheFolder(context),
      RESTIC_PROGRESS_FPS: PROGRESS_PER_SECOND,
      RESTIC_REPOSITORY: access.storage.path,
      RESTIC_PASSWORD_FILE: '/dev/fd/3',
      ...(from ? { RESTIC_FROM_REPOSITORY: from.storage.path, RESTIC_FROM_PASSWORD_FILE: '/dev/fd/4' } : {}),
    },
    descriptors: second ? [password.descriptor, second.descriptor] : [password.descriptor],
    input: command.input ?? false,
    signal: AbortSignal.any([command.signal, hopeless.signal]),
    ...(command.tellsProgress === true ? { silenceMaxMs: context.stuckMs, outputIsLife: false } : {}),
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    onErrorLine: (line) => {
      if (tellsOfMissingData(line)) hopeless.abort();
      command.onErrorLine?.(line);
    },
  });
  return {
    process,
    async ended(fine = []) {
      const { exitCode, stopped, complaint } = await process.ended;
      const failure = hopeless.signal.aborted
        ? 'damaged'
        : (STOPPED[stopped ?? 'no'] ?? failureOf(exitCode, complaint));
      if (failure !== undefined && !fine.includes(failure)) throw new ResticError(command.args[0], failure, complaint);
      return failure;
    },
  };
}

export function cacheFolder(context: Pick<ResticContext, 'workFolder'>): string {
  return path.join(context.workFolder, 'restic-cache');
}

/** Runs a command to its end and gives its plain output. */
export async function resticOutput(context: ResticContext, command: ResticCommand): Promise<string> {
  const restic = startRestic(context, command);
  let output = '';
  for await (const chunk of restic.process.stdout.setEncoding('utf8')) {
    output += String(chunk);
    if (output.length > OUTPUT_CHARS_MAX) restic.process.kill();
  }
  await restic.ended();
  return output;
}

/** Hands on each line as it comes, and tells real progress from restic's repeating itself. */
export async function readLines(process: RunningProcess, onLine: (line: ResticLine) => void): Promise<void> {
  for await (const text of linesOf(process.stdout)) if (text.trim() !== '') onLine(parseLine(text));
}
