/**
 * One server on a data folder at a time.
 *
 * The lock is the kernel's, taken through SQLite (part of Node) on an empty file: it goes with the process, however
 * that ends, so there is no stale lock to find out about. A file with a process id could not promise that.
 */
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const SQLITE_BUSY = 5;

export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** @throws FolderInUse while another process (or this one) holds it */
export function lockFolder(file: string): Disposable {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    chmodSync(file, 0o600);
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = memory; begin exclusive');
  } catch (cause) {
    database.close();
    const busy = cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY;
    if (!busy) throw cause;
    throw new FolderInUse(`Another Holdfast server is running on this data folder (it holds ${file}).`, { cause });
  }
  return { [Symbol.dispose]: () => database.close() };
}
