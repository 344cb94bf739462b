/**
 * A small tree with the repository's own settings and planted files, to prove that a tool finds what it is there for.
 * npm packages are the real ones; ours are the planted ones.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
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
  'package.json',
  'tools/checks/arrows.ts',
  'tools/lint',
  'tsconfig.base.json',
];

export interface PlantedTree extends Disposable {
  readonly root: string;
}

/** `files`: content by path from the root; every package of ours that has a file gets its package.json and tsconfig.json. */
export function plant(files: Readonly<Record<string, string>>): PlantedTree {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), 'holdfast-planted-')));
  for (const name of SETTINGS) cpSync(path.join(ROOT, name), path.join(root, name), { recursive: true });
  const packages = new Set(Object.keys(files).flatMap((file) => /^packages\/([^/]+)\//.exec(file)?.[1] ?? []));
  linkModules(root, [...packages]);
  for (const name of packages) {
    for (const file of ['package.json', 'tsconfig.json']) {
      const own = `packages/${name}/${file}`;
      if (existsSync(path.join(ROOT, own))) cpSync(path.join(ROOT, own), path.join(root, own), { recursive: true });
    }
  }
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  return { root, [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) };
}

function linkModules(root: string, packages: readonly string[]): void {
  const real = path.join(ROOT, 'node_modules');
  const planted = path.join(root, 'node_modules');
  mkdirSync(path.join(planted, '@holdfast'), { recursive: true });
  for (const name of readdirSync(real)) {
    if (!name.startsWith('.') && name !== '@holdfast') symlinkSync(path.join(real, name), path.join(planted, name));
  }
  for (const name of packages) symlinkSync(path.join(root, 'packages', name), path.join(planted, '@holdfast', name));
}
