/** Trees of files for tests: one with everything that is easily lost, and a listing of a tree that two trees are compared by. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

export function makeTree(folder: string): string {
  mkdirSync(path.join(folder, 'sub', 'deeper'), { recursive: true });
  mkdirSync(path.join(folder, 'empty folder'));
  writeFileSync(path.join(folder, 'plain.txt'), 'plain\n');
  writeFileSync(path.join(folder, 'empty'), '');
  writeFileSync(path.join(folder, "odd *[a]?\\ 'ü\n.txt"), 'odd');
  writeFileSync(path.join(folder, '-n'), 'looks like an option');
  writeFileSync(path.join(folder, 'sub', 'deeper', 'large.bin'), Buffer.alloc(1_500_000, 'abcdefg'));
  linkSync(path.join(folder, 'plain.txt'), path.join(folder, 'sub', 'hard.txt'));
  symlinkSync('../plain.txt', path.join(folder, 'sub', 'soft'));
  symlinkSync('nowhere', path.join(folder, 'broken'));
  chmodSync(path.join(folder, 'plain.txt'), 0o4640);
  chownSync(path.join(folder, 'plain.txt'), 1234, 2345);
  python(`os.setxattr(sys.argv[1], 'user.origin', b'test')`, path.join(folder, 'plain.txt'));
  utimesSync(path.join(folder, 'plain.txt'), 1_000_000_000.5, 1_000_000_000.5);
  lutimesSync(path.join(folder, 'broken'), 1_000_000_001, 1_000_000_001);
  utimesSync(path.join(folder, 'sub', 'deeper'), 1_000_000_002, 1_000_000_002);
  chmodSync(folder, 0o751);
  utimesSync(folder, 1_000_000_003, 1_000_000_003);
  return folder;
}

/** A line for everything below `folder` and for itself: kind, mode, owner, times, contents, extended attributes, links. */
export function listing(folder: string, without: readonly string[] = []): string[] {
  const inodes = new Map<number, string>();
  const line = (relative: string): string => {
    const file = path.join(folder, relative);
    const stat = lstatSync(file);
    const first = inodes.get(stat.ino) ?? relative;
    inodes.set(stat.ino, first);
    const contents = stat.isSymbolicLink()
      ? `-> ${readlinkSync(file)}`
      : stat.isFile()
        ? `${createHash('sha256').update(readFileSync(file)).digest('hex')} ${attributes(file)} = ${first}`
        : '';
    return `${relative} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${stat.mtimeMs} ${contents}`;
  };
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !without.some((other) => name === other || name.startsWith(`${other}/`)))
    .toSorted();
  return [line(''), ...names.map(line)];
}

function attributes(file: string): string {
  return python('print({name: os.getxattr(sys.argv[1], name) for name in os.listxattr(sys.argv[1])})', file);
}

/** Node has no word for extended attributes; Python comes with the AWS CLI, which other tests need. */
function python(statement: string, file: string): string {
  return execFileSync('python3', ['-c', `import os, sys; ${statement}`, file], { encoding: 'utf8' });
}
