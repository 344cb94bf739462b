import { present } from '@holdfast/kernel';
import { readEffective } from '@holdfast/policy';
import { expect, test } from 'vitest';
import { keysAt, valueAt } from './value-at.ts';

const document = present(
  readEffective('{"plans":{"a":{"x":"1"},"a/b":{"x":"2","y":["3"]}},"__proto__":{"z":"4"}}'),
  'document',
);

test.each<[path: string, value: unknown]>([
  ['plans/a/x', '1'],
  ['plans/a/b/x', '2'],
  ['PLANS/A/B/Y', ['3']],
  ['__proto__/z', '4'],
  ['plans/a/y', undefined],
  ['plans/a/x/y', undefined],
  ['constructor', undefined],
])('%s', (path, value) => {
  expect(valueAt(document, path)).toEqual(value);
});

test('the keys of a path are those of the document, whatever slashes they hold', () => {
  expect(keysAt(document, 'plans/A/b/x')).toEqual(['plans', 'a/b', 'x']);
  expect(keysAt(document, '')).toEqual([]);
});
