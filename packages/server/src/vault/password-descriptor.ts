/**
 * A secret as an open file for a child process: written to a 0600 file whose name is gone before anyone else is told
 * of it, so that not even `kill -9` leaves it behind. (Pipes will not do: Node's are sockets, which /dev/fd does not
 * open.)
 */
import { closeSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { type Random, randomText } from '@holdfast/kernel';

export interface SecretFile extends Disposable {
  readonly descriptor: number;
}

export function secretFile(secret: string, folder: string, random: Random): SecretFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = path.join(folder, `.secret-${randomText(random, 24)}`);
  const writing = openSync(name, 'wx', 0o600);
  try {
    writeSync(writing, secret);
    const descriptor = openSync(name, 'r');
    return { descriptor, [Symbol.dispose]: () => closeSync(descriptor) };
  } finally {
    closeSync(writing);
    unlinkSync(name);
  }
}
