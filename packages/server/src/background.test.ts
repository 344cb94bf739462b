import { silentLogger } from '@holdfast/kernel';
import { afterEach, expect, test } from 'vitest';
import { type Loop, startLoop } from './background.ts';

/** A loop whose ticks end when they are told to. */
function tickedByHand(): { loop: Loop; begun(count: number): Promise<void>; end(): void; ticks(): number } {
  let ticks = 0;
  let current = Promise.withResolvers<void>();
  let changed = Promise.withResolvers<void>();
  const loop = startLoop({
    name: 'ticked by hand',
    intervalMs: 3_600_000,
    log: silentLogger,
    tick: () => {
      ticks++;
      changed.resolve();
      changed = Promise.withResolvers();
      return current.promise;
    },
  });
  return {
    loop,
    ticks: () => ticks,
    end: () => {
      const ending = current;
      current = Promise.withResolvers();
      ending.resolve();
    },
    begun: async (count) => {
      while (ticks < count) await changed.promise;
    },
  };
}

let loop: Loop | undefined;
afterEach(() => loop?.stop());

test('holding a loop waits for the tick under way; none begins until it is released, and then one does', async () => {
  const hand = tickedByHand();
  ({ loop } = hand);
  await hand.begun(1);
  let held = false;
  const holding = loop.hold().then(() => {
    held = true;
  });
  await Promise.resolve();
  expect(held).toBe(false);
  hand.end();
  await holding;
  loop.wake();
  await new Promise((resolve) => process.nextTick(resolve));
  expect(hand.ticks()).toBe(1);
  loop.release();
  await hand.begun(2);
  hand.end();
});

test('a held loop can be stopped', async () => {
  const hand = tickedByHand();
  hand.end();
  await hand.loop.hold();
  await hand.loop.stop();
  expect(hand.ticks()).toBeLessThanOrEqual(1);
});
