/**
 * What no account may back up or restore over: the server's own database, keys and caches, and the vaults. Else a
 * registered directory, or a database on the server's own socket, would carry every account's data into one account's
 * vault.
 *
 * Not here: which other places of the host an account may name; whoever may register resources has the server's
 * rights there.
 */
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { ResourceRef } from '@holdfast/connector-kit';
import type { Settings } from '../settings.ts';
import { JobFailure } from './job-failure.ts';

/** @throws JobFailure when a path among the resource's properties is, holds, or lies in a private one */
export function mustBePublic(settings: Settings, resource: Pick<ResourceRef, 'properties'>): void {
  const closed = [
    settings.workFolder,
    ...settings.regions.map((region) => region.vaultFolder),
    ...(settings.privatePaths ?? []),
  ].map(resolved);
  for (const value of Object.values(resource.properties)) {
    if (typeof value !== 'string' || !path.isAbsolute(value)) continue;
    const named = resolved(value);
    if (!closed.some((each) => holds(named, each) || holds(each, named))) continue;
    const message = `${value} is, holds or lies in a folder of the Holdfast server itself, which no account may back up or restore to.`;
    throw new JobFailure(message, 'ACCESS_DENIED');
  }
}

function holds(folder: string, other: string): boolean {
  const below = path.relative(folder, other);
  return below === '' || (below !== '..' && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below));
}

/** Links followed, as far as the path exists. */
function resolved(name: string): string {
  const absolute = path.resolve(name);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = path.dirname(absolute);
    return parent === absolute ? absolute : path.join(resolved(parent), path.basename(absolute));
  }
}
