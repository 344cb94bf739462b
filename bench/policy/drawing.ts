/** Draws from a seeded source: the same for everyone who measures. */
import type { Random } from '@holdfast/kernel';

export interface Drawing {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number;
  one<T>(list: readonly T[]): T;
}

export function drawing(random: Random): Drawing {
  const below = (limit: number): number => {
    const [a = 0, b = 0, c = 0] = random.bytes(3);
    return ((a << 16) | (b << 8) | c) % limit;
  };
  return {
    below,
    one: (list) => {
      const item = list[below(list.length)];
      if (item === undefined) throw new Error('Bug: nothing to draw from');
      return item;
    },
  };
}
