/**
 * A recovery point's contents as connectors see them: the snapshot's one folder or one file, whatever else restic
 * keeps around it.
 */
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { KeptContents } from '@holdfast/connector-kit';
import type { Repositories, RepositoryAccess } from '../vault/repositories.ts';
import { ResticError } from '../vault/restic-error.ts';
import { JobFailure } from './job-failure.ts';

export interface KeptSnapshot {
  readonly repositories: Repositories;
  readonly access: RepositoryAccess;
  readonly snapshotId: string;
  /** Where in the snapshot the folder or file stands: `/data`. */
  readonly inside: string;
}

const MISSING_NAMED = 5;

export function keptContents({ repositories, access, snapshotId, inside }: KeptSnapshot): KeptContents {
  return {
    async extract(folder, items, signal) {
      const staging = `${folder}.extract`;
      await rm(staging, { recursive: true, force: true });
      await mkdir(staging, { mode: 0o700 });
      try {
        const include = items?.map((item) => `${inside}${item}`);
        await repositories.restore(access, snapshotId, staging, include, { signal }).catch((error: unknown) => {
          throw tellsOfPlace(error, path.dirname(path.dirname(folder)));
        });
        const whole = path.join(staging, inside);
        await mustHold(whole, items);
        // Onto the empty folder that the connector made: one step, and the kept folder's own attributes come along.
        await rename(whole, folder);
      } finally {
        await rm(staging, { recursive: true, force: true });
      }
    },
    open: (signal) => repositories.dump(access, snapshotId, inside, signal),
  };
}

/**
 * A restore writes to its place, and a little to the vault: restic's words do not always tell which of them is full.
 */
function tellsOfPlace(error: unknown, around: string): unknown {
  if (!(error instanceof ResticError) || error.failure !== 'storage-full') return error;
  const message = `There is no space left in ${around}, or in the storage of the vault (${error.message}). Nothing was restored.`;
  return new JobFailure(message, 'LIMIT_EXCEEDED', { cause: error });
}

/** restic restores what it finds of the items and is content with nothing. */
async function mustHold(whole: string, items: readonly string[] | undefined): Promise<void> {
  const found = await Promise.all(
    (items ?? ['']).map((item) =>
      lstat(`${whole}${item}`).then(
        () => true,
        () => false,
      ),
    ),
  );
  const missing = (items ?? ['/']).filter((_item, index) => !found[index]);
  if (missing.length === 0) return;
  const named = missing.slice(0, MISSING_NAMED).join(', ');
  throw new JobFailure(`The recovery point does not hold ${named}: nothing was restored.`, 'RESOURCE_NOT_FOUND');
}
