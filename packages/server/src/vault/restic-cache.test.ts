import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { trimCaches } from './restic-cache.ts';

test('the least recently used caches go until the rest fits, never one in use', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-cache-'));
  for (const [index, id] of ['oldest', 'used', 'newest'].entries()) {
    mkdirSync(path.join(folder, id, 'index'), { recursive: true });
    writeFileSync(path.join(folder, id, 'index', 'file'), Buffer.alloc(1_000));
    utimesSync(path.join(folder, id), 1_000 + index, 1_000 + index);
  }
  expect(trimCaches(folder, new Set(), 3_000)).toEqual([]);
  expect(trimCaches(folder, new Set(['oldest']), 2_000)).toEqual(['used']);
  expect(existsSync(path.join(folder, 'newest'))).toBe(true);
  rmSync(folder, { recursive: true });
});
