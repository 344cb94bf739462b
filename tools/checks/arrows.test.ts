import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUILDERS, HALL, PACKAGES, ROOMS, rules } from './arrows.ts';
import { type PlantedTree, plant } from './planted.ts';

const CRUISER = path.resolve(import.meta.dirname, '../../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
const OUTPUT_MAX_BYTES = 256 * 1024 * 1024;

/** An import planted in a file of its own, and the rule that has to find it (none: the import is allowed). */
interface Planted {
  readonly from: string;
  readonly imports: string;
  readonly breaks: string | undefined;
}

const isBuilt = (name: string): boolean => name !== 'console';
const packages = Object.keys(PACKAGES).filter(isBuilt);
const rooms = Object.keys(ROOMS);

const server = (file: string): string => `packages/server/src/${file}`;
const inRoom = (room: string): string => (['services', 'connectors'].includes(room) ? `${room}/one` : room);

/** Every pair, by the table. */
const matrix: Planted[] = [
  ...packages.flatMap((from) =>
    packages.filter(other(from)).map((to) => ({
      from: `packages/${from}/src/to-${to}.ts`,
      imports: `@holdfast/${to}`,
      breaks: PACKAGES[from]?.includes(to) ? undefined : `package-${from}`,
    })),
  ),
  ...rooms.flatMap((from) =>
    rooms.filter(other(from)).map((to) => ({
      from: server(`${inRoom(from)}/to-${to}.ts`),
      imports: `${inRoom(from).includes('/') ? '../..' : '..'}/${inRoom(to)}/thing.ts`,
      breaks: ROOMS[from]?.includes(to) ? undefined : `room-${from}`,
    })),
  ),
  ...rooms.flatMap((from) =>
    HALL.map((file) => ({
      from: server(`${inRoom(from)}/to-${file}`),
      imports: `${inRoom(from).includes('/') ? '../..' : '..'}/${file}`,
      breaks: from === 'connectors' ? 'room-connectors' : undefined,
    })),
  ),
];

/** Arrows written down by hand, from the pages: they guard the table itself. */
const byHand: Planted[] = [
  { from: 'packages/policy/src/hand.ts', imports: '@holdfast/wire', breaks: 'package-policy' },
  { from: 'packages/cli/src/hand.ts', imports: '@holdfast/server', breaks: 'package-cli' },
  { from: 'packages/kernel/src/hand.ts', imports: '@holdfast/policy', breaks: 'package-kernel' },
  { from: server('services/one/hand-scheduler.ts'), imports: '../../scheduler/thing.ts', breaks: undefined },
  { from: server('services/one/hand-vault.ts'), imports: '../../vault/thing.ts', breaks: 'room-services' },
  { from: server('scheduler/hand.ts'), imports: '../services/one/thing.ts', breaks: 'room-scheduler' },
  { from: server('jobs/hand.ts'), imports: '../connectors/one/thing.ts', breaks: 'room-jobs' },
  { from: server('jobs/hand-vault.ts'), imports: '../vault/thing.ts', breaks: undefined },
  { from: server('store/hand.ts'), imports: '../jobs/thing.ts', breaks: 'room-store' },
  { from: server('authorization/hand.ts'), imports: '../services/one/thing.ts', breaks: 'room-authorization' },
  { from: server('publisher/hand.ts'), imports: '../services/one/thing.ts', breaks: 'room-publisher' },
  { from: server('reconciler/hand.ts'), imports: '../services/one/thing.ts', breaks: 'room-reconciler' },
  { from: server('connectors/one/hand.ts'), imports: '../../jobs/thing.ts', breaks: 'room-connectors' },
];

/** The rules that are no pair of names. */
const others: Planted[] = [
  { from: server('attic/thing.ts'), imports: '../store/thing.ts', breaks: 'room-unknown' },
  { from: 'packages/novelty/src/index.ts', imports: '@holdfast/kernel', breaks: 'package-unknown' },
  { from: server('deep.ts'), imports: '../../kernel/src/thing.ts', breaks: 'package-through-index' },
  { from: 'packages/policy/src/reads-files.ts', imports: 'node:fs', breaks: 'package-pure' },
  { from: 'packages/kernel/src/reads-files.ts', imports: 'node:fs', breaks: 'package-pure' },
  { from: server('reads-files.ts'), imports: 'node:fs', breaks: undefined },
  { from: server('settings.ts'), imports: './services/one/thing.ts', breaks: 'hall-of-types' },
  { from: server('services/one/neighbour.ts'), imports: '../two/thing.ts', breaks: 'services-apart' },
  { from: server('services/one/beside.ts'), imports: '../operation.ts', breaks: undefined },
  { from: server('connectors/one/neighbour.ts'), imports: '../two/thing.ts', breaks: 'connectors-apart' },
  { from: server('connectors/all.ts'), imports: './two/thing.ts', breaks: undefined },
  { from: server('connectors/one/policy.ts'), imports: '@holdfast/policy', breaks: 'connectors-contract' },
  { from: server('connectors/one/kit.ts'), imports: '@holdfast/connector-kit', breaks: undefined },
  ...BUILDERS.map((file) => ({ from: server(`jobs/builds-${file}`), imports: `../${file}`, breaks: 'main-builds' })),
  { from: server('main.ts'), imports: './services/one/thing.ts', breaks: undefined },
  { from: server('main-other.ts'), imports: './config.ts', breaks: 'main-builds' },
  { from: server('jobs/peeks.ts'), imports: './thing.test.ts', breaks: 'nothing-looks-at-tests' },
  { from: server('jobs/borrows.ts'), imports: '../testing/database.ts', breaks: 'nothing-looks-at-tests' },
  { from: server('jobs/borrows.test.ts'), imports: '../testing/database.ts', breaks: undefined },
  { from: server('jobs/inside.test.ts'), imports: '../services/one/thing.ts', breaks: undefined },
  ...['demo', 'bench', 'tests', 'sim', 'tools'].flatMap((folder) => [
    {
      from: server(`jobs/to-${folder}.ts`),
      imports: `../../../../${folder}/thing.ts`,
      breaks: 'nothing-looks-at-outside',
    },
    { from: `${folder}/inside.ts`, imports: '../packages/server/src/jobs/thing.ts', breaks: undefined },
  ]),
  { from: 'demo/to-tests.ts', imports: '../tests/thing.ts', breaks: 'nothing-looks-at-outside' },
  { from: 'tests/to-tools.ts', imports: '../tools/thing.ts', breaks: 'nothing-looks-at-outside' },
  {
    from: 'tools/conformance/world.ts',
    imports: '../../packages/server/src/testing/database.ts',
    breaks: undefined,
  },
  { from: 'tools/borrows.ts', imports: '../packages/server/src/testing/database.ts', breaks: 'nothing-looks-at-tests' },
  { from: 'packages/wire/src/about.ts', imports: './round.ts', breaks: 'no-cycles' },
  { from: 'packages/wire/src/lost.ts', imports: './not-there.ts', breaks: 'resolvable' },
  { from: 'packages/wire/src/undeclared.ts', imports: 'kysely', breaks: 'declared' },
  { from: 'packages/wire/src/development.ts', imports: 'fast-check', breaks: 'not-for-development-only' },
  { from: 'packages/wire/src/development.test.ts', imports: 'fast-check', breaks: undefined },
];

const planted = [...matrix, ...byHand, ...others];

/** What the planted files import. */
const THING = 'export const thing = 1;\n';
const targets: Record<string, string> = Object.fromEntries(
  [
    ...packages.flatMap((name) => [`packages/${name}/src/index.ts`, `packages/${name}/src/thing.ts`]),
    ...rooms.map((room) => server(`${inRoom(room)}/thing.ts`)),
    ...[...HALL, ...BUILDERS, 'services/two/thing.ts', 'services/operation.ts', 'connectors/two/thing.ts'].map(server),
    ...['jobs/thing.test.ts', 'testing/database.ts'].map(server),
    ...['demo', 'bench', 'tests', 'sim', 'tools'].map((folder) => `${folder}/thing.ts`),
  ].map((file) => [file, THING]),
);

describe('every arrow is held, and only what is no arrow is refused', () => {
  let tree: PlantedTree;
  /** Rules broken, by the importing file. */
  const found = new Map<string, string[]>();

  beforeAll(async () => {
    // A type alone is enough to break an arrow: half of the planted imports are of types only.
    const files = planted.map(({ from, imports }, index) => [
      from,
      index % 2 === 0 ? `export { thing } from '${imports}';\n` : `export type { thing } from '${imports}';\n`,
    ]);
    tree = plant({
      ...targets,
      ...Object.fromEntries(files),
      'packages/wire/src/round.ts': "export type { thing } from './about.ts';\n",
      'packages/novelty/package.json': '{ "dependencies": { "@holdfast/kernel": "0.1.0" } }\n',
    });
    for (const { rule, from } of await cruise(tree.root)) found.set(from, [...(found.get(from) ?? []), rule]);
  });
  afterAll(() => tree[Symbol.dispose]());

  test.each(planted.map((each) => [title(each), each] as const))('%s', (_title, { from, breaks }) => {
    if (breaks === undefined) expect(found.get(from) ?? []).toEqual([]);
    else expect(found.get(from)).toContain(breaks);
  });

  test('no rule is without its planted violation', () => {
    const proven = new Set(planted.map((each) => each.breaks));
    expect(rules().flatMap(({ name }) => (proven.has(name) || name === 'package-console' ? [] : [name]))).toEqual([]);
  });
});

function title({ from, imports, breaks }: Planted): string {
  return `${from} ${breaks === undefined ? 'may import' : `may not import (${breaks})`} ${imports}`;
}

function other(name: string): (candidate: string) => boolean {
  return (candidate) => candidate !== name;
}

async function cruise(root: string): Promise<{ rule: string; from: string }[]> {
  const folders = ['packages', 'demo', 'bench', 'tests', 'sim', 'tools'];
  const given = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...folders];
  const { stdout } = await promisify(execFile)(process.execPath, [CRUISER, ...given], {
    cwd: root,
    maxBuffer: OUTPUT_MAX_BYTES,
  }).catch((error: { stdout: string }) => error);
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string }; from: string }[] } };
  return summary.violations.map(({ rule, from }) => ({ rule: rule.name, from }));
}
