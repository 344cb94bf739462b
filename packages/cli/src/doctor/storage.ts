/** The data folder: there, ours, closed to others where secrets lie, writable, with room left. */
import { access, constants, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { credentialsFile } from '../connection/profile.ts';
import { formatBytes } from '../output/quantities.ts';
import { type Check, ok, problem, warning } from './check.ts';

const NAME = 'data folder';
const FREE_WANTED_BYTES = 5 * 1024 ** 3;
const FREE_NEEDED_BYTES = 512 * 1024 ** 2;
/** Readable or writable by the group or others. */
const OPEN_TO_OTHERS = 0o077;

export async function checkStorage(dataFolder: string): Promise<Check[]> {
  const found = await stat(dataFolder).catch(() => undefined);
  if (!found) {
    const parent = await nearestFolder(dataFolder);
    return [
      warning(NAME, `${dataFolder} does not exist yet`, `holdfast start --data '${dataFolder}' makes it`),
      await checkSpace(parent),
    ];
  }
  if (!found.isDirectory()) return [problem(NAME, `${dataFolder} is not a folder`, 'Name another one: --data DIR')];
  return [await checkWritable(dataFolder), await checkSecrets(dataFolder), await checkSpace(dataFolder)];
}

async function checkWritable(dataFolder: string): Promise<Check> {
  const error = await access(dataFolder, constants.R_OK | constants.W_OK | constants.X_OK).then(
    () => undefined,
    (reason: NodeJS.ErrnoException) => reason,
  );
  if (!error) return ok(NAME, dataFolder);
  const advice = error.code === 'EROFS' ? 'Its file system is mounted read-only.' : 'Run as the user that owns it.';
  return problem(NAME, `${dataFolder} cannot be written (${error.code})`, advice);
}

/** The master key opens every secret in the database; the credentials are the management account's. */
async function checkSecrets(dataFolder: string): Promise<Check> {
  const files = [path.join(dataFolder, 'master.key'), credentialsFile(dataFolder)];
  const open: string[] = [];
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (found && (found.mode & OPEN_TO_OTHERS) !== 0) open.push(file);
  }
  if (open.length === 0) return ok('secrets', 'closed to other users');
  return problem(
    'secrets',
    `other users may read ${open.join(', ')}`,
    `chmod 600 ${open.map((file) => `'${file}'`).join(' ')}`,
  );
}

async function checkSpace(folder: string): Promise<Check> {
  const { bavail, bsize } = await statfs(folder);
  return spaceCheck('free space', bavail * bsize, folder);
}

export function spaceCheck(name: string, freeBytes: number, folder: string): Check {
  const found = `${formatBytes(freeBytes)} free at ${folder}`;
  const advice = 'Free some, shorten retention, or map the regions to vault folders on a larger disk.';
  if (freeBytes < FREE_NEEDED_BYTES) return problem(name, found, advice);
  return freeBytes < FREE_WANTED_BYTES ? warning(name, found, advice) : ok(name, found);
}

async function nearestFolder(folder: string): Promise<string> {
  let at = path.resolve(folder);
  while (
    !(await stat(at).then(
      (found) => found.isDirectory(),
      () => false,
    ))
  )
    at = path.dirname(at);
  return at;
}
