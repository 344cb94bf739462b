import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { pages } from './pages.ts';

const root = path.resolve(import.meta.dirname, '../..');

test.each(pages)('$file is what the code says (npm run generate)', async ({ file, make }) => {
  expect(readFileSync(path.join(root, file), 'utf8')).toBe(await make());
});
