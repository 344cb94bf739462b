import { describe, expect, it } from 'vitest';
import { gathering } from './gathering.ts';

/** Statements that end when the test says so. */
function statements() {
  const sent: { readonly keys: readonly string[]; end(found: Record<string, number>): void; fail(): void }[] = [];
  const readMany = (keys: readonly string[]): Promise<ReadonlyMap<string, number>> => {
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, number>>();
    sent.push({
      keys,
      end: (found) => resolve(new Map(Object.entries(found))),
      fail: () => reject(new Error('connection lost')),
    });
    return promise;
  };
  return { sent, keysSent: () => sent.map(({ keys }) => keys), read: gathering(readMany, 1) };
}

describe('gathering', () => {
  it('sends the first question at once, and those that come meanwhile together in the next statement', async () => {
    const { sent, keysSent, read } = statements();
    const [first, second, third] = [read('a'), read('b'), read('c')];
    expect(keysSent()).toEqual([['a']]);
    sent[0]?.end({ a: 1 });
    expect(await first).toBe(1);
    expect(keysSent()).toEqual([['a'], ['b', 'c']]);
    sent[1]?.end({ c: 3 });
    expect(await Promise.all([second, third])).toEqual([undefined, 3]);
  });

  it('asks once for a key that several wait for', async () => {
    const { sent, keysSent, read } = statements();
    const [first, ...others] = [read('a'), read('b'), read('b')];
    sent[0]?.end({ a: 1 });
    await first;
    expect(keysSent()).toEqual([['a'], ['b']]);
    sent[1]?.end({ b: 2 });
    expect(await Promise.all(others)).toEqual([2, 2]);
  });

  it('never answers from a statement that was under way when the question came', async () => {
    const { sent, keysSent, read } = statements();
    const [before, after] = [read('a'), read('a')];
    sent[0]?.end({ a: 1 });
    expect(await before).toBe(1);
    expect(keysSent()).toEqual([['a'], ['a']]);
    sent[1]?.end({ a: 2 });
    expect(await after).toBe(2);
  });

  it('tells everybody of a statement that it failed, and goes on with the next', async () => {
    const { sent, read } = statements();
    const [first, second] = [read('a'), read('b')];
    sent[0]?.fail();
    await expect(first).rejects.toThrow('connection lost');
    sent[1]?.end({ b: 2 });
    expect(await second).toBe(2);
  });
});
