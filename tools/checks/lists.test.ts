import { expect, test } from 'vitest';
import { BUILDERS, HALL, OUTSIDE, PACKAGES, ROOMS } from './arrows.ts';
import { type Lists, listFindings, type Manifest } from './lists.ts';

const engines = { node: '>=24' };
const root: Manifest = {
  engines,
  scripts: { start: 'exec node tools/bootstrap/run.mjs start' },
  devDependencies: { '@types/node': '24.1.0' },
};
const names = [...Object.keys(PACKAGES), ...Object.keys(ROOMS), ...HALL, ...BUILDERS, ...OUTSIDE];
const sound: Lists = {
  manifests: new Map<string, Manifest>([
    ['package.json', root],
    ['packages/kernel/package.json', { engines }],
    ['packages/wire/package.json', { engines, dependencies: { '@holdfast/kernel': '0.1.0' } }],
  ]),
  references: new Map([
    ['.', ['packages/kernel', 'packages/wire']],
    ['packages/kernel', []],
    ['packages/wire', ['packages/kernel']],
  ]),
  tasks: ['start'],
  contributing: names.map((name) => `\`${name}\``).join(' '),
  dependenciesPage: '| `@types/node` | because | MIT |\n',
};

test('lists that agree have no finding', () => {
  expect(listFindings(sound)).toEqual([]);
});

test.each<[rule: string, what: string, change: Partial<Lists>]>([
  ['scripts-are-tasks', 'a task without a script', { tasks: ['start', 'bench'] }],
  ['scripts-are-tasks', 'a script that is no task', { tasks: [] }],
  ['packages-are-known', 'a package without an arrow', withManifest('packages/novelty/package.json', { engines })],
  ['packages-are-known', 'a package that is not type-checked', { references: withoutReference('.') }],
  [
    'imports-are-references',
    'a package built without what it imports',
    { references: withoutReference('packages/wire') },
  ],
  [
    'imports-are-references',
    'a reference that is not declared',
    withManifest('packages/wire/package.json', { engines }),
  ],
  [
    'imports-are-references',
    'a dependency against the arrows',
    withManifest('packages/kernel/package.json', { engines, dependencies: { '@holdfast/wire': '0.1.0' } }),
  ],
  [
    'versions-are-exact',
    'a range of versions',
    withManifest('package.json', { ...root, devDependencies: { '@types/node': '^24.1.0' } }),
  ],
  [
    'node-is-the-same',
    'a package for another Node',
    withManifest('packages/kernel/package.json', { engines: { node: '>=22' } }),
  ],
  [
    'node-is-the-same',
    'types of another Node',
    withManifest('package.json', { ...root, devDependencies: { '@types/node': '22.1.0' } }),
  ],
  ['dependencies-are-explained', 'a dependency without its reason', { dependenciesPage: '' }],
  [
    'dependencies-are-explained',
    'a reason without its dependency',
    { dependenciesPage: `${sound.dependenciesPage}| \`left-pad\` | | |` },
  ],
  ['arrows-are-explained', 'a room that CONTRIBUTING does not name', { contributing: '' }],
])('%s finds %s', (rule, _what, change) => {
  expect(listFindings({ ...sound, ...change }).map((finding) => finding.rule)).toContain(rule);
});

function withManifest(file: string, manifest: Manifest): Partial<Lists> {
  return { manifests: new Map([...sound.manifests, [file, manifest]]) };
}

function withoutReference(folder: string): ReadonlyMap<string, readonly string[]> {
  return new Map([...sound.references, [folder, []]]);
}
