/**
 * The parts of `npm run check`: programs that judge the tree, and our own checks. Each ends with what is wrong, or
 * nothing.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { TASKS } from '../bootstrap/tasks.mjs';
import { type Finding, printed } from './finding.ts';
import { type LockedPackage, licenseFindings } from './licenses.ts';
import { listFindings, listsOf } from './lists.ts';
import { repositoryFiles, type SourceFile } from './repository.ts';
import { textFindings } from './text.ts';

export interface Part {
  readonly name: string;
  /** What it holds, for `--help`. */
  readonly what: string;
  run(root: string): Promise<Verdict>;
}

export interface Verdict {
  readonly ok: boolean;
  readonly output: string;
}

const COLOURS = process.stdout.isTTY;

/** The tools are run by their files: their names under node_modules/.bin may belong to two packages (tsc does). */
export const PARTS: readonly Part[] = [
  {
    name: 'types',
    what: 'the compiler, over all packages',
    run: program('@typescript/native/bin/tsc', ['-b']),
  },
  {
    name: 'style',
    what: "biome: format, order of imports, sizes, bans on the machine's clock, randomness, timers and environment",
    run: program('@biomejs/biome/bin/biome', [
      'ci',
      '--error-on-warnings',
      '--max-diagnostics=200',
      `--colors=${COLOURS ? 'force' : 'off'}`,
      '.',
    ]),
  },
  {
    name: 'promises',
    what: 'oxlint with types: floating promises, exhaustive switches, values of type any',
    run: program('oxlint/bin/oxlint', ['--deny-warnings', '--format=unix']),
  },
  {
    name: 'arrows',
    what: 'dependency-cruiser: who may import whom, cycles, undeclared packages',
    run: (root) =>
      program('dependency-cruiser/bin/dependency-cruiser.mjs', [
        '--config',
        '.dependency-cruiser.mjs',
        ...sources(root),
      ])(root),
  },
  {
    name: 'dead-code',
    what: 'knip: files, exports and dependencies that nobody uses',
    run: program('knip/bin/knip.js', ['--no-progress', '--no-config-hints']),
  },
  {
    name: 'text',
    what: "machine's paths, registries, modules without a word about themselves",
    run: findings((files) => textFindings(files)),
  },
  {
    name: 'lists',
    what: 'lists that must agree: scripts, packages, references, pins, pages',
    run: findings((files) => listFindings(listsOf(files, Object.keys(TASKS)))),
  },
  {
    name: 'licenses',
    what: 'every npm package under a permissive license',
    run: findings((_files, root) => {
      const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as LockFile;
      return licenseFindings(lock.packages);
    }),
  },
];

interface LockFile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** Folders whose imports are judged: all that hold TypeScript. */
function sources(root: string): string[] {
  const folders = repositoryFiles(root).flatMap((file) => /^(\w+)\/.*\.tsx?$/.exec(file.path)?.[1] ?? []);
  return [...new Set(folders), 'vitest.config.ts'];
}

function program(file: string, given: readonly string[]): Part['run'] {
  return (root) =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [path.join(root, 'node_modules', file), ...given], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...(COLOURS ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) },
      });
      let output = '';
      const keep = (text: string): void => {
        output += text;
      };
      child.stdout.setEncoding('utf8').on('data', keep);
      child.stderr.setEncoding('utf8').on('data', keep);
      child.on('error', reject);
      child.on('close', (code) => resolve({ ok: code === 0, output: output.trim() }));
    });
}

function findings(look: (files: readonly SourceFile[], root: string) => Finding[]): Part['run'] {
  return async (root) => {
    const found = look(repositoryFiles(root), root);
    return { ok: found.length === 0, output: printed(found) };
  };
}
