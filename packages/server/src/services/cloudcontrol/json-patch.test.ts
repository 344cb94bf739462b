import { expect, test } from 'vitest';
import { applyPatch, PatchError, parsePatch } from './json-patch.ts';

const patched = (document: unknown, patch: unknown): unknown => applyPatch(document, parsePatch(JSON.stringify(patch)));

// The examples of RFC 6902, appendix A, by number.
test.each<[example: string, document: unknown, patch: unknown, result: unknown]>([
  ['A.1 add a member', { foo: 'bar' }, [{ op: 'add', path: '/baz', value: 'qux' }], { foo: 'bar', baz: 'qux' }],
  [
    'A.2 add an item',
    { foo: ['bar', 'baz'] },
    [{ op: 'add', path: '/foo/1', value: 'qux' }],
    { foo: ['bar', 'qux', 'baz'] },
  ],
  ['A.3 remove a member', { baz: 'qux', foo: 'bar' }, [{ op: 'remove', path: '/baz' }], { foo: 'bar' }],
  ['A.4 remove an item', { foo: ['bar', 'qux', 'baz'] }, [{ op: 'remove', path: '/foo/1' }], { foo: ['bar', 'baz'] }],
  ['A.5 replace a value', { baz: 'qux' }, [{ op: 'replace', path: '/baz', value: 'boo' }], { baz: 'boo' }],
  [
    'A.6 move a value',
    { a: { b: 1, c: 2 }, d: {} },
    [{ op: 'move', from: '/a/b', path: '/d/e' }],
    { a: { c: 2 }, d: { e: 1 } },
  ],
  ['A.7 move an item', { f: ['a', 'b', 'c'] }, [{ op: 'move', from: '/f/0', path: '/f/2' }], { f: ['b', 'c', 'a'] }],
  ['A.8 test a value', { a: ['x', 2] }, [{ op: 'test', path: '/a/1', value: 2 }], { a: ['x', 2] }],
  [
    'A.10 add a nested member',
    { foo: 'bar' },
    [{ op: 'add', path: '/child', value: { g: {} } }],
    { foo: 'bar', child: { g: {} } },
  ],
  ['A.11 unknown members are ignored', {}, [{ op: 'add', path: '/a', value: 1, xyz: 1 }], { a: 1 }],
  ['A.14 ~ escapes', { '/': 9, '~1': 10 }, [{ op: 'test', path: '/~01', value: 10 }], { '/': 9, '~1': 10 }],
  ['A.16 add a list as an item', { f: ['b'] }, [{ op: 'add', path: '/f/-', value: ['a'] }], { f: ['b', ['a']] }],
  ['replace an item in its place', { f: [1, 2, 3] }, [{ op: 'replace', path: '/f/1', value: 9 }], { f: [1, 9, 3] }],
  ['copy a value', { a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
])('%s', (_example, document, patch, result) => {
  expect(patched(document, patch)).toEqual(result);
});

test.each<[rule: string, patch: unknown]>([
  ['A.9 a test that fails', [{ op: 'test', path: '/foo', value: 'other' }]],
  ['A.12 add to a parent that is not there', [{ op: 'add', path: '/nobody/baz', value: 1 }]],
  ['A.15 a string is no number', [{ op: 'test', path: '/n', value: '10' }]],
  ['remove what is not there', [{ op: 'remove', path: '/nobody' }]],
  ['an index past the end', [{ op: 'add', path: '/list/7', value: 1 }]],
  ['an index with a leading zero', [{ op: 'replace', path: '/list/00', value: 1 }]],
  ['a value without op', [{ path: '/foo', value: 1 }]],
  ['an op without value', [{ op: 'add', path: '/foo' }]],
  ['no JSON pointer', [{ op: 'remove', path: 'foo' }]],
  ['a value moved into itself', [{ op: 'move', from: '/list', path: '/list/0' }]],
  ['no list', { op: 'remove', path: '/foo' }],
  ['inherited members are not there', [{ op: 'test', path: '/constructor', value: 1 }]],
])('%s is refused', (_rule, patch) => {
  expect(() => patched({ foo: 'bar', n: 10, list: [1] }, patch)).toThrow(PatchError);
});

test('the given document stays as it is, and __proto__ is a plain member', () => {
  const document = { a: { b: 1 } };
  const result = applyPatch(
    document,
    parsePatch('[{"op":"add","path":"/__proto__","value":{"x":1}},{"op":"remove","path":"/a/b"}]'),
  );
  expect(document).toEqual({ a: { b: 1 } });
  expect(Object.keys(result as object)).toEqual(['a', '__proto__']);
  expect(({} as { x?: number }).x).toBeUndefined();
});
