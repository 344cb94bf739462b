/**
 * Lists that must agree, compared: the same fact stands in package.json, tsconfig.json, the table of arrows and the
 * pages because each tool reads its own, and none of the tools sees the others.
 */
import { BUILDERS, HALL, OUTSIDE, PACKAGES, ROOMS } from './arrows.ts';
import type { Finding } from './finding.ts';
import type { SourceFile } from './repository.ts';

export interface Lists {
  /** By path from the root; the root's own is `package.json`. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** `references` of each tsconfig.json, as folders from the root. */
  readonly references: ReadonlyMap<string, readonly string[]>;
  /** Names of the bootstrap's tasks. */
  readonly tasks: readonly string[];
  readonly contributing: string;
  readonly dependenciesPage: string;
}

export interface Manifest {
  readonly scripts?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const OURS = '@holdfast/';
const DEPENDENCIES_PAGE = 'docs/design/dependencies.md';

export function listFindings(lists: Lists): Finding[] {
  return [
    ...scriptsAreTasks(lists),
    ...packagesAreKnown(lists),
    ...importsAreReferences(lists),
    ...versionsAreExact(lists),
    ...nodeIsTheSame(lists),
    ...dependenciesAreExplained(lists),
    ...arrowsAreExplained(lists),
  ];
}

function scriptsAreTasks({ manifests, tasks }: Lists): Finding[] {
  const scripts = manifests.get('package.json')?.scripts ?? {};
  // `exec`: without it a signal that npm passes on would end npm's shell and leave the task running.
  const wanted = Object.fromEntries(tasks.map((task) => [task, `exec node tools/bootstrap/run.mjs ${task}`]));
  return [...new Set([...Object.keys(scripts), ...tasks])]
    .filter((name) => scripts[name] !== wanted[name])
    .map((name) => broken('package.json', 'scripts-are-tasks', `script ${name} is not the bootstrap's task ${name}`));
}

function packagesAreKnown({ manifests, references }: Lists): Finding[] {
  const onDisk = [...manifests.keys()].flatMap((file) => /^packages\/([^/]+)\/package\.json$/.exec(file)?.[1] ?? []);
  const built = references.get('.') ?? [];
  return onDisk.flatMap((name) => [
    ...(Object.hasOwn(PACKAGES, name)
      ? []
      : [broken('tools/checks/arrows.ts', 'packages-are-known', `no line for ${name}`)]),
    ...(built.includes(`packages/${name}`)
      ? []
      : [broken('tsconfig.json', 'packages-are-known', `no reference to packages/${name}: it is not type-checked`)]),
  ]);
}

/** The three places that say which package of ours a package uses: package.json, tsconfig.json, the arrows. */
function importsAreReferences({ manifests, references }: Lists): Finding[] {
  return Object.entries(PACKAGES).flatMap(([name, allowed]) => {
    const manifest = manifests.get(`packages/${name}/package.json`);
    if (!manifest) return [];
    const folder = `packages/${name}`;
    const declared = Object.keys(manifest.dependencies ?? {}).flatMap((dependency) =>
      dependency.startsWith(OURS) ? [dependency.slice(OURS.length)] : [],
    );
    const referenced = (references.get(folder) ?? []).map((reference) => reference.replace('packages/', ''));
    return [
      ...declared
        .filter((dependency) => !allowed.includes(dependency))
        .map((dependency) =>
          broken(`${folder}/package.json`, 'imports-are-references', `${dependency} is no arrow of ${name}`),
        ),
      ...difference(declared, referenced).map((dependency) =>
        broken(
          `${folder}/tsconfig.json`,
          'imports-are-references',
          `${dependency} is in package.json and not in references`,
        ),
      ),
      ...difference(referenced, declared).map((dependency) =>
        broken(
          `${folder}/package.json`,
          'imports-are-references',
          `${dependency} is in tsconfig.json and not in dependencies`,
        ),
      ),
    ];
  });
}

function versionsAreExact({ manifests }: Lists): Finding[] {
  return [...manifests].flatMap(([file, manifest]) =>
    Object.entries(allDependencies(manifest))
      .filter(([, version]) => !/^(npm:(@[^@]+|[^@]+)@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) =>
        broken(file, 'versions-are-exact', `${name} ${version}: pin it, so that everybody runs the same`),
      ),
  );
}

function nodeIsTheSame({ manifests }: Lists): Finding[] {
  const wanted = manifests.get('package.json')?.engines?.['node'] ?? '';
  const types = manifests.get('package.json')?.devDependencies?.['@types/node'] ?? '';
  const others = [...manifests]
    .filter(([, manifest]) => manifest.engines?.['node'] !== wanted)
    .map(([file]) => broken(file, 'node-is-the-same', `engines.node is not ${wanted}, as in package.json`));
  return wanted === `>=${types.split('.')[0]}`
    ? others
    : [...others, broken('package.json', 'node-is-the-same', `@types/node ${types} is not of engines.node ${wanted}`)];
}

/**
 * Each dependency has its reason in docs/design/dependencies.md, in the first column of a table, and no row is stale.
 */
function dependenciesAreExplained({ manifests, dependenciesPage }: Lists): Finding[] {
  const rows = dependenciesPage.split('\n').filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''),
  );
  const declared = [...manifests.values()].flatMap((manifest) => Object.keys(allDependencies(manifest)));
  const foreign = [...new Set(declared.filter((name) => !name.startsWith(OURS)).map(withoutPlatform))];
  return [
    ...difference(foreign, named).map((name) =>
      broken(DEPENDENCIES_PAGE, 'dependencies-are-explained', `${name} has no line: why this one, under which license`),
    ),
    ...difference(named, foreign).map((name) =>
      broken(DEPENDENCIES_PAGE, 'dependencies-are-explained', `${name} has a line and is no dependency any more`),
    ),
  ];
}

