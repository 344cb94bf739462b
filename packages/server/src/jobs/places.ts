/**
 * Which places of the host an account's resources may be at, and be restored to.
 *
 * Nobody's: the server's own database, keys and caches, and the vaults. Else a registered directory, or a database on
 * the server's own socket, would carry every account's data into one account's vault. Of the rest: what the operator's
 * `resourceFolders` give the account; any, where it is not set.
 *
 * Asked when a resource is registered, so that its author learns it at once, and again by each job: links and the
 * setting may have changed. Not here: links that somebody swaps while restic reads (SECURITY.md).
 */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Settings } from '../settings.ts';
import { JobFailure } from './job-failure.ts';

type Known = Pick<Settings, 'privatePaths' | 'regions' | 'resourceFolders' | 'workFolder'>;

/** What is wrong with the first place that the account may not use; undefined: it may use all. */
export async function placeFault(
  settings: Known,
  accountId: string,
  places: readonly string[],
): Promise<string | undefined> {
  const closed = await Promise.all(
    [
      settings.workFolder,
      ...settings.regions.map((region) => region.vaultFolder),
      ...(settings.privatePaths ?? []),
    ].map(resolved),
  );
  for (const place of places) {
    const fault = await faultOf(settings, accountId, place, closed);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** @throws JobFailure */
export async function mustBeAllowed(settings: Known, accountId: string, places: readonly string[]): Promise<void> {
  const fault = await placeFault(settings, accountId, places);
  if (fault !== undefined) throw new JobFailure(fault, 'ACCESS_DENIED');
}

async function faultOf(
  { resourceFolders }: Known,
  accountId: string,
  place: string,
  closed: readonly string[],
): Promise<string | undefined> {
  // Before a link, `..` means another folder than its text says.
  if (!path.isAbsolute(place) || path.normalize(place) !== place) return `${place} must be an absolute path without ..`;
  const real = await resolved(place);
  if (closed.some((each) => holds(real, each) || holds(each, real))) {
    return `${place} is, holds or lies in a folder of the Holdfast server itself, which no account may back up or restore to.`;
  }
  if (!resourceFolders) return undefined;
  const allowed = resourceFolders[accountId] ?? resourceFolders['*'] ?? [];
  for (const folder of allowed) if (holds(await resolved(folder), real)) return undefined;
  const named = real === place ? place : `${place} (which is ${real})`;
  const may = allowed.length === 0 ? 'no folder of this host' : allowed.join(', ');
  return `Account ${accountId} may not back up or restore to ${named}; it may use ${may}. The operator of the server can change that in the setting resourceFolders.`;
}

function holds(folder: string, other: string): boolean {
  const below = path.relative(folder, other);
  return below === '' || (below !== '..' && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below));
}

/** Links followed, as far as the path exists. */
async function resolved(absolute: string): Promise<string> {
  try {
    return await realpath(absolute);
  } catch {
    const parent = path.dirname(absolute);
    return parent === absolute ? absolute : path.join(await resolved(parent), path.basename(absolute));
  }
}
