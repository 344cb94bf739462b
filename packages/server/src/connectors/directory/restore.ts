/**
 * Where a directory's restore goes, and how it gets there in one step.
 *
 * The contents are written into a hidden folder beside the target, named after the job, and renamed when complete:
 * the target is there whole or not at all, and a later attempt knows what an earlier one left.
 */
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  ConnectorFailure,
  fileFaultOf,
  type Restored,
  type RestoreOrder,
  type RestorePlan,
} from '@holdfast/connector-kit';
import { formatArn, isoTime } from '@holdfast/kernel';
import { pathFault, pathOf } from './path-property.ts';

const ITEMS_MAX = 1_000;

/** EFS's keys, and what is said to those that ask for something a directory does not have. */
const HONOURED = new Set([
  'file-system-id',
  'newFileSystem',
  'ItemsToRestore',
  'CreationToken',
  'aws:backup:request-id',
  'holdfast:path',
  'holdfast:source-path',
]);
const ONLY: Readonly<Record<string, readonly string[]>> = {
  Encrypted: ['false'],
  PerformanceMode: ['generalPurpose'],
  KmsKeyId: [''],
};

export async function planDirectoryRestore(order: RestoreOrder): Promise<RestorePlan> {
  checkMetadata(order.metadata);
  const items = itemsOf(order.metadata['ItemsToRestore']);
  return order.metadata['newFileSystem'] === 'true' ? newDirectory(order, items) : intoExisting(order, items);
}

async function intoExisting(order: RestoreOrder, items: readonly string[] | undefined): Promise<RestorePlan> {
  const identifier = order.metadata['file-system-id'];
  if (identifier === undefined)
    throw refused('file-system-id is missing: name the file system to restore into, or give newFileSystem=true');
  const target = await order.find(identifier);
  if (!target)
    throw new ConnectorFailure(`File system ${identifier} does not exist in this account and region.`, {
      category: 'RESOURCE_NOT_FOUND',
    });
  const name = `aws-backup-restore_${isoTime(order.orderedAt).replaceAll(/[:.]/g, '-')}`;
  const place = path.join(await directoryAt(pathOf(target)), name);
  const own = ownFolder(order, place);
  return {
    targetArn: target.arn,
    places: [place],
    async execute(contents, signal) {
      await putInPlace(own, place, (folder) => contents.extract(folder, items, signal));
      return { kind: 'into-existing', arn: target.arn };
    },
    settled: () => rm(own, { recursive: true, force: true }),
  };
}

async function newDirectory(order: RestoreOrder, items: readonly string[] | undefined): Promise<RestorePlan> {
  const identifier = `fs-${order.jobId.replaceAll('-', '').slice(0, 17)}`;
  const asked = placeOf(order);
  const place = path.join(await directoryAt(path.dirname(asked)), path.basename(asked));
  const restored: Restored = {
    kind: 'new',
    identifier,
    name: path.basename(asked),
    properties: { FileSystemId: identifier, Path: asked, Name: path.basename(asked) },
    secrets: {},
  };
  const own = ownFolder(order, place);
  return {
    targetArn: formatArn({
      service: 'elasticfilesystem',
      region: order.region,
      accountId: order.accountId,
      resource: `file-system/${identifier}`,
    }),
    places: [place],
    async execute(contents, signal) {
      await putInPlace(own, place, (folder) => contents.extract(folder, items, signal));
      return restored;
    },
    settled: () => rm(own, { recursive: true, force: true }),
  };
}

function placeOf(order: RestoreOrder): string {
  const asked = order.metadata['holdfast:path'];
  if (asked === undefined) {
    const source = order.kept['holdfast:source-path'];
    if (source === undefined) throw refused('holdfast:path is missing: name the directory to restore into');
    return `${source}-restore-${order.jobId.slice(0, 8)}`;
  }
  const fault = pathFault(asked);
  if (fault !== undefined) throw refused(`holdfast:path must ${fault}`);
  return asked;
}

/**
 * Fills a folder of this job's own, then gives it its name. `complete` holds the inode that is about to get the name:
 * by it, a later attempt knows that the place was filled by this job and not by somebody else.
 */
