import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type JsonNode, positions } from './json-node.ts';
import { FAULTS_MAX, NESTING_MAX, parseJson } from './parse-json.ts';
import { writeJson } from './write-json.ts';

test('numbers keep their spelling', () => {
  const text = '{"a":60.0,"b":[1e2,-0,9007199254740993]}';
  expect(writeJson(treeOf(text))).toBe(text);
});

test('__proto__ and its like are keys as any other', () => {
  const text = '{"__proto__":{"x":"1"},"constructor":"2","toString":null}';
  expect(writeJson(treeOf(text))).toBe(text);
});

test('a key that stands twice is a fault at its second place, wherever it stands', () => {
  const text = '{\n  "a": { "b": 1,\n    "b": 2 }\n}';
  const { value, faults } = parseJson(text);
  expect(faults).toEqual([
    {
      code: 'json-duplicate-key',
      offset: text.lastIndexOf('"b"'),
      path: ['a', 'b'],
      message: 'The key "b" stands twice in one object',
    },
  ]);
  expect(value && writeJson(value)).toBe('{"a":{"b":1}}');
});

test('a text full of faults costs a bounded list of them', () => {
  const { faults } = parseJson(`{${'"k":1,'.repeat(1_000)}"k":1}`);
  expect(faults).toHaveLength(FAULTS_MAX);
});

test('keys that differ in escapes only are the same key', () => {
  expect(parseJson('{"a":1,"\\u0061":2}').faults).toMatchObject([{ code: 'json-duplicate-key', path: ['a'] }]);
});

test('lines and columns count from 1, in UTF-16 code units', () => {
  const positionOf = positions('ab\ncd\n\n😀e');
  expect([0, 1, 2, 3, 5, 6, 7, 9, 10].map(positionOf)).toEqual([
    { line: 1, column: 1 },
    { line: 1, column: 2 },
    { line: 1, column: 3 },
    { line: 2, column: 1 },
    { line: 2, column: 3 },
    { line: 3, column: 1 },
    { line: 4, column: 1 },
    { line: 4, column: 3 },
    { line: 4, column: 4 },
  ]);
});

test.each([
  ['nothing', '', 0],
  ['only space', '  ', 2],
  ['text after the document', '{} x', 3],
  ['two documents', '{}{}', 2],
  ['a comma too many', '[1,]', 3],
  ['a trailing comma in an object', '{"a":1,}', 7],
  ['a key without quotes', '{a:1}', 1],
  ['a missing colon', '{"a" 1}', 5],
  ['an unclosed object', '{"a":1', 6],
  ['an unclosed string', '"abc', 4],
  ['a bare word', 'nul', 0],
  ['a leading zero', '01', 1],
  ['a leading plus', '+1', 0],
  ['a bare fraction', '.5', 0],
  ['a comment', '{} // x', 3],
  ['a tab in a string', '"a\tb"', 2],
  ['an unknown escape', '"\\x"', 2],
  ['half an escape', '"\\u12"', 3],
  ['a byte order mark', '\ufeff{}', 0],
])('not JSON: %s', (_what, text, offset) => {
  expect(parseJson(text)).toMatchObject({ value: undefined, faults: [{ code: 'json-syntax', offset }] });
});

test('nesting is bounded, and bounded nesting is read', () => {
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
  expect(parseJson(nested(NESTING_MAX)).faults).toEqual([]);
  expect(parseJson(nested(NESTING_MAX + 1))).toMatchObject({ value: undefined, faults: [{ code: 'json-too-deep' }] });
});

test('what JSON.parse takes is taken with the same content, what it refuses is refused', () => {
  const texts = fc.oneof(fc.json(), fc.json().chain(damaged), fc.string());
  fc.assert(
    fc.property(texts, (text) => {
      const { value, faults } = parseJson(text);
      if (faults.some(({ code }) => code !== 'json-syntax')) return;
      const expected = tried(() => JSON.stringify(JSON.parse(text)));
      expect(value && JSON.stringify(JSON.parse(writeJson(value)))).toBe(expected);
    }),
    { numRuns: 3_000 },
  );
});

test('a fault lies within the text', () => {
  fc.assert(
    fc.property(fc.json().chain(damaged), (text) => {
      for (const { offset } of parseJson(text).faults) {
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['brackets', '['.repeat(1_000_000)],
  ['braces with keys', '{"a":'.repeat(200_000)],
  ['keys', `{${Array.from({ length: 100_000 }, (_, index) => `"k${index}":1`).join(',')}}`],
  ['the same key', `{${'"k":1,'.repeat(150_000)}"k":1}`],
  ['escapes', `"${'\\n'.repeat(500_000)}"`],
  ['quotes', '"'.repeat(1_000_000)],
  ['digits', '1'.repeat(1_000_000)],
  ['space', ' '.repeat(1_000_000)],
  ['open escapes', `"${'\\'.repeat(1_000_001)}`],
])('a megabyte of %s is dealt with at once', (_what, text) => {
  const start = performance.now();
  parseJson(text);
  // Takes a tenth of a second; anything that grows faster than the text would take minutes.
  expect(performance.now() - start).toBeLessThan(10_000);
});

function treeOf(text: string): JsonNode {
  const { value, faults } = parseJson(text);
  expect(faults).toEqual([]);
  if (!value) throw new Error(`no JSON: ${text}`);
  return value;
}

/** The text with a stretch of it cut out and something put in its place. */
function damaged(text: string): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    '',
    ',',
    ':',
    '"',
    '{',
    '}',
    '[',
    ']',
    '\\',
    '0',
    '-',
    '.',
    'e',
    'true',
    ' ',
    '\n',
    '\u0001',
  );
  return fc
    .tuple(fc.nat(text.length), fc.nat(3), piece)
    .map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length));
}

function tried(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
