import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { watch as watchFolder } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import type { BackupInput, RepositoryAccess, SnapshotLabel } from './repositories.ts';
import { testVaults } from './testing/repository.ts';

const vaults = testVaults();
afterAll(() => vaults[Symbol.dispose]());
const { repositories } = vaults;
const signal = new AbortController().signal;
const watch = { signal };
const label: SnapshotLabel = {
  accountId: '111122223333',
  createdAt: Date.UTC(2030, 0, 2, 3, 4, 5),
  tags: ['holdfast:job=j1'],
};

function sampleTree(): string {
  const folder = path.join(vaults.fresh('source'), 'data');
  mkdirSync(path.join(folder, 'sub'), { recursive: true });
  writeFileSync(path.join(folder, 'plain.txt'), 'plain\n');
  writeFileSync(path.join(folder, 'empty'), '');
  writeFileSync(path.join(folder, 'odd *[name]?\\.txt'), 'odd');
  writeFileSync(path.join(folder, 'sub', 'deep.bin'), Buffer.alloc(300_000, 7));
  linkSync(path.join(folder, 'plain.txt'), path.join(folder, 'sub', 'hard.txt'));
  symlinkSync('plain.txt', path.join(folder, 'soft'));
  chmodSync(path.join(folder, 'plain.txt'), 0o640);
  utimesSync(path.join(folder, 'plain.txt'), 1_000_000_000, 1_000_000_000);
  return folder;
}

const keep = (access: RepositoryAccess, folder: string) =>
  repositories.backup(access, { kind: 'directory', folder }, label, watch);

const stream = (bytes: Readable, vouched: Promise<void> = Promise.resolve()): BackupInput => ({
  kind: 'stream',
  fileName: 'shop.dump',
  open: () => ({ bytes, vouched }),
});

const restoredTo = async (access: RepositoryAccess, snapshotId: string, include?: string[]): Promise<string> => {
  const target = vaults.fresh('restored');
  await repositories.restore(access, snapshotId, target, include, watch);
  return target;
};

test('a folder comes back with bytes, modes, times and links, under its own name', async () => {
  const access = await vaults.repository();
  const folder = sampleTree();
  const outcome = await keep(access, folder);
  expect(outcome).toMatchObject({ snapshotId: expect.stringMatching(/^[0-9a-f]{64}$/), unreadable: { count: 0 } });
  const back = path.join(await restoredTo(access, outcome.snapshotId), 'data');
  expect(readFileSync(path.join(back, 'sub', 'deep.bin'))).toEqual(Buffer.alloc(300_000, 7));
  expect(readFileSync(path.join(back, 'odd *[name]?\\.txt'), 'utf8')).toBe('odd');
  expect(readlinkSync(path.join(back, 'soft'))).toBe('plain.txt');
  const plain = lstatSync(path.join(back, 'plain.txt'));
  expect([plain.mode & 0o777, plain.mtimeMs]).toEqual([0o640, 1_000_000_000_000]);
  expect(plain.ino).toBe(lstatSync(path.join(back, 'sub', 'hard.txt')).ino);
});

test('items come back alone, and their names mean themselves', async () => {
  const access = await vaults.repository();
  const { snapshotId } = await keep(access, sampleTree());
  const back = path.join(await restoredTo(access, snapshotId, ['/data/odd *[name]?\\.txt']), 'data');
  expect(readdirSync(back)).toEqual(['odd *[name]?\\.txt']);
});

test('a snapshot says whose it is: account as host, creation date as time, tags', async () => {
  const access = await vaults.repository();
  await keep(access, sampleTree());
  const [snapshot] = await repositories.snapshots(access, 'holdfast:job=j1', signal);
  expect(snapshot).toMatchObject({ time: '2030-01-02T03:04:05Z', tags: ['holdfast:job=j1'] });
  expect(await repositories.snapshots(access, 'holdfast:job=other', signal)).toEqual([]);
});

