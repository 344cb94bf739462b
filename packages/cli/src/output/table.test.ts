import { expect, test } from 'vitest';
import { type Column, tableLines } from './table.ts';
import { cut, cutMiddle, printable, textWidth } from './text-width.ts';

interface Row {
  readonly name: string;
  readonly size: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', value: (row) => row.name, shrinkTo: 4 },
  { title: 'SIZE', value: (row) => row.size, align: 'right' },
];

test('columns are as wide as their widest cell, numbers stand at the right', () => {
  expect(
    tableLines(COLUMNS, [
      { name: 'shop', size: '1 MiB' },
      { name: 'payments', size: '900 MiB' },
    ]),
  ).toEqual(['NAME         SIZE', 'shop        1 MiB', 'payments  900 MiB']);
});

test('on a narrow terminal only flexible columns give way, and the cut is visible', () => {
  expect(tableLines(COLUMNS, [{ name: 'payments', size: '900 MiB' }], { width: 14 })).toEqual([
    'NAME      SIZE',
    'paym…  900 MiB',
  ]);
});

test('no column shrinks below what it allows', () => {
  const [, line] = tableLines(COLUMNS, [{ name: 'payments', size: '900 MiB' }], { width: 3 });
  expect(line).toBe('pay…  900 MiB');
});

test('colours do not change the columns', () => {
  const coloured = COLUMNS.map((column) => ({
    ...column,
    colour: () => (text: string) => `\u001b[31m${text}\u001b[39m`,
  }));
  const [, line = ''] = tableLines(coloured, [{ name: 'a', size: 'b' }]);
  expect(textWidth(line)).toBe('NAME  SIZE'.length);
});

test.each<[text: string, width: number]>([
  ['plain', 5],
  ['日本語', 6],
  ['u\u0308ber', 4],
  ['📦', 2],
  ['\u001b[1mbold\u001b[22m', 4],
])('%j takes %i columns', (text, width) => {
  expect(textWidth(text)).toBe(width);
});

test('a wide character is never cut in half', () => {
  expect(cut('日本語', 4)).toBe('日…');
});

test.each([
  ['rules/daily/lifecycle/delete_after_days', 20, 'rules/…te_after_days'],
  ['日本語のファイル', 9, '日…ァイル'],
  ['short', 9, 'short'],
])('%j in %i columns keeps both ends', (text, width, expected) => {
  expect(cutMiddle(text, width)).toBe(expected);
  expect(textWidth(cutMiddle(text, width))).toBeLessThanOrEqual(width);
});

test('names of others cannot move the cursor or break the line', () => {
  expect(printable('a\nb\u001b[2J')).toBe('a\\nb\\u001b[2J');
});
