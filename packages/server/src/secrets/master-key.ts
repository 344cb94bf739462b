/**
 * The master key's file: made on the first start, 0600, outside the database. Whoever has it and the database has every
 * secret, so the operator keeps a copy of it elsewhere (docs/guide: "What to keep safe").
 */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, statSync, writeSync } from 'node:fs';
import { MASTER_KEY_BYTES, SealError, type Sealer, sealerOf } from './sealer.ts';

export function openMasterKey(file: string): Sealer {
  if (!existsSync(file)) writeNew(file);
  if ((statSync(file).mode & 0o077) !== 0) throw new SealError(`Others may read the master key: chmod 600 '${file}'`);
  return sealerOf(Buffer.from(readFileSync(file, 'utf8').trim(), 'base64'));
}

function writeNew(file: string): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    writeSync(descriptor, `${randomBytes(MASTER_KEY_BYTES).toString('base64')}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
