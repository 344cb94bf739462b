/**
 * Trees of files for tests: one with everything that is easily lost, and a listing of a tree that two trees are
 * compared by.
 */
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

/**
 * A line for everything below `folder` and for itself: kind, mode, owner, times, contents, extended attributes, links.
 */
export function listing(folder: string): string[] {
  const inodes = new Map<number, string>();
  const names = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()];
  const attributes = attributesOf(folder, names);
  return names.map((relative, index) => {
    const file = path.join(folder, relative);
    const stat = lstatSync(file);
    const first = inodes.get(stat.ino) ?? relative;
    inodes.set(stat.ino, first);
    const contents = stat.isSymbolicLink()
      ? `-> ${readlinkSync(file)}`
      : stat.isFile()
        ? `${createHash('sha256').update(readFileSync(file)).digest('hex')} = ${first}`
        : '';
    return `${relative} ${stat.mode.toString(8)} ${stat.uid}:${stat.gid} ${stat.mtimeMs} ${attributes[index]} ${contents}`;
  });
}

/** Of all in one go: each start of Python takes its time. */
function attributesOf(folder: string, names: readonly string[]): string[] {
  const all = '{n: os.getxattr(f, n, follow_symlinks=False) for n in os.listxattr(f, follow_symlinks=False)}';
  const script = `for name in json.load(sys.stdin):\n  f = os.path.join(sys.argv[1], name)\n  print(${all})`;
  const output = python(script, folder, JSON.stringify(names));
  return output.trimEnd().split('\n');
}

/** Node has no word for extended attributes; Python comes with the AWS CLI, which other tests need. */
function python(script: string, file: string, input = ''): string {
  return execFileSync('python3', ['-c', `import json, os, sys\n${script}`, file], { encoding: 'utf8', input });
}
