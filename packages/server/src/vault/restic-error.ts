/**
 * What restic's failures mean, in one place: exit codes where the version has them, its messages where it has not.
 *
 * Sources: restic's scripting documentation (exit codes 10, 11, 12 came with 0.17); texts as printed by 0.14 (Debian
 * 12), each tried in restic-error.test.ts or restic-repositories.test.ts. What is in neither table is `unknown`,
 * which is a failure too.
 */

import { parseLine } from './restic-output.ts';

export type ResticFailure =
  | 'no-repository'
  | 'wrong-password'
  | 'wrong-repository'
  | 'locked'
  | 'storage-full'
  | 'storage-unreachable'
  | 'damaged'
  | 'no-snapshot'
  | 'source-missing'
  | 'source-incomplete'
  | 'interrupted'
  | 'silent'
  | 'unknown';

const BY_EXIT_CODE: Readonly<Partial<Record<number, ResticFailure>>> = {
  3: 'source-incomplete',
  10: 'no-repository',
  11: 'locked',
  12: 'wrong-password',
  130: 'interrupted',
};

/** The first that matches decides: a full disk also leaves other complaints behind. */
const BY_MESSAGE: readonly (readonly [RegExp, ResticFailure])[] = [
  [/no space left on device|disk quota exceeded/i, 'storage-full'],
  [/wrong password or no key found/i, 'wrong-password'],
  [
    /unable to open config file|repository does not exist|is there a repository at the following location/i,
    'no-repository',
  ],
  [/repository is already locked|unable to create lock/i, 'locked'],
  [/all (target|source) directories\/files do not exist|snapshot is empty/i, 'source-missing'],
  [/no matching ID found|no snapshot found|failed to find snapshot/i, 'no-snapshot'],
  [
    /ciphertext verification failed|pack id does not match|repository contains errors|invalid data returned|not found in (repository|index)|unexpected (EOF|plaintext)|does not match id|hash does not match|unable to load tree|loading tree|load <(data|index|snapshot|key)\/|blob .* not found/i,
    'damaged',
  ],
  [
    /connection refused|no route to host|i\/o timeout|network is unreachable|permission denied|read-only file system/i,
    'storage-unreachable',
  ],
];

/**
 * restic tries for 15 minutes to read a file again, also one of a local folder that does not exist, and restores file
 * after file in this way: the first such line is enough to know.
 */
export function tellsOfMissingData(line: string): boolean {
  return /^Load\(<(data|index|snapshot|key)\/.*retrying after .*no such file or directory/.test(line);
}

/** Lines of restic's complaint that are kept for the message. */
const LINES_KEPT = 4;
const LINE_CHARS_MAX = 300;

export class ResticError extends Error {
  override readonly name = 'ResticError';
  readonly failure: ResticFailure;
  constructor(command: string, failure: ResticFailure, complaint: string) {
    super(`restic ${command}: ${failure}${complaint === '' ? '' : `: ${shortened(complaint)}`}`);
    this.failure = failure;
  }
  /** Whether the same command may succeed later without anyone changing anything. */
  get retryable(): boolean {
    return this.failure === 'locked' || this.failure === 'interrupted' || this.failure === 'storage-unreachable';
  }
}

/** Undefined: it ended well. */
export function failureOf(exitCode: number | null, complaint: string): ResticFailure | undefined {
  if (exitCode === 0) return undefined;
  const byCode = exitCode === null ? 'interrupted' : BY_EXIT_CODE[exitCode];
  return byCode ?? BY_MESSAGE.find(([text]) => text.test(complaint))?.[1] ?? 'unknown';
}

function shortened(complaint: string): string {
  const lines = complaint
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines
    .slice(-LINES_KEPT)
    .map((line) => readable(line).slice(0, LINE_CHARS_MAX))
    .join('; ');
}

/** Errors of single files come as JSON among the plain lines. */
function readable(line: string): string {
  const parsed = parseLine(line);
  return parsed.kind === 'error' ? `${parsed.item}: ${parsed.message}` : line;
}
