import { expect, test } from 'vitest';
import { sideBySide } from './side-by-side.ts';

test('results come in the order of the items, and never more than so many run at once', async () => {
  let running = 0;
  let most = 0;
  const results = await sideBySide([3, 1, 2, 5, 4], 2, async (item) => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < item; turn++) await Promise.resolve();
    running--;
    return item * 10;
  });
  expect({ results, most }).toEqual({ results: [30, 10, 20, 50, 40], most: 2 });
});

test('after a failure nothing new begins, and the failure is thrown', async () => {
  const begun: number[] = [];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    await Promise.resolve();
    if (item === 2) throw new Error('no');
  };
  await expect(sideBySide([1, 2, 3, 4, 5, 6], 2, work)).rejects.toThrow('no');
  expect(begun.length).toBeLessThan(6);
});

test('nothing to do is done', async () => {
  expect(await sideBySide([], 4, async () => 1)).toEqual([]);
});