test('a stream comes back as it was', async () => {
  const access = await vaults.repository();
  const { snapshotId, sizeBytes } = await repositories.backup(
    access,
    stream(Readable.from(['abc', 'def'])),
    label,
    watch,
  );
  expect(sizeBytes).toBe(6);
  const dumped = await repositories.dump(access, snapshotId, '/shop.dump', signal);
  let text = '';
  for await (const chunk of dumped.bytes) text += String(chunk);
  await dumped.vouched;
  expect(text).toBe('abcdef');
});

test('a stream whose producer failed leaves no snapshot, although it ended', async () => {
  const access = await vaults.repository();
  const bytes = new PassThrough();
  const vouched = Promise.reject(new Error('pg_dump: exit 1'));
  vouched.catch(() => undefined);
  bytes.end(Buffer.alloc(2_000_000, 1));
  await expect(repositories.backup(access, stream(bytes, vouched), label, watch)).rejects.toThrow('pg_dump: exit 1');
  expect(await repositories.snapshots(access, undefined, signal)).toEqual([]);
});

test('a stream that breaks leaves no snapshot', async () => {
  const access = await vaults.repository();
  const bytes = new PassThrough();
  bytes.write(Buffer.alloc(100_000, 1));
  const broken = new Error('connection reset');
  const vouched = new Promise<void>((_resolve, reject) => bytes.once('error', reject));
  vouched.catch(() => undefined);
  const backup = repositories.backup(access, { ...stream(bytes, vouched) }, label, watch);
  bytes.destroy(broken);
  await expect(backup).rejects.toThrow('connection reset');
  expect(await repositories.snapshots(access, undefined, signal)).toEqual([]);
});

test('an abort stops restic and leaves no snapshot', async () => {
  const access = await vaults.repository();
  const abort = new AbortController();
  const bytes = new PassThrough();
  const vouched = new Promise<void>((resolve) => bytes.once('close', () => resolve()));
  const backup = repositories.backup(access, stream(bytes, vouched), label, { signal: abort.signal });
  await lockOf(access, bytes);
  abort.abort();
  await expect(backup).rejects.toMatchObject({ failure: 'interrupted' });
  expect(await repositories.snapshots(access, undefined, signal)).toEqual([]);
});

test('an unreadable file is named, and the rest is kept', async () => {
  const access = await vaults.repository();
  const folder = sampleTree();
  chmodSync(path.join(folder, 'plain.txt'), 0);
  execFileSync('chown', ['nobody', path.join(folder, 'plain.txt')]);
  // Root reads everything; a root without these two rights does not.
  const program = ['setpriv', '--bounding-set=-dac_override,-dac_read_search', '--', 'restic'] as const;
  const unprivileged = vaults.driver({ program: [...program] });
  const outcome = await unprivileged.backup(access, { kind: 'directory', folder }, label, watch);
  expect(outcome.unreadable.count).toBeGreaterThan(0);
  expect(outcome.unreadable.first[0]).toMatchObject({ item: expect.stringContaining('data/') });
  expect(readdirSync(path.join(await restoredTo(access, outcome.snapshotId), 'data'))).toContain('empty');
});

test('a folder that is not there fails, and keeps nothing', async () => {
  const access = await vaults.repository();
  const gone = path.join(vaults.fresh('parent'), 'gone');
  await expect(keep(access, gone)).rejects.toMatchObject({ failure: 'source-missing' });
});

test('a full disk at the vault fails as such', async () => {
  const mount = vaults.fresh('small-disk');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', mount]);
  try {
    const template = await vaults.repository();
    execFileSync('cp', ['-r', template.storage.path, path.join(mount, 'vault')]);
    const access: RepositoryAccess = { ...template, storage: { kind: 'directory', path: path.join(mount, 'vault') } };
    const folder = path.join(vaults.fresh('source'), 'big');
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'noise'), randomBytes(20_000_000));
    await expect(keep(access, folder)).rejects.toMatchObject({ failure: 'storage-full' });
    expect(await repositories.snapshots(access, undefined, signal)).toEqual([]);
  } finally {
    execFileSync('umount', ['-l', mount]);
  }
});

