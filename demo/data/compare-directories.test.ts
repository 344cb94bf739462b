/** Every kind of difference is seen, and nothing else is: otherwise the demo's "equal" would be worth nothing. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareDirectories } from './compare-directories.ts';
import { makeOddities } from './oddities.ts';

let folder: string;
let original: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-compare-'));
  original = path.join(folder, 'original');
  mkdirSync(original);
  await makeOddities(path.join(original, 'odd'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function copy(name: string): string {
  const target = path.join(folder, name);
  execFileSync('cp', ['-a', original, target]);
  return target;
}

test('a faithful copy is equal, with all its odd names, links, modes and times', async () => {
  const result = await compareDirectories(original, copy('faithful'));
  expect(result.differences).toEqual([]);
  expect(result).toMatchObject({
    files: expect.toSatisfy((files: number) => files > 35),
    links: expect.toSatisfy((links: number) => links >= 11),
  });
});

test.each<[what: string, change: (root: string) => void, expected: RegExp]>([
  ['a changed byte', (root) => rewrite(path.join(root, 'odd/names/-leading-dash')), /-leading-dash: contents differ/],
  ['a mode', (root) => chmodSync(path.join(root, 'odd/modes/mode-600'), 0o644), /mode-600: mode was 600, is 644/],
  ['a set-user-id bit', (root) => chmodSync(path.join(root, 'odd/modes/mode-4755'), 0o755), /mode was 4755, is 755/],
  ['a time', (root) => utimesSync(path.join(root, 'odd/times/y2k'), 1, 1), /y2k: time was/],
  ['a missing file', (root) => unlinkSync(path.join(root, 'odd/empty-file')), /empty-file: is missing/],
  ['a file too many', (root) => writeFileSync(path.join(root, 'more'), ''), /more: was not there before/],
  [
    'a link that points elsewhere',
    (root) => relink(path.join(root, 'odd/links/dangling'), 'away'),
    /dangling: pointed to/,
  ],
  [
    'a hard link that became a copy',
    (root) => unlinked(path.join(root, 'odd/links/hard-1'), original),
    /hard links were/,
  ],
  [
    'a link that became a file',
    (root) => replaced(path.join(root, 'odd/links/relative')),
    /relative: was a link, is a file/,
  ],
])('%s is a difference', async (what, change, expected) => {
  const restored = copy(what.replaceAll(' ', '-'));
  change(restored);
  expect((await compareDirectories(original, restored)).differences.join('\n')).toMatch(expected);
});

test('hard links between other names than before are a difference', async () => {
  const restored = copy('crossed');
  const links = path.join(restored, 'odd', 'links');
  unlinkSync(path.join(links, 'deep', 'hard-2'));
  linkSync(path.join(links, 'other'), path.join(links, 'deep', 'hard-2'));
  expect((await compareDirectories(original, restored)).differences.join('\n')).toMatch(/hard links were/);
});

/** Another content of the same length, with the former time. */
function rewrite(file: string): void {
  execFileSync('sh', [
    '-c',
    'touch -r "$1" "$1.ref" && printf X | dd of="$1" conv=notrunc status=none && touch -r "$1.ref" "$1" && rm "$1.ref"',
    'sh',
    file,
  ]);
}

function relink(link: string, target: string): void {
  unlinkSync(link);
  symlinkSync(target, link);
}

function unlinked(file: string, from: string): void {
  unlinkSync(file);
  execFileSync('cp', ['-p', path.join(from, 'odd/links/target'), file]);
}

function replaced(link: string): void {
  unlinkSync(link);
  writeFileSync(link, 'now a file');
}
