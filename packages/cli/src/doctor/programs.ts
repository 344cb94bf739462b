/**
 * The programs that Holdfast runs: found on the search path, and new enough.
 *
 * Versions: restic 0.14 writes the repository format that vaults have; pg_dump refuses servers newer than itself, and
 * 15 is
 * the oldest that Holdfast is tested with.
 */
import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Check, ok, problem } from './check.ts';

interface Program {
  readonly name: string;
  readonly versionArguments: readonly string[];
  readonly versionPattern: RegExp;
  readonly minimum: readonly [major: number, minor: number];
  /** Of Debian and Homebrew. */
  readonly packages: { readonly apt: string; readonly brew: string };
}

const PROGRAMS: readonly Program[] = [
  {
    name: 'restic',
    versionArguments: ['version'],
    versionPattern: /restic (\d+)\.(\d+)/,
    minimum: [0, 14],
    packages: { apt: 'restic', brew: 'restic' },
  },
  ...['pg_dump', 'pg_restore', 'psql'].map(
    (name): Program => ({
      name,
      versionArguments: ['--version'],
      versionPattern: /\(PostgreSQL\) (\d+)\.(\d+)/,
      minimum: [15, 0],
      packages: { apt: 'postgresql-client', brew: 'libpq' },
    }),
  ),
];

const ANSWER_TIMEOUT_MS = 10_000;
const run = promisify(execFile);

export function checkPrograms(searchPath: readonly string[]): Promise<Check[]> {
  return Promise.all(PROGRAMS.map((program) => checkProgram(program, searchPath)));
}

async function checkProgram(program: Program, searchPath: readonly string[]): Promise<Check> {
  const { name, minimum, versionPattern } = program;
  const file = await find(name, searchPath);
  if (file === undefined) return problem(name, 'not found on the search path', installAdvice(program));
  const output = await run(file, [...program.versionArguments], { timeout: ANSWER_TIMEOUT_MS }).catch(
    (error: Error) => error,
  );
  if (output instanceof Error) return problem(name, `${file} does not run: ${output.message}`, installAdvice(program));
  const match = versionPattern.exec(output.stdout);
  const [major, minor] = [Number(match?.[1]), Number(match?.[2])];
  const found = `${Number.isNaN(major) ? output.stdout.trim() : `${major}.${minor}`} (${file})`;
  const isEnough = major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
  if (isEnough) return ok(name, found);
  return problem(name, `${found} is older than ${minimum.join('.')}`, installAdvice(program));
}

async function find(name: string, searchPath: readonly string[]): Promise<string | undefined> {
  for (const folder of searchPath) {
    const file = path.join(folder, name);
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file;
  }
  return undefined;
}

function installAdvice({ packages }: Program): string {
  return process.platform === 'darwin' ? `brew install ${packages.brew}` : `sudo apt-get install -y ${packages.apt}`;
}