test('a damaged repository fails the restore loudly', async () => {
  const access = await vaults.repository();
  const { snapshotId } = await keep(access, sampleTree());
  for (const pack of packsOf(access)) {
    chmodSync(pack, 0o600);
    const bytes = readFileSync(pack);
    bytes.fill(0x55, 20, 120);
    writeFileSync(pack, bytes);
  }
  // Another driver with an empty cache: what restic keeps of the metadata would still be whole.
  const other = vaults.driver({ workFolder: vaults.fresh('work') });
  const target = vaults.fresh('restored');
  await expect(other.restore(access, snapshotId, target, undefined, watch)).rejects.toMatchObject({
    failure: 'damaged',
  });
  await expect(other.check(access, 1, 1, signal)).rejects.toMatchObject({ failure: 'damaged' });
});

test('a missing pack fails the restore loudly', async () => {
  const access = await vaults.repository();
  const { snapshotId } = await keep(access, sampleTree());
  for (const pack of packsOf(access)) rmSync(pack);
  const other = vaults.driver({ workFolder: vaults.fresh('work') });
  await expect(other.restore(access, snapshotId, vaults.fresh('restored'), undefined, watch)).rejects.toMatchObject({
    failure: 'damaged',
  });
});

test('a wrong key is told as such', async () => {
  const access = { ...(await vaults.repository()), password: 'another key' };
  await expect(keep(access, sampleTree())).rejects.toMatchObject({ failure: 'wrong-password' });
});

test('another repository in the place of the vault is not written to', async () => {
  const access = { ...(await vaults.repository()), repositoryId: 'f'.repeat(64) };
  await expect(keep(access, sampleTree())).rejects.toMatchObject({ failure: 'wrong-repository' });
  expect(readdirSync(path.join(access.storage.path, 'snapshots'))).toEqual([]);
});

test('a repository that was swapped after it had been verified is noticed', async () => {
  const access = await vaults.repository();
  await keep(access, sampleTree());
  const other = { storage: { kind: 'directory', path: vaults.fresh('other') }, password: access.password } as const;
  await repositories.create(other, access);
  rmSync(access.storage.path, { recursive: true });
  execFileSync('mv', [other.storage.path, access.storage.path]);
  await expect(keep(access, sampleTree())).rejects.toMatchObject({ failure: 'wrong-repository' });
});

test('a vault whose folder is gone has no repository', async () => {
  const access = await vaults.repository();
  rmSync(access.storage.path, { recursive: true });
  await expect(keep(access, sampleTree())).rejects.toMatchObject({ failure: 'no-repository' });
});

test('making a repository again finds the first, and a copy into a second one is made once', async () => {
  const access = await vaults.repository();
  expect(await repositories.create(access, undefined)).toBe(access.repositoryId);
  const second = { storage: { kind: 'directory', path: vaults.fresh('second') }, password: 'second key' } as const;
  const to = { ...second, repositoryId: await repositories.create(second, access) };
  expect(chunkerOf(to)).toBe(chunkerOf(access));

  const { snapshotId } = await keep(access, sampleTree());
  const copied = await repositories.copy(access, snapshotId, to, watch, async (id) => id);
  const again = await repositories.copy(access, snapshotId, to, watch, async (id) => id);
  expect(again).toBe(copied);
  const [snapshot, ...rest] = await repositories.snapshots(to, undefined, signal);
  expect([snapshot?.original, snapshot?.tags, rest]).toEqual([snapshotId, label.tags, []]);
  expect(readFileSync(path.join(await restoredTo(to, copied), 'data', 'plain.txt'), 'utf8')).toBe('plain\n');
  await expect(repositories.copy(access, 'f'.repeat(64), to, watch, async (id) => id)).rejects.toMatchObject({
    failure: 'no-snapshot',
  });
});

