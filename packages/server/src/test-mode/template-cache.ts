/** Templates that no start has used for a while are removed from the cache folder: those of versions that are gone. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Clock, DAY_MS } from '@holdfast/kernel';

const UNUSED_MS_MAX = 30 * DAY_MS;
const TEMPLATE = /^template-[0-9a-f]{24}(?:\.[0-9a-f-]{36})?$/;

export function trimTemplates(cacheFolder: string, clock: Clock): void {
  const oldest = clock.now() - UNUSED_MS_MAX;
  for (const name of readdirSync(cacheFolder).filter((each) => TEMPLATE.test(each))) {
    const folder = path.join(cacheFolder, name);
    const usedAt = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? oldest;
    if (usedAt < oldest) rmSync(folder, { recursive: true, force: true });
  }
}
