import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlantedTree, plant } from './planted.ts';

/** One violation in a file of its own, and the rule that has to name that file. */
type Case = readonly [rule: string, file: string, text: string];

const MODULES = path.resolve(import.meta.dirname, '../../node_modules');
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;
const CODE = 'packages/server/src/services/planted';

const lines = (count: number): string =>
  Array.from({ length: count }, (_, line) => `export const line${line} = ${line};`).join('\n');
const longFunction = (count: number): string =>
  `export function long(): number {\n  let sum = 0;\n${'  sum += 1;\n'.repeat(count)}  return sum;\n}\n`;

const BIOME: readonly Case[] = [
  ['plugin', `${CODE}/date-now.ts`, 'export const at = Date.now();\n'],
  ['plugin', `${CODE}/date-now-handed-on.ts`, 'export const now = Date.now;\n'],
  ['plugin', `${CODE}/new-date.ts`, 'export const at = new Date();\n'],
  ['plugin', `${CODE}/date-function.ts`, 'export const at = Date();\n'],
  ['plugin', `${CODE}/global-date.ts`, 'export const at = globalThis.Date.now();\n'],
  ['plugin', `${CODE}/random.ts`, 'export const chance = Math.random();\n'],
  ['plugin', `${CODE}/random-handed-on.ts`, 'export const chances = [1].map(Math.random);\n'],
  ['plugin', `${CODE}/global-timer.ts`, 'export const timer = globalThis.setTimeout(() => 1, 5);\n'],
  ['plugin', `${CODE}/environment-taken.ts`, 'export const { env } = process;\n'],
  ['lint/style/noRestrictedGlobals', `${CODE}/timer.ts`, 'export const timer = setTimeout(() => 1, 5);\n'],
  ['lint/style/noRestrictedGlobals', `${CODE}/interval.ts`, 'export const timer = setInterval(() => 1, 5);\n'],
  ['lint/style/noRestrictedGlobals', `${CODE}/sleeping.test.ts`, 'export const timer = setTimeout(() => 1, 5);\n'],
  [
    'lint/style/noRestrictedImports',
    `${CODE}/timers.ts`,
    "export { setTimeout as wait } from 'node:timers/promises';\n",
  ],
  ['lint/style/noRestrictedImports', `${CODE}/process.ts`, "export { env } from 'node:process';\n"],
  ['lint/style/noProcessEnv', `${CODE}/environment.ts`, "export const home = process.env['HOME'];\n"],
  ['lint/suspicious/noExplicitAny', `${CODE}/any.ts`, 'export function f(x: any): void {}\n'],
  ['lint/suspicious/noExplicitAny', `${CODE}/any.test.ts`, 'export function f(x: any): void {}\n'],
  ['lint/style/noExcessiveLinesPerFile', `${CODE}/long-file.ts`, `${lines(401)}\n`],
  ['lint/complexity/noExcessiveLinesPerFunction', `${CODE}/long-function.ts`, longFunction(70)],
  [
    'lint/suspicious/noSkippedTests',
    `${CODE}/skipped.test.ts`,
    "import { test } from 'vitest';\ntest.skip('a', () => {});\n",
  ],
  [
    'lint/suspicious/noFocusedTests',
    `${CODE}/focused.test.ts`,
    "import { test } from 'vitest';\ntest.only('a', () => {});\n",
  ],
  ['lint/suspicious/noTsIgnore', `${CODE}/ignored.ts`, "// @ts-ignore\nexport const a: number = 'b';\n"],
  ['lint/suspicious/noConsole', `${CODE}/console.ts`, "console.log('a');\n"],
  [
    'lint/style/useErrorCause',
    `${CODE}/cause.ts`,
    'try {\n  JSON.parse("");\n} catch (error) {\n  throw new Error("no");\n}\n',
  ],
  [
    'lint/style/useImportType',
    `${CODE}/import-type.ts`,
    "import { Stats } from 'node:fs';\nexport type Size = Stats;\n",
  ],
  ['lint/style/noNonNullAssertion', `${CODE}/assertion.ts`, 'export const first = [1][0]!;\n'],
  ['lint/correctness/noUnusedVariables', `${CODE}/unused.ts`, 'export function f(): void {\n  const unused = 1;\n}\n'],
  ['format', `${CODE}/format.ts`, 'export const  a = "double"\n'],
  [
    'assist/source/organizeImports',
    `${CODE}/imports.ts`,
    "import b from 'node:path';\nimport a from 'node:fs';\nexport { a, b };\n",
  ],
];

/** The one home of each, where the same line is right. */
const HOMES: readonly (readonly [file: string, text: string])[] = [
  ['packages/kernel/src/time.ts', 'export const now = (): number => Date.now();\n'],
  ['packages/kernel/src/random.ts', 'export const chance = (): number => Math.random();\n'],
  ['packages/server/src/background.ts', 'export const timer = setTimeout(() => 1, 5);\n'],
  ['packages/server/src/config.ts', "export const home = process.env['HOME'];\n"],
  ['packages/cli/src/print.ts', "console.log('a');\n"],
  [`${CODE}/given-date.ts`, 'export const at = (now: number): Date => new Date(now);\n'],
  [`${CODE}/long-enough.ts`, `${lines(400)}\n`],
  [`${CODE}/long-enough-function.ts`, longFunction(66)],
];

