/**
 * The data folder: all that one server keeps on its machine.
 *
 *     holdfast.json    settings (optional)            postgres/         the embedded database
 *     master.key       what all secrets hang on       vaults/<region>/  restic repositories
 *     aws/             profile of the first admin     work/             caches and temporary key files
 *     operator.sock    the operator's door            server.lock       held while a server runs
 *     audit.mark       the end of the record of events
 *
 * Everything in it is for the server's user alone. The folder itself may be entered (0711), because PostgreSQL may have
 * to run as another user (store/postgres/unprivileged.ts).
 */
import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface DataFolder {
  readonly root: string;
  readonly masterKey: string;
  readonly postgres: string;
  readonly work: string;
  readonly awsCredentials: string;
  readonly awsConfig: string;
  readonly operatorSocket: string;
  readonly lock: string;
  readonly auditMark: string;
}

export function openDataFolder(root: string): DataFolder {
  const aws = path.join(root, 'aws');
  const folder: DataFolder = {
    root,
    masterKey: path.join(root, 'master.key'),
    postgres: path.join(root, 'postgres'),
    work: path.join(root, 'work'),
    awsCredentials: path.join(aws, 'credentials'),
    awsConfig: path.join(aws, 'config'),
    operatorSocket: path.join(root, 'operator.sock'),
    lock: path.join(root, 'server.lock'),
    auditMark: path.join(root, 'audit.mark'),
  };
  makeFolder(root, 0o711);
  makeFolder(aws, 0o700);
  makeFolder(folder.work, 0o700);
  return folder;
}

export function makeFolder(folder: string, mode: number): void {
  mkdirSync(folder, { recursive: true, mode });
  chmodSync(folder, mode);
}

/** Whole or not at all: a reader never sees half of it, and it is private from its first byte. */
export function writePrivateFile(file: string, text: string): void {
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: 0o600, flush: true });
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}
