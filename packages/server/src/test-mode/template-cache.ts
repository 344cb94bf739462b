/**
 * Templates that were made long ago are removed from the cache folder when another is: those of versions that are gone.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { type Clock, DAY_MS } from '@holdfast/kernel';

const AGE_MS_MAX = 30 * DAY_MS;
const TEMPLATE = /^template-[0-9a-f]{24}(?:\.[0-9a-f-]{36})?$/;

export function trimTemplates(cacheFolder: string, clock: Clock): void {
  const oldest = clock.now() - AGE_MS_MAX;
  for (const name of readdirSync(cacheFolder).filter((each) => TEMPLATE.test(each))) {
    const folder = path.join(cacheFolder, name);
    const madeAt = statSync(folder, { throwIfNoEntry: false })?.ctimeMs ?? oldest;
    if (madeAt < oldest) rmSync(folder, { recursive: true, force: true });
  }
}