const JOB = "type Job = { state: 'A' } | { state: 'B' } | { state: 'C' };\n";
const OXLINT: readonly Case[] = [
  [
    'no-floating-promises',
    `${CODE}/own.ts`,
    'async function work(): Promise<void> {}\nexport function f(): void {\n  work();\n}\n',
  ],
  [
    'no-floating-promises',
    `${CODE}/of-node.ts`,
    "import { rm } from 'node:fs/promises';\nexport function f(): void {\n  rm('a');\n}\n",
  ],
  [
    'no-floating-promises',
    `${CODE}/of-npm.ts`,
    "import type pg from 'pg';\nexport function f(pool: pg.Pool): void {\n  pool.query('select 1');\n}\n",
  ],
  [
    'no-floating-promises',
    `${CODE}/in-a.test.ts`,
    "import { rm } from 'node:fs/promises';\nexport function f(): void {\n  rm('a');\n}\n",
  ],
  [
    'no-floating-promises',
    'demo/floating.ts',
    "import { rm } from 'node:fs/promises';\nexport function f(): void {\n  rm('a');\n}\n",
  ],
  [
    'no-misused-promises',
    `${CODE}/callback.ts`,
    'export function f(all: number[]): void {\n  all.forEach(async () => {});\n}\n',
  ],
  [
    'no-misused-promises',
    `${CODE}/condition.ts`,
    'export function f(p: Promise<boolean>): number {\n  return p ? 1 : 2;\n}\n',
  ],
  ['await-thenable', `${CODE}/await.ts`, 'export async function f(): Promise<void> {\n  await 1;\n}\n'],
  [
    'switch-exhaustiveness-check',
    `${CODE}/forgotten.ts`,
    `${JOB}export function f(job: Job): number {\n  switch (job.state) {\n    case 'A':\n      return 1;\n    case 'B':\n      return 2;\n  }\n  return 3;\n}\n`,
  ],
  [
    'switch-exhaustiveness-check',
    `${CODE}/swallowed-by-default.ts`,
    `${JOB}export function f(job: Job): number {\n  switch (job.state) {\n    case 'A':\n      return 1;\n    default:\n      return 2;\n  }\n}\n`,
  ],
  ['no-unsafe-assignment', `${CODE}/parsed.ts`, "export const a = JSON.parse('1');\n"],
  ['no-unsafe-member-access', `${CODE}/parsed-member.ts`, "export const a: unknown = JSON.parse('1').b;\n"],
  ['no-unsafe-return', `${CODE}/parsed-return.ts`, "export function f(): string {\n  return JSON.parse('1');\n}\n"],
  ['no-unsafe-argument', `${CODE}/parsed-argument.ts`, "export const a = Number.parseInt(JSON.parse('1'), 10);\n"],
  ['no-unsafe-call', `${CODE}/parsed-call.ts`, "export const a: unknown = JSON.parse('1')();\n"],
  ['only-throw-error', `${CODE}/thrown.ts`, "export function f(): never {\n  throw 'a';\n}\n"],
  ['no-base-to-string', `${CODE}/to-string.ts`, 'export const f = (a: { b: 1 }): string => String(a);\n'],
  [
    'no-for-in-array',
    `${CODE}/for-in.ts`,
    'export function f(all: number[]): void {\n  for (const one in all) throw new Error(one);\n}\n',
  ],
  ['require-array-sort-compare', `${CODE}/sort.ts`, 'export const f = (all: number[]): number[] => all.sort();\n'],
  [
    'return-await',
    `${CODE}/return-await.ts`,
    'async function work(): Promise<void> {}\nexport async function f(): Promise<void> {\n  try {\n    return work();\n  } finally {\n    process.exitCode = 1;\n  }\n}\n',
  ],
];

const COMPILER: readonly Case[] = [
  ['TS2591', 'packages/kernel/src/node.ts', 'export const pid = process.pid;\n'],
  ['TS2584', 'packages/policy/src/dom.ts', 'export const title = document.title;\n'],
  ['TS2322', 'packages/wire/src/unchecked-index.ts', 'export const first: number = [1, 2].slice()[0];\n'],
  ['TS2375', 'packages/wire/src/exact-optional.ts', 'export const a: { b?: number } = { b: undefined };\n'],
  ['TS1294', 'packages/wire/src/enum.ts', 'export enum State {\n  A,\n}\n'],
  ['TS1294', 'packages/wire/src/parameter-property.ts', 'export class A {\n  constructor(readonly b: number) {}\n}\n'],
  ['TS1484', 'packages/wire/src/type-import.ts', "import { Kind } from './kind.ts';\nexport const a: Kind = 1;\n"],
  ['TS7006', 'packages/wire/src/implicit-any.ts', 'export const f = (a) => 1;\n'],
  [
    'TS7029',
    'packages/wire/src/fall-through.ts',
    'export function f(a: number): number {\n  switch (a) {\n    case 1:\n      a += 1;\n    case 2:\n      return a;\n  }\n  return 0;\n}\n',
  ],
];

