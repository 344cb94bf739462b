/**
 * What a refusal of the operating system means for whoever named the file: a full disk or a missing right is the
 * operator's to mend, and no bug.
 */

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EBUSY: 'it is in use, or a mount point',
  EDQUOT: 'the disk quota is used up',
  EIO: 'the storage reports an error',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENFILE: 'too many files are open on the host',
  ENOENT: 'it does not exist',
  ENOSPC: 'no space is left',
  ENOTDIR: 'a file stands where a directory is needed',
  ENOTEMPTY: 'it is not empty',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ESTALE: 'the network file system has lost it',
  EXDEV: 'it is on another file system',
};

export interface FileFault {
  readonly code: string;
  /** Undefined: the system did not say. */
  readonly path: string | undefined;
  readonly why: string;
}

/** Undefined: not an error of the operating system that anybody but a programmer could mend. */
export function fileFaultOf(error: unknown): FileFault | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  const code = String(error.code);
  const why = WORDS[code];
  if (why === undefined) return undefined;
  return { code, path: 'path' in error && typeof error.path === 'string' ? error.path : undefined, why };
}
