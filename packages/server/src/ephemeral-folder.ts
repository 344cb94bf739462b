/**
 * The folder of an ephemeral server, below the system's folder for temporary files: removed when the server ends, or,
 * when it was killed, by the next one that starts.
 *
 * Who runs holds the folder's lock (folder-lock.ts), which the kernel takes away with the process: a folder whose lock
 * can be had belongs to nobody any more.
 */
import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Clock, type Logger, MINUTE_MS } from '@holdfast/kernel';
import { FolderInUse, lockFolder } from './folder-lock.ts';
import { predecessorGone } from './store/postgres/cluster.ts';

const PREFIX = 'holdfast-ephemeral-';
const LOCK = 'server.lock';
const DATA = 'data';
const TRIES_MAX = 10;
/** A folder without a lock is being made; after this it never will be. */
const MAKING_MS_MAX = MINUTE_MS;

export interface EphemeralFolder {
  /** Does not exist yet. */
  readonly data: string;
  /** Removes all of it. */
  remove(): void;
}

export function makeEphemeralFolder(parent: string = tmpdir()): EphemeralFolder {
  for (let tries = 1; ; tries++) {
    const folder = mkdtempSync(path.join(parent, PREFIX));
    // PostgreSQL may have to run as another user, who has to get to its own folder in it.
    chmodSync(folder, 0o711);
    try {
      const lock = lockFolder(path.join(folder, LOCK));
      return {
        data: path.join(folder, DATA),
        remove: () => {
          rmSync(folder, { recursive: true, force: true });
          lock[Symbol.dispose]();
        },
      };
    } catch (error) {
      // Somebody who removes what killed servers left was quicker with the lock than we.
      if (!(error instanceof FolderInUse) || tries === TRIES_MAX) throw error;
    }
  }
}

/** What servers that were killed have left. */
export async function removeLeftFolders(clock: Clock, log: Logger, parent: string = tmpdir()): Promise<void> {
  for (const name of readdirSync(parent).filter((each) => each.startsWith(PREFIX))) {
    const folder = path.join(parent, name);
    try {
      await removeLeft(folder, clock, log);
    } catch (error) {
      // Somebody else's, or gone meanwhile: no reason not to start.
      log.debug('test-mode.folder-not-removed', { folder, error });
    }
  }
}

async function removeLeft(folder: string, clock: Clock, log: Logger): Promise<void> {
  const there = lstatSync(folder);
  if (!there.isDirectory() || there.uid !== process.getuid?.()) return;
  const lockFile = path.join(folder, LOCK);
  if (!existsSync(lockFile) && there.mtimeMs > clock.now() - MAKING_MS_MAX) return;
  using _lock = lockFolder(lockFile);
  await predecessorGone(path.join(folder, DATA, 'postgres'), log);
  rmSync(folder, { recursive: true, force: true });
  log.info('test-mode.left-folder-removed', { folder });
}
