import { MINUTE_MS } from '@holdfast/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deadlines, WINDOW_MINUTES_MAX, windowFault, windowOrderFault } from './windows.ts';

const minutes = fc.integer({ min: -10, max: WINDOW_MINUTES_MAX + 10 });

test('windows without fault leave an hour to start, and end no earlier than they start when both were given', () => {
  fc.assert(
    fc.property(minutes, minutes, fc.integer({ min: 0, max: 4_102_444_800_000 }), (start, completion, at) => {
      const windows = { startWindowMinutes: start, completionWindowMinutes: completion };
      if (windowFault(windows) !== undefined || windowOrderFault(start, completion) !== undefined) return;
      const { startBy, completeBy } = deadlines(at, windows);
      expect(startBy).toBeGreaterThanOrEqual(at + 60 * MINUTE_MS);
      expect(completeBy).toBeGreaterThanOrEqual(startBy);
      expect(Number.isSafeInteger(completeBy)).toBe(true);
    }),
  );
});

test.each([
  [59, 600],
  [60, 59],
  [WINDOW_MINUTES_MAX + 1, WINDOW_MINUTES_MAX + 1],
  [60.5, 600],
])('%d minutes to start and %d to complete are refused', (startWindowMinutes, completionWindowMinutes) => {
  expect(windowFault({ startWindowMinutes, completionWindowMinutes })).toBeDefined();
});

test('only windows that were both given contradict each other', () => {
  expect(windowOrderFault(61, 60)).toBeDefined();
  expect(windowOrderFault(60, 60)).toBeUndefined();
  expect(windowOrderFault(undefined, 60)).toBeUndefined();
  expect(windowOrderFault(20_000, undefined)).toBeUndefined();
});