function arrowsAreExplained({ contributing }: Lists): Finding[] {
  const names = [...Object.keys(PACKAGES), ...Object.keys(ROOMS), ...HALL, ...BUILDERS, ...OUTSIDE];
  return names
    .filter((name) => !contributing.includes(`\`${name}\``))
    .map((name) => broken('CONTRIBUTING.md', 'arrows-are-explained', `${name} of tools/checks/arrows.ts is not named`));
}

/** What `listFindings` compares, taken from the repository's files. */
export function listsOf(files: readonly SourceFile[], tasks: readonly string[]): Lists {
  const text = (name: string): string => files.find((file) => file.path === name)?.text ?? '';
  const of = (pattern: RegExp): SourceFile[] => files.filter((file) => pattern.test(file.path));
  return {
    manifests: new Map(
      of(/^(packages\/[^/]+\/)?package\.json$/).map((file) => [file.path, JSON.parse(file.text) as Manifest]),
    ),
    references: new Map(
      of(/^(packages\/[^/]+\/)?tsconfig\.json$/).map((file) => {
        const folder = file.path === 'tsconfig.json' ? '.' : file.path.replace('/tsconfig.json', '');
        const { references = [] } = JSON.parse(file.text) as { references?: { path: string }[] };
        return [folder, references.map((reference) => reference.path.replace(/^\.\.\//, 'packages/'))];
      }),
    ),
    tasks,
    contributing: text('CONTRIBUTING.md'),
    dependenciesPage: text(DEPENDENCIES_PAGE),
  };
}

function allDependencies(manifest: Manifest): Record<string, string> {
  return { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
}

/** The same program for each platform is one dependency. */
function withoutPlatform(name: string): string {
  return name.replace(/(linux|darwin)-(x64|arm64)$/, '*');
}

function difference(all: readonly string[], known: readonly string[]): string[] {
  return all.filter((name) => !known.includes(name));
}

function broken(file: string, rule: string, message: string): Finding {
  return { file, rule, message };
}
