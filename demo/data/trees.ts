/**
 * A directory as a user has it: thousands of real files taken from the installed packages' sources, and beside them
 * every
 * oddity that a backup must carry: links, empty and sparse files, strange names, modes, old times.
 *
 * Not here: databases (database.ts), comparing what was restored (compare-directories.ts).
 */
import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, readlink, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { makeOddities } from './oddities.ts';

/** Of one directory; the demo's accounts together are well above what they promise. */
const FILES_WANTED = 2_400;
const BYTES_WANTED = 40_000_000;
/** Compilers and the like would be most of the bytes and nothing of the variety. */
const FILE_BYTES_MAX = 4_000_000;
const COPIES_AT_ONCE = 32;

export interface MadeDirectory {
  readonly path: string;
  /** Names of regular files; links that are files of their own are not among them. */
  readonly files: number;
  readonly bytes: number;
}

interface Found {
  readonly relative: string;
  readonly bytes: number;
  readonly isLink: boolean;
}

/** The same sources, dealt out in turn, so that accounts differ; more accounts than files would be no demo. */
export async function makeDirectories(
  sources: readonly string[],
  targets: readonly string[],
): Promise<MadeDirectory[]> {
  const hands = await deal(sources, targets.length);
  return Promise.all(
    targets.map(async (target, index) => {
      const hand = hands[index] ?? [];
      await copyAll(hand, target);
      const odd = await makeOddities(path.join(target, 'oddities'));
      return {
        path: target,
        files: hand.filter(({ found }) => !found.isLink).length + odd.files,
        bytes: hand.reduce((sum, { found }) => sum + found.bytes, 0) + odd.bytes,
      };
    }),
  );
}

interface Card {
  readonly source: string;
  readonly found: Found;
}

/** Whole packages, one after the other, each to whoever has the fewest files of those who still want some. */
async function deal(sources: readonly string[], count: number): Promise<Card[][]> {
  const hands = Array.from({ length: count }, () => ({ cards: [] as Card[], bytes: 0 }));
  const wants = (hand: (typeof hands)[number]): boolean =>
    hand.cards.length < FILES_WANTED || hand.bytes < BYTES_WANTED;
  for (const source of sources) {
    for await (const pack of packs(source)) {
      const [poorest] = hands.filter(wants).sort((one, other) => one.cards.length - other.cards.length);
      if (!poorest) return hands.map(({ cards }) => cards);
      for (const found of pack) {
        poorest.cards.push({ source, found });
        poorest.bytes += found.bytes;
      }
    }
  }
  return hands.map(({ cards }) => cards);
}

/** The files of each entry of a folder, in the order of names. */
async function* packs(source: string): AsyncGenerator<Found[]> {
  const names = await readdir(source).catch(() => []);
  for (const name of names.sort(byName)) {
    if (name === '.bin' || name === '.cache') continue;
    yield await filesBelow(source, name);
  }
}

async function filesBelow(source: string, relative: string): Promise<Found[]> {
  const absolute = path.join(source, relative);
  const entries = await readdir(absolute, { withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [];
  const found: Found[] = [];
  for (const entry of entries.sort((one, other) => byName(one.name, other.name))) {
    const child = path.join(relative, entry.name);
    if (entry.isDirectory()) found.push(...(await filesBelow(source, child)));
    else if (entry.isSymbolicLink()) found.push({ relative: child, bytes: 0, isLink: true });
    else if (entry.isFile()) {
      const { size } = await stat(path.join(source, child));
      if (size <= FILE_BYTES_MAX) found.push({ relative: child, bytes: size, isLink: false });
    }
  }
  return found;
}

async function copyAll(hand: readonly Card[], target: string): Promise<void> {
  const made = new Set<string>();
  for (const { found } of hand) {
    const folder = path.dirname(path.join(target, found.relative));
    if (!made.has(folder)) await mkdir(folder, { recursive: true });
    made.add(folder);
  }
  const queue = hand.values();
  const worker = async (): Promise<void> => {
    for (const { source, found } of queue) {
      const [from, to] = [path.join(source, found.relative), path.join(target, found.relative)];
      if (found.isLink) await symlink(await readlink(from), to);
      else await copyFile(from, to, constants.COPYFILE_FICLONE);
    }
  };
  await Promise.all(Array.from({ length: COPIES_AT_ONCE }, worker));
}

/** By code units: the same on every machine, whatever its locale. */
function byName(one: string, other: string): number {
  return one < other ? -1 : 1;
}
