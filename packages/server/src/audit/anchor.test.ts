import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Anchor, readMark } from './anchor.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-anchor-'));
const file = path.join(folder, 'audit.mark');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the mark is kept for the next start, whole and private', async () => {
  expect(readMark(file)).toBeUndefined();
  const anchor = new Anchor(file);
  for (const number of [1, 2]) {
    anchor.moveTo({ number, day: '2030-03-20', head: Buffer.from([number]) });
    await anchor.write();
  }
  expect(new Anchor(file).mark).toEqual({ number: 2, day: '2030-03-20', head: '02' });
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
  expect(readdirSync(folder)).toEqual(['audit.mark']);
});

test.each(['', '\0\0\0', '{"number":1}'])('a file that holds %j says what to do', (text) => {
  writeFileSync(file, text);
  expect(() => new Anchor(file)).toThrow(`${file} does not hold where the record of events ends. Once you know why`);
});
