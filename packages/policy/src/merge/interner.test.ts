import { expect, test } from 'vitest';
import { AppendList, Interner } from './interner.ts';

test('a text has one number, and the number gives the text', () => {
  const interner = new Interner();
  const numbers = ['a', 'b', 'a', '__proto__', ''].map((text) => interner.intern(text));
  expect(numbers).toEqual([0, 1, 0, 2, 3]);
  expect(numbers.map((number) => interner.text(number))).toEqual(['a', 'b', 'a', '__proto__', '']);
  expect(interner.find('c')).toBeUndefined();
});

test('with a base, its numbers stay, and what either adds later is not mistaken for the other’s', () => {
  const base = new Interner();
  base.intern('shared');
  const one = new Interner(base);
  base.intern('later in the base');
  expect(one.intern('own')).toBe(1);
  expect(one.intern('later in the base')).toBe(2);
  expect([0, 1, 2].map((number) => one.text(number))).toEqual(['shared', 'own', 'later in the base']);
  expect([base.length, one.length]).toEqual([2, 3]);
});

test('a list with a base begins with what the base held when it was made', () => {
  const base = new AppendList<string>();
  base.add('a');
  const list = new AppendList(base);
  base.add('b');
  expect(list.add('c')).toBe(1);
  expect([list.at(0), list.at(1), list.at(2), base.at(1)]).toEqual(['a', 'c', undefined, 'b']);
});
