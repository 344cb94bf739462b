/** restic says nothing while it restores, and nothing while its reader is slow: only a backup is told to be stuck. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Repositories, RepositoryAccess, SnapshotLabel } from './repositories.ts';
import { testVaults } from './testing/repository.ts';

const vaults = testVaults();
afterAll(() => vaults[Symbol.dispose]());
const signal = new AbortController().signal;
const label: SnapshotLabel = { accountId: '111122223333', createdAt: Date.UTC(2030, 0, 2), tags: [] };
const STUCK_MS = 200;
/** Longer than what a pipe holds. */
const CONTENT = randomBytes(1_000_000);

/** The real restic, which says nothing for five times as long before it does what is named. */
function silent(command: string): Repositories {
  const script = path.join(vaults.fresh('silent'), 'restic.sh');
  writeFileSync(script, `if [ "$1" = ${command} ]; then sleep 1; fi; exec restic "$@"\n`);
  return vaults.driver({ program: ['sh', script], stuckMs: STUCK_MS });
}

let access: RepositoryAccess;
let folder: string;
let snapshotId: string;
beforeAll(async () => {
  access = await vaults.repository();
  folder = path.join(vaults.fresh('source'), 'data');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'large'), CONTENT);
  ({ snapshotId } = await vaults.repositories.backup(access, { kind: 'directory', folder }, label, { signal }));
});

test('a restore may be silent for as long as it takes', async () => {
  const target = vaults.fresh('target');
  await silent('restore').restore(access, snapshotId, target, undefined, { signal });
  expect(readdirSync(path.join(target, 'data'))).toEqual(['large']);
});

test('a dump waits for its reader for as long as it takes', async () => {
  const repositories = silent('restore');
  const source = await repositories.dump(access, snapshotId, '/data/large', signal);
  // The pipe is full meanwhile, for longer than a backup may be without progress.
  await repositories.restore(access, snapshotId, vaults.fresh('meanwhile'), undefined, { signal });
  const chunks: Buffer[] = [];
  for await (const chunk of source.bytes) chunks.push(Buffer.from(chunk as Uint8Array));
  await source.vouched;
  expect(Buffer.concat(chunks).equals(CONTENT)).toBe(true);
});

test.each(['forget', 'prune'] as const)('%s may be silent for as long as it takes', async (command) => {
  const repositories = silent(command);
  const done =
    command === 'prune'
      ? repositories.prune(access, signal)
      : repositories.forget(access, async () => [snapshotId], signal);
  await expect(done).resolves.toBe('done');
});

test('a backup without progress is stopped', async () => {
  const backup = silent('backup').backup(access, { kind: 'directory', folder }, label, { signal });
  await expect(backup).rejects.toMatchObject({ failure: 'silent' });
});
