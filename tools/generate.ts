/**
 * `npm run generate`: writes the pages that come from the code; with `-- --check`, says which of them are no longer
 * what the code says (exit code 1) and writes nothing.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pages } from './generators/pages.ts';

const root = path.resolve(import.meta.dirname, '..');
const checking = process.argv.includes('--check');
let stale = 0;

for (const { file, make } of pages) {
  const text = await make();
  const target = path.join(root, file);
  if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
  if (checking) {
    console.error(`${file} is not what the code says: npm run generate`);
    stale += 1;
  } else {
    writeFileSync(target, text);
    console.log(`wrote ${file}`);
  }
}
process.exitCode = stale > 0 ? 1 : 0;
