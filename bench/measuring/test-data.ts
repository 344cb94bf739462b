/** Data to back up: half of it compresses well, half not at all, in files of many sizes; the same for the same seed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '@holdfast/kernel';

const FILE_BYTES = [4_096, 65_536, 1_048_576, 8_388_608];
const FILES_A_FOLDER = 50;

/** @returns how many files were made */
export function makeTestData(folder: string, totalBytes: number, seed: number): number {
  const random = seededRandom(seed);
  const largest = Math.max(...FILE_BYTES);
  const noise = random.bytes(largest);
  let made = 0;
  for (let left = totalBytes; left > 0; made++) {
    const bytes = Math.min(left, FILE_BYTES[made % FILE_BYTES.length] ?? largest);
    const content = Buffer.alloc(bytes, `line ${made} of a text that repeats\n`);
    // Another part of the noise for each file: nothing is to be found twice by accident.
    if (made % 2 === 0) {
      const from = Buffer.from(noise.buffer, noise.byteOffset, bytes);
      from.copy(content);
      for (let at = 0; at < bytes; at += 512) content.writeUInt32LE((made * 2_654_435_761 + at) >>> 0, at);
    }
    const parent = path.join(folder, String(Math.floor(made / FILES_A_FOLDER)));
    mkdirSync(parent, { recursive: true });
    writeFileSync(path.join(parent, `file-${made}`), content);
    left -= bytes;
  }
  return made;
}