test('a removed snapshot is gone, removing it again is fine, and prune gives the space back', async () => {
  const access = await vaults.repository();
  const folder = sampleTree();
  writeFileSync(path.join(folder, 'noise'), randomBytes(2_000_000));
  const first = await keep(access, folder);
  rmSync(path.join(folder, 'noise'));
  const second = await keep(access, folder);
  const before = bytesOf(access);
  expect(await repositories.forget(access, async () => [first.snapshotId], signal)).toBe('done');
  expect(await repositories.forget(access, async () => [first.snapshotId], signal)).toBe('done');
  expect(await repositories.prune(access, signal)).toBe('done');
  expect((await repositories.snapshots(access, undefined, signal)).map((each) => each.id)).toEqual([second.snapshotId]);
  expect(bytesOf(access)).toBeLessThan(before - 1_500_000);
  await repositories.check(access, 1, 1, signal);
});

test('a lock left by a dead process is taken away', async () => {
  const access = await vaults.repository();
  const { snapshotId } = await keep(access, sampleTree());
  const bytes = new PassThrough();
  const dying = repositories.backup(access, stream(bytes, new Promise(() => undefined)), label, watch);
  const lock = await lockOf(access, bytes);
  killHolder(access);
  await expect(dying).rejects.toMatchObject({ failure: 'interrupted' });
  expect(readdirSync(path.join(access.storage.path, 'locks'))).toContain(lock);
  expect(await repositories.forget(access, async () => [snapshotId], signal)).toBe('done');
  expect(await repositories.snapshots(access, undefined, signal)).toEqual([]);
});

test('neither key nor repository location of a running restic can be seen in its arguments', async () => {
  const access = { ...(await vaults.repository()) };
  const bytes = new PassThrough();
  const abort = new AbortController();
  const running = repositories.backup(access, stream(bytes, new Promise(() => undefined)), label, {
    signal: abort.signal,
  });
  await lockOf(access, bytes);
  const seen = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  expect(seen).toContain('--stdin-filename=shop.dump');
  expect(seen).not.toContain('test key');
  expect(readdirSync(path.join(vaults.folder, 'work', 'secrets'))).toEqual([]);
  abort.abort();
  await expect(running).rejects.toMatchObject({ failure: 'interrupted' });
});

const packsOf = (access: RepositoryAccess): string[] =>
  execFileSync('find', [path.join(access.storage.path, 'data'), '-type', 'f'], { encoding: 'utf8' })
    .trim()
    .split('\n');

const bytesOf = (access: RepositoryAccess): number =>
  packsOf(access).reduce((sum, pack) => sum + lstatSync(pack).size, 0);

const chunkerOf = (access: RepositoryAccess): string => {
  const options = {
    encoding: 'utf8',
    env: { PATH: '/usr/bin', RESTIC_PASSWORD: access.password, HOME: vaults.folder },
  } as const;
  const config: unknown = JSON.parse(execFileSync('restic', ['-r', access.storage.path, 'cat', 'config'], options));
  return (config as { chunker_polynomial: string }).chunker_polynomial;
};

/** Waits until restic, which reads `bytes`, holds its lock. */
const lockOf = async (access: RepositoryAccess, bytes: PassThrough): Promise<string> => {
  const locks = path.join(access.storage.path, 'locks');
  bytes.write(Buffer.alloc(1_000));
  const changes = watchFolder(locks)[Symbol.asyncIterator]();
  for (let [lock] = readdirSync(locks); ; [lock] = readdirSync(locks)) {
    if (lock !== undefined && !lock.includes('tmp')) return lock;
    await changes.next();
  }
};

const killHolder = (access: RepositoryAccess): void => {
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'utf8');
      if (environment.includes(`RESTIC_REPOSITORY=${access.storage.path}\0`)) process.kill(Number(entry), 'SIGKILL');
    } catch {
      // Gone between the look and the read, or not ours.
    }
  }
};
