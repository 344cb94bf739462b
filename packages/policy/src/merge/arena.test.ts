import { expect, test } from 'vitest';
import { Arena, NONE } from './arena.ts';

const MANY = 70_000;

test('records keep what was written to them, however many there are and however long', () => {
  const arena = new Arena();
  const records = Array.from({ length: 3_000 }, (_, index) => ({ ref: arena.allocate(50), index }));
  const long = arena.allocate(MANY);
  const last = arena.allocate(1);
  for (const { ref, index } of records) for (const field of [0, 49]) arena.set(ref, field, index * 50 + field);
  arena.set(long, MANY - 1, 7);
  arena.set(last, 0, 8);
  for (const { ref, index } of records) {
    expect([arena.get(ref, 0), arena.get(ref, 1), arena.get(ref, 49)]).toEqual([index * 50, 0, index * 50 + 49]);
  }
  expect([arena.get(long, MANY - 1), arena.get(last, 0)]).toEqual([7, 8]);
});

test('no record has the reference that stands for none', () => {
  expect(new Arena().allocate(1)).not.toBe(NONE);
  expect(new Arena(new Arena()).allocate(1)).not.toBe(NONE);
});

test('an arena sees what its base holds, and neither sees what the other adds later', () => {
  const base = new Arena();
  const shared = base.allocate(1);
  base.set(shared, 0, 5);
  const [one, other] = [new Arena(base), new Arena(base)];
  const added = [base, one, other].map((arena, index) => {
    const ref = arena.allocate(1);
    arena.set(ref, 0, index + 1);
    return arena.get(ref, 0);
  });
  expect(added).toEqual([1, 2, 3]);
  for (const arena of [one, other]) {
    expect(arena.get(shared, 0)).toBe(5);
    expect(arena.isOfBase(shared)).toBe(true);
    expect(arena.isOfBase(arena.allocate(1))).toBe(false);
  }
});
