import { expect, test } from 'vitest';
import type { Member, Shape, StructureShape } from '../shape.ts';
import { formTree } from './form.ts';

const text: Shape = { kind: 'string' };

function member(name: string, shape: Shape): Member {
  return { name, required: false, sensitive: false, binding: { in: 'body' }, shape: () => shape };
}

function structure(name: string, members: Readonly<Record<string, Shape>>): StructureShape {
  const all = Object.entries(members).map(([own, shape]) => member(own, shape));
  return { kind: 'structure', name, union: false, members: all };
}

const tag = structure('Tag', { Key: text, Value: text });
const input = structure('Input', {
  Name: text,
  Tags: { kind: 'list', item: tag },
  Names: { kind: 'list', item: text },
  Attributes: { kind: 'map', value: text },
  Nested: { kind: 'map', value: tag },
  Inner: structure('Inner', { Deep: tag }),
});

test.each<[rule: string, form: string, tree: object]>([
  ['a member', 'Name=n', { Name: 'n' }],
  ['an empty text is a text', 'Name=', { Name: '' }],
  ['the last of two values counts', 'Name=a&Name=b', { Name: 'b' }],
  ['structures in structures', 'Inner.Deep.Key=k', { Inner: { Deep: { Key: 'k' } } }],
  ['a list of structures', 'Tags.member.1.Key=a&Tags.member.1.Value=b', { Tags: [{ Key: 'a', Value: 'b' }] }],
  [
    'items stand in the order of their numbers',
    'Names.member.10=c&Names.member.2=b&Names.member.1=a',
    { Names: ['a', 'b', 'c'] },
  ],
  ['a list without items', 'Names=', { Names: [] }],
  ['a text where a list belongs stays a text, for the type check', 'Names=a', { Names: 'a' }],
  ['a text where a structure belongs too', 'Inner=a', { Inner: 'a' }],
  ['a map', 'Attributes.entry.1.key=a&Attributes.entry.1.value=b', { Attributes: { a: 'b' } }],
  ['a map of structures', 'Nested.entry.1.key=a&Nested.entry.1.value.Key=k', { Nested: { a: { Key: 'k' } } }],
  ['an entry without a key is ignored', 'Attributes.entry.1.value=b', { Attributes: {} }],
  [
    'fields that fit nothing are ignored',
    'Other=1&Name.x=2&Names.item.1=3&Names.member.x=4',
    { Name: undefined, Names: [] },
  ],
])('%s', (_rule, form, tree) => {
  expect(formTree(input, [...new URLSearchParams(form)])).toEqual(tree);
});

test('a map key is a key, whatever its name', () => {
  const { Attributes } = formTree(input, [
    ['Attributes.entry.1.key', '__proto__'],
    ['Attributes.entry.1.value', 'a'],
  ]);
  expect(Object.entries(Attributes as object)).toEqual([['__proto__', 'a']]);
});