async function putInPlace(own: string, place: string, fill: (folder: string) => Promise<void>): Promise<void> {
  if (await filledBefore(own, place)) return;
  try {
    // Nobody else makes a folder of this name: it is what an earlier attempt of this job left.
    await rm(own, { recursive: true, force: true });
    await mustBeFree(place);
    const contents = await makeOwn(own, path.basename(place));
    await fill(contents);
    await writeFile(path.join(own, 'complete'), String((await stat(contents)).ino));
    await rename(contents, place);
  } catch (error) {
    // What is left is worth less than the reason why.
    await rm(own, { recursive: true, force: true }).catch(() => undefined);
    throw placeFailure(error, own, place);
  }
}

/**
 * Makes the folder to fill, and tries the name that it is to get: what cannot be there is told before all is read back.
 * One level at a time, since below /proc a recursive mkdir of Node's never ends.
 */
async function makeOwn(own: string, name: string): Promise<string> {
  const contents = path.join(own, 'contents');
  await mkdir(own, { mode: 0o700 });
  await mkdir(path.join(own, name));
  await rmdir(path.join(own, name));
  await mkdir(contents, { mode: 0o700 });
  return contents;
}

/** What the system said to our own folder or to the place, as words about the place; other errors as they are. */
function placeFailure(error: unknown, own: string, place: string): unknown {
  const fault = fileFaultOf(error);
  if (!fault?.path?.startsWith(own) && fault?.path !== place) return error;
  if (fault.code === 'ENOTEMPTY') return occupied(place);
  // The folder around was looked at before: one that has none of ours when it should is no place for directories.
  const why = fault.code === 'ENOENT' ? 'no directory can be made there' : fault.why;
  return new ConnectorFailure(`${place} cannot be written: ${why}. Nothing was restored.`, {
    category: fault.code === 'EACCES' || fault.code === 'EPERM' ? 'ACCESS_DENIED' : 'INVALID_STATE',
    cause: error,
  });
}

async function filledBefore(own: string, place: string): Promise<boolean> {
  const inode = await readFile(path.join(own, 'complete'), 'utf8').catch(() => undefined);
  const found = await lstat(place).catch(() => undefined);
  return inode !== undefined && found !== undefined && String(found.ino) === inode;
}

/** Free is what does not exist, and an empty folder. */
async function mustBeFree(place: string): Promise<void> {
  const found = await lstat(place).catch(() => undefined);
  if (!found) return;
  if (!found.isDirectory() || (await readdir(place)).length > 0) throw occupied(place);
  if (found.dev === (await stat(path.dirname(place))).dev) return;
  const message = `${place} is a mount point, which no directory can take the place of: name a directory in it.`;
  throw new ConnectorFailure(message, { category: 'INVALID_STATE' });
}

function occupied(place: string): ConnectorFailure {
  return new ConnectorFailure(`${place} exists and is not empty: nothing was restored.`, { category: 'INVALID_STATE' });
}

function ownFolder(order: RestoreOrder, place: string): string {
  return path.join(path.dirname(place), `.holdfast-restore-${order.jobId}`);
}

/** The directory with its links followed, once: what was allowed is what is written to. */
async function directoryAt(folder: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) return real;
  } catch {
    // Said below.
  }
  throw new ConnectorFailure(`The directory ${folder} to restore into does not exist.`, {
    category: 'RESOURCE_NOT_FOUND',
  });
}

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(metadata)) {
    const allowed = ONLY[key];
    if (allowed && !allowed.includes(value))
      throw refused(`${key} can only be '${allowed.join("' or '")}' for a directory`);
    if (!allowed && !HONOURED.has(key)) throw refused(`${key} has no meaning for a directory; leave it out`);
  }
  const fresh = metadata['newFileSystem'];
  if (fresh !== undefined && fresh !== 'true' && fresh !== 'false')
    throw refused("newFileSystem must be 'true' or 'false'");
}

function itemsOf(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ConnectorFailure('ItemsToRestore must be a JSON array of paths.', {
      category: 'UNSUPPORTED_OPERATION',
      cause,
    });
  }
  const fits =
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= ITEMS_MAX &&
    value.every((item) => typeof item === 'string');
  if (!fits) throw refused(`ItemsToRestore must be a JSON array of 1 to ${ITEMS_MAX} paths`);
  const items = value as string[];
  const odd = items.find((item) => !item.startsWith('/') || path.posix.normalize(item) !== item || item === '/');
  if (odd !== undefined)
    throw refused(
      `ItemsToRestore holds ${JSON.stringify(odd)}: each path begins with / below the file system, without .. in it`,
    );
  return items;
}

function refused(why: string): ConnectorFailure {
  return new ConnectorFailure(`Invalid restore metadata: ${why}.`, { category: 'UNSUPPORTED_OPERATION' });
}
