/**
 * What a life of the server leaves in its folders (vaults, working files), taken out of the way for the next one:
 * moved, which takes no time however much it is, and removed beside what comes next.
 */
import { mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * @param trash a folder on the same disk, made for this
 * @returns resolves when all of it is gone
 */
export async function putAside(folders: readonly string[], trash: string): Promise<void> {
  mkdirSync(trash, { recursive: true, mode: 0o700 });
  for (const [index, folder] of folders.entries()) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    renameSync(folder, path.join(trash, String(index)));
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  await rm(trash, { recursive: true, force: true });
}
