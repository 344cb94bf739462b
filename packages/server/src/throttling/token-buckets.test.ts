import { expect, test } from 'vitest';
import { TokenBuckets } from './token-buckets.ts';

const take = (buckets: TokenBuckets, key: string, now: number, times: number): number =>
  Array.from({ length: times }, () => buckets.take(key, now)).filter(Boolean).length;

test('a full bucket gives what it holds, and then what comes back in time', () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 20 });
  expect(take(buckets, 'a', 0, 30)).toBe(20);
  expect(take(buckets, 'a', 99, 30)).toBe(0);
  expect(take(buckets, 'a', 500, 30)).toBe(5);
  expect(take(buckets, 'a', 60_000, 30)).toBe(20);
});

test('each key has a bucket of its own', () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1 });
  expect(take(buckets, 'a', 0, 2) + take(buckets, 'b', 0, 2)).toBe(2);
});

test('looking takes nothing', () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1 });
  expect([buckets.has('a', 0), buckets.has('a', 0), buckets.take('a', 0), buckets.has('a', 0)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});

test('a clock that is set back neither fills nor empties', () => {
  const buckets = new TokenBuckets({ perSecond: 10, burst: 10 });
  expect(take(buckets, 'a', 10_000, 10)).toBe(10);
  expect(take(buckets, 'a', 0, 10)).toBe(0);
  expect(take(buckets, 'a', 1_000, 20)).toBe(10);
});

test('of too many keys the one that was used the longest ago is forgotten: memory is bounded', () => {
  const buckets = new TokenBuckets({ perSecond: 1, burst: 1 }, 3);
  for (const key of ['a', 'b', 'c', 'a', 'd']) buckets.take(key, 0);
  expect(buckets.size).toBe(3);
  expect(buckets.has('a', 0)).toBe(false);
  expect(buckets.has('b', 0)).toBe(true);
});
