/** The files that are, or are about to be, in the repository: what git tracks and what it does not ignore. */
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface SourceFile {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Above this a file is data, and nobody wrote a rule's violation into it by hand. */
const FILE_SIZE_MAX_BYTES = 4_000_000;

export function repositoryFiles(root: string): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split('\0'))].flatMap((name) => {
    const stat = name === '' ? undefined : lstatSync(path.join(root, name), { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > FILE_SIZE_MAX_BYTES) return [];
    const bytes = readFileSync(path.join(root, name));
    return bytes.includes(0) ? [] : [{ path: name, text: bytes.toString('utf8') }];
  });
}
