/**
 * A small tree with the repository's own settings and planted files, to prove that a tool finds what it is there for.
 * npm packages are the real ones; ours have their real package.json and tsconfig.json and nothing but planted code.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What the tools read besides the code. */
const SETTINGS = [
  '.dependency-cruiser.mjs',
  '.gitignore',
  '.oxlintrc.json',
  'biome.json',
  'knip.json',
  'package.json',
  'tools/checks/arrows.ts',
  'tools/lint',
  'tsconfig.base.json',
];

export interface PlantedTree extends Disposable {
  readonly root: string;
}

/** `files`: content by path from the root. */
export function plant(files: Readonly<Record<string, string>>): PlantedTree {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'holdfast-planted-')));
  const packages = readdirSync(path.join(ROOT, 'packages')).filter((name) =>
    existsSync(path.join(ROOT, 'packages', name, 'package.json')),
  );
  const copied = [
    ...SETTINGS,
    ...packages.flatMap((name) => [`packages/${name}/package.json`, `packages/${name}/tsconfig.json`]),
  ];
  for (const name of copied) cpSync(path.join(ROOT, name), path.join(root, name), { recursive: true });
  linkModules(root, packages);
  const indexes = packages.map((name) => [`packages/${name}/src/index.ts`, 'export {};\n'] as const);
  const all: Record<string, string> = { 'tsconfig.json': rootProject(), ...Object.fromEntries(indexes), ...files };
  for (const [file, text] of Object.entries(all)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

/** The root's tsconfig.json, without the tools that are not planted. */
function rootProject(): string {
  const project = JSON.parse(readFileSync(path.join(ROOT, 'tsconfig.json'), 'utf8')) as {
    references: { path: string }[];
  };
  return JSON.stringify({
    ...project,
    references: project.references.filter((each) => each.path.startsWith('packages/')),
  });
}

function linkModules(root: string, packages: readonly string[]): void {
  const real = path.join(ROOT, 'node_modules');
  const planted = path.join(root, 'node_modules');
  mkdirSync(path.join(planted, '@holdfast'), { recursive: true });
  for (const name of readdirSync(real)) {
    if (name !== '.package-lock.json' && name !== '@holdfast')
      symlinkSync(path.join(real, name), path.join(planted, name));
  }
  for (const name of packages) symlinkSync(path.join(root, 'packages', name), path.join(planted, '@holdfast', name));
}
