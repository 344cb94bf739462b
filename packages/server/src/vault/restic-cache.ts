/**
 * Keeps restic's caches within a limit: one folder a repository id, the least recently used ones go first.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';

export const CACHE_BYTES_MAX = 4 * 1024 ** 3;

/** Removes whole caches until the rest fits; never those of `inUse`. A lost cache costs time, never data. */
export function trimCaches(folder: string, inUse: ReadonlySet<string>, bytesMax: number = CACHE_BYTES_MAX): string[] {
  const caches = list(folder)
    .filter((entry) => entry.isDirectory())
    .map((entry) => {
      const cache = path.join(folder, entry.name);
      return { id: entry.name, cache, bytes: bytesBelow(cache), usedAt: statSync(cache).mtimeMs };
    })
    .toSorted((a, b) => a.usedAt - b.usedAt);
  let bytes = caches.reduce((sum, each) => sum + each.bytes, 0);
  const removed: string[] = [];
  for (const each of caches) {
    if (bytes <= bytesMax) break;
    if (inUse.has(each.id)) continue;
    rmSync(each.cache, { recursive: true, force: true });
    bytes -= each.bytes;
    removed.push(each.id);
  }
  return removed;
}

function bytesBelow(folder: string): number {
  let bytes = 0;
  for (const entry of list(folder)) {
    const name = path.join(folder, entry.name);
    bytes += entry.isDirectory() ? bytesBelow(name) : (statSync(name, { throwIfNoEntry: false })?.size ?? 0);
  }
  return bytes;
}

function list(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
