/** What real directories hold besides ordinary files, and what careless backups lose. */
import { chmod, link, lutimes, mkdir, open, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';

const SPARSE_BYTES = 16 * 1024 * 1024;
const SPARSE_PART = 'an island in a sea of nothing\n';

/** Names that are legal everywhere and awkward to handle somewhere. */
const NAMES = [
  'with space',
  ' leading space',
  '-leading-dash',
  '.leading-dot',
  'line\nbreak',
  'tab\tand "quotes" and \'apostrophes\'',
  'back\\slash',
  '*star?and[brackets]{braces}',
  '$HOME `command` ; rm -rf',
  '%percent%20encoded',
  'übergröße.txt',
  'u\u0308ber-decomposed.txt',
  '日本語のファイル.txt',
  'emoji-🗄️.bin',
  'CON.aux.nul',
  `${'long-'.repeat(40)}name`,
];

/** Names of the two files that have several. */
const LINKED_NAMES = 5;
/** Empty, sparse, and five with odd times. */
const OTHER_FILES = 7;

export interface Oddities {
  readonly files: number;
  readonly bytes: number;
}

export async function makeOddities(folder: string): Promise<Oddities> {
  const at = (...parts: string[]): string => path.join(folder, ...parts);
  await mkdir(at('names'), { recursive: true });
  for (const [index, name] of NAMES.entries()) await writeFile(at('names', name), `file ${index} named ${name}\n`);

  await mkdir(at('links', 'deep', 'er'), { recursive: true });
  await writeFile(at('links', 'target'), 'what links point to\n');
  await symlink('target', at('links', 'relative'));
  await symlink('../../target', at('links', 'deep', 'er', 'upwards'));
  await symlink('/etc/hostname', at('links', 'absolute'));
  await symlink('nowhere/to/be found', at('links', 'dangling'));
  await symlink('deep', at('links', 'to-a-folder'));
  await link(at('links', 'target'), at('links', 'hard-1'));
  await link(at('links', 'target'), at('links', 'deep', 'hard-2'));
  await writeFile(at('links', 'other'), 'another file with two names\n');
  await link(at('links', 'other'), at('links', 'deep', 'er', 'other-again'));

  await mkdir(at('empty-folder'));
  await writeFile(at('empty-file'), '');
  await makeSparse(at('sparse.img'));

  const modes = await makeModes(at('modes'));
  await makeOldTimes(at('times'));
  return { files: NAMES.length + LINKED_NAMES + OTHER_FILES + modes, bytes: SPARSE_BYTES };
}

async function makeSparse(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const position of [0, 5_000_000, 12_345_678]) await handle.write(SPARSE_PART, position);
    await handle.truncate(SPARSE_BYTES);
  } finally {
    await handle.close();
  }
}

async function makeModes(folder: string): Promise<number> {
  await mkdir(folder);
  const modes = [0o400, 0o444, 0o600, 0o640, 0o644, 0o660, 0o700, 0o755, 0o777, 0o2755, 0o4755];
  for (const mode of modes) {
    const file = path.join(folder, `mode-${mode.toString(8)}`);
    await writeFile(file, `my mode is ${mode.toString(8)}\n`);
    await chmod(file, mode);
  }
  await mkdir(path.join(folder, 'sticky'));
  await chmod(path.join(folder, 'sticky'), 0o1777);
  await mkdir(path.join(folder, 'private'));
  await chmod(path.join(folder, 'private'), 0o700);
  return modes.length;
}

async function makeOldTimes(folder: string): Promise<void> {
  await mkdir(folder);
  const moments: [string, number][] = [
    ['before-unix', -1_000_000],
    ['moon-landing.log', -14_182_980],
    ['y2k', 946_684_800],
    ['with-fractions', 1_234_567_890.123456],
    ['far-future', 4_102_444_800],
  ];
  for (const [name, seconds] of moments) {
    await writeFile(path.join(folder, name), `last changed at ${seconds}\n`);
    await utimes(path.join(folder, name), seconds, seconds);
  }
  await symlink('y2k', path.join(folder, 'old-link'));
  await lutimes(path.join(folder, 'old-link'), 1_000_000_000, 1_000_000_000);
  await utimes(folder, 1_111_111_111, 1_111_111_111);
}
