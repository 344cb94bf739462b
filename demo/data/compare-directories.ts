/**
 * Whether two directory trees are the same: every file's bytes, every entry's kind, mode, owner, time, link target,
 * and which
 * names are hard links of one another.
 *
 * Names are bytes, not text. Not compared: access times, device numbers, how sparse a file is.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

export interface DirectoryComparison {
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
  readonly links: number;
  /** Empty if the trees are equal. At most `DIFFERENCES_MAX`. */
  readonly differences: readonly string[];
}

export const DIFFERENCES_MAX = 20;
const READS_AT_ONCE = 16;

interface Entry {
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  readonly mode: number;
  readonly owner: string;
  readonly changedNs: bigint;
  readonly bytes: number;
  readonly inode: bigint;
  readonly hardLinks: bigint;
  readonly target: string;
}

/** Relative path, its bytes as Latin-1, → what is there. */
type Tree = ReadonlyMap<string, Entry>;

export async function compareDirectories(original: string, restored: string): Promise<DirectoryComparison> {
  const [before, after] = await Promise.all([readTree(original), readTree(restored)]);
  const differences: string[] = [];
  const differs = (name: string, what: string): void => {
    if (differences.length < DIFFERENCES_MAX) differences.push(`${readable(name)}: ${what}`);
  };
  for (const name of after.keys()) if (!before.has(name)) differs(name, 'was not there before');
  const files: string[] = [];
  for (const [name, was] of before) {
    const is = after.get(name);
    if (!is) differs(name, 'is missing');
    else for (const difference of entryDifferences(was, is)) differs(name, difference);
    if (was.kind === 'file' && is?.kind === 'file') files.push(name);
  }
  for (const [name, group] of hardLinkGroups(before)) {
    const now = hardLinkGroups(after).get(name) ?? '';
    if (now !== group) differs(name, `hard links were ${readable(group)}, are ${readable(now) || 'gone'}`);
  }
  await compareContents(original, restored, files, differs);
  const entries = [...before.values()];
  return {
    entries: entries.length,
    files: files.length,
    bytes: entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.bytes : 0), 0),
    links: entries.filter(({ kind, hardLinks }) => kind === 'link' || (kind === 'file' && hardLinks > 1n)).length,
    differences,
  };
}

function entryDifferences(was: Entry, is: Entry): string[] {
  if (was.kind !== is.kind) return [`was a ${was.kind}, is a ${is.kind}`];
  const found: string[] = [];
  // The modes of symbolic links mean nothing and cannot be set on Linux.
  if (was.kind !== 'link' && was.mode !== is.mode)
    found.push(`mode was ${was.mode.toString(8)}, is ${is.mode.toString(8)}`);
  if (was.owner !== is.owner) found.push(`owner was ${was.owner}, is ${is.owner}`);
  if (was.changedNs !== is.changedNs) found.push(`time was ${was.changedNs} ns, is ${is.changedNs} ns`);
  if (was.kind === 'file' && was.bytes !== is.bytes) found.push(`had ${was.bytes} bytes, has ${is.bytes}`);
  if (was.target !== is.target) found.push(`pointed to ${readable(was.target)}, points to ${readable(is.target)}`);
  return found;
}

async function readTree(root: string): Promise<Tree> {
  const tree = new Map<string, Entry>();
  const visit = async (relative: Buffer): Promise<void> => {
    const absolute = relative.length === 0 ? Buffer.from(root) : join(root, relative);
    const info = await lstat(absolute, { bigint: true });
    const kind = info.isFile() ? 'file' : info.isDirectory() ? 'directory' : info.isSymbolicLink() ? 'link' : 'other';
    tree.set(relative.toString('latin1'), {
      kind,
      mode: Number(info.mode & 0o7777n),
      owner: `${info.uid}:${info.gid}`,
      changedNs: info.mtimeNs,
      bytes: Number(info.size),
      inode: info.ino,
      hardLinks: info.nlink,
      target: kind === 'link' ? (await readlink(absolute, 'buffer')).toString('latin1') : '',
    });
    if (kind !== 'directory') return;
    for (const name of await readdir(absolute, 'buffer')) {
      await visit(relative.length === 0 ? name : Buffer.concat([relative, SLASH, name]));
    }
  };
  await visit(Buffer.alloc(0));
  return tree;
}

const SLASH = Buffer.from('/');

function join(root: string, relative: Buffer): Buffer {
  return Buffer.concat([Buffer.from(root), SLASH, relative]);
}

/** Each name that shares its file with others → all names of that file, sorted. */
function hardLinkGroups(tree: Tree): ReadonlyMap<string, string> {
  const byInode = new Map<bigint, string[]>();
  for (const [name, entry] of tree) {
    if (entry.kind !== 'file' || entry.hardLinks < 2n) continue;
    const names = byInode.get(entry.inode) ?? [];
    names.push(name);
    byInode.set(entry.inode, names);
  }
  const groups = new Map<string, string>();
  for (const names of byInode.values()) for (const name of names) groups.set(name, names.sort().join(', '));
  return groups;
}

async function compareContents(
  original: string,
  restored: string,
  names: readonly string[],
  differs: (name: string, what: string) => void,
): Promise<void> {
  const queue = names.values();
  const worker = async (): Promise<void> => {
    for (const name of queue) {
      const relative = Buffer.from(name, 'latin1');
      const [was, is] = await Promise.all([hashOf(join(original, relative)), hashOf(join(restored, relative))]);
      if (was !== is) differs(name, `contents differ (SHA-256 ${was.slice(0, 12)}… and ${is.slice(0, 12)}…)`);
    }
  };
  await Promise.all(Array.from({ length: READS_AT_ONCE }, worker));
}

async function hashOf(file: Buffer): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

function readable(latin1: string): string {
  return JSON.stringify(Buffer.from(latin1, 'latin1').toString('utf8')).slice(1, -1) || '(the directory itself)';
}