describe('biome holds the style', () => {
  const ran = running([...BIOME, ...HOMES.map(([file, text]) => ['', file, text] as const)], async (root) => {
    const output = await tool(root, '@biomejs/biome/bin/biome', ['ci', '--max-diagnostics=none', '--colors=off', '.']);
    // A diagnostic opens with `file:line:column rule ━━━` (a misplaced format: `file format ━━━`).
    return [...output.matchAll(/^(\S+?)(?::\d+:\d+)? (\S+)(?: {2}FIXABLE)? .*━/gm)].map(([, file, rule]) => ({
      file,
      rule,
    }));
  });
  test.each(BIOME)('%s in %s', (rule, file) => expect(ran.found(file)).toContain(rule));
  test.each(HOMES)('%s may', (file) => expect(ran.found(file)).toEqual([]));
});

describe('oxlint sees types', () => {
  const ran = running(OXLINT, async (root) => {
    const output = await tool(root, 'oxlint/bin/oxlint', ['--format=unix']);
    return [...output.matchAll(/^(\S+?):\d+:\d+: .*\/typescript\((.*)\)\]$/gm)].map(([, file, rule]) => ({
      file,
      rule,
    }));
  });
  test.each(OXLINT)('%s in %s', (rule, file) => expect(ran.found(file)).toContain(rule));
});

describe('the compiler is strict, and pure packages know neither Node nor the DOM', () => {
  const kind = ['', 'packages/wire/src/kind.ts', 'export type Kind = 1;\n'] as const;
  const ran = running([...COMPILER, kind], async (root) => {
    const builds = ['packages/kernel', 'packages/policy', 'packages/wire'];
    const output = await tool(root, '@typescript/native/bin/tsc', ['-b', ...builds, '--pretty', 'false']);
    return [...output.matchAll(/^(\S+)\(\d+,\d+\): error (TS\d+)/gm)].map(([, file, rule]) => ({ file, rule }));
  });
  test.each(COMPILER)('%s in %s', (rule, file) => expect(ran.found(file)).toContain(rule));
});

describe('knip finds what nobody uses', () => {
  const DEAD: readonly Case[] = [
    ['files', 'packages/wire/src/forgotten.ts', 'export const a = 1;\n'],
    ['exports', 'packages/wire/src/used.ts', 'export const used = 1;\nexport const unused = 2;\n'],
    ['dependencies', 'packages/wire/package.json', ''],
  ];
  const index = [
    '',
    'packages/wire/src/index.ts',
    "export { used } from './used.ts';\nexport { a } from './proof.ts';\n",
  ] as const;
  // Lists that the compiler compares are read by nobody: `@public` says so.
  const proof = [
    '',
    'packages/wire/src/proof.ts',
    'export const a = 1;\n/** @public */\nexport const same: true = true;\n',
  ] as const;
  const ran = running([...DEAD.slice(0, 2), index, proof], async (root) => {
    const output = await tool(root, 'knip/bin/knip.js', ['--no-progress', '--no-config-hints', '--reporter=json']);
    const { issues } = JSON.parse(output) as { issues: Record<string, unknown>[] };
    return issues.flatMap((issue) =>
      Object.entries(issue).flatMap(([rule, found]) =>
        Array.isArray(found) && found.length > 0 ? [{ file: String(issue['file']), rule }] : [],
      ),
    );
  });
  test.each(DEAD)('%s in %s', (rule, file) => expect(ran.found(file)).toContain(rule));
  test('a proof for the compiler, marked @public, is no dead code', () => expect(ran.found(proof[1])).toEqual([]));
});

interface Found {
  readonly file: string | undefined;
  readonly rule: string | undefined;
}

/** Plants the cases before the tests of this `describe` and lets the tool look at all of them at once. */
function running(
  cases: readonly Case[],
  look: (root: string) => Promise<Found[]>,
): { found(file: string): (string | undefined)[] } {
  let tree: PlantedTree | undefined;
  let all: Found[] = [];
  beforeAll(async () => {
    tree = plant(Object.fromEntries(cases.map(([, file, text]) => [file, text])));
    all = await look(tree.root);
  });
  afterAll(() => tree?.[Symbol.dispose]());
  return { found: (file) => all.filter((each) => each.file === file).map((each) => each.rule) };
}

/** What a tool printed; it ends with an error, as it should. */
async function tool(root: string, file: string, given: readonly string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, [path.join(MODULES, file), ...given], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1' },
    maxBuffer: OUTPUT_MAX_BYTES,
  });
  const { stdout, stderr } = await run.then(
    () => {
      throw new Error(`${file} found nothing`);
    },
    (error: { stdout: string; stderr: string }) => error,
  );
  return `${stdout}\n${stderr}`;
}
