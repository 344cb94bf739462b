/** Randomness drawn a few kilobytes at a time: asking the machine for each record's id costs more than the id. */
import type { Random } from '@holdfast/kernel';

const DRAWN_BYTES = 4_096;

/** The same bytes in the same order as one by one; each is given out once. */
export function drawnAhead(random: Random): Random {
  let drawn: Uint8Array = new Uint8Array();
  let next = 0;
  return {
    bytes: (count) => {
      if (next + count > drawn.length) {
        drawn = random.bytes(Math.max(DRAWN_BYTES, count));
        next = 0;
      }
      next += count;
      return drawn.slice(next - count, next);
    },
  };
}
