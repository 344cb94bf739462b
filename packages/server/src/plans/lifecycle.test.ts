import { DAY_MS } from '@holdfast/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calculatedLifecycle, copyLifecycle, lifecycleFault, retentionDays } from './lifecycle.ts';

test('a point is deleted its days after its creation, to the millisecond', () => {
  const createdAt = Date.parse('2020-07-15T21:38:31.152Z');
  expect(calculatedLifecycle(createdAt, { DeleteAfterDays: 100 })).toEqual({
    deleteAt: Date.parse('2020-10-23T21:38:31.152Z'),
  });
});

test('what a lifecycle does not say has no moment', () => {
  expect(calculatedLifecycle(0, undefined)).toEqual({});
  expect(calculatedLifecycle(0, { DeleteAfterDays: -1, MoveToColdStorageAfterDays: -1 })).toEqual({});
  expect(calculatedLifecycle(0, { MoveToColdStorageAfterDays: 1 })).toEqual({ moveToColdAt: DAY_MS });
});

test.each([
  ['no lifecycle: the source’s', undefined, { DeleteAfterDays: 7 }],
  ['an empty one: the source’s', {}, { DeleteAfterDays: 7 }],
  ['-1: the source’s', { DeleteAfterDays: -1 }, { DeleteAfterDays: 7 }],
  [
    '-1 with cold storage: the source’s expiry',
    { DeleteAfterDays: -1, MoveToColdStorageAfterDays: 3 },
    { DeleteAfterDays: 7, MoveToColdStorageAfterDays: 3 },
  ],
  ['its own otherwise', { DeleteAfterDays: 30 }, { DeleteAfterDays: 30 }],
])('a copy with %s', (_rule, named, expected) => {
  expect(copyLifecycle({ DeleteAfterDays: 7 }, named)).toEqual(expected);
});

test('a copy of a point that is kept for ever is kept for ever', () => {
  expect(copyLifecycle(null, undefined)).toBeUndefined();
  expect(copyLifecycle(null, { DeleteAfterDays: -1 })).toEqual({});
});

test('every lifecycle without fault deletes after it was created, and after 90 days in cold storage', () => {
  const days = fc.option(fc.integer({ min: -2, max: 40_000 }), { nil: undefined });
  fc.assert(
    fc.property(days, days, (cold, deleted) => {
      const lifecycle = {
        ...(cold !== undefined && { MoveToColdStorageAfterDays: cold }),
        ...(deleted !== undefined && { DeleteAfterDays: deleted }),
      };
      if (lifecycleFault(lifecycle) !== undefined) return;
      const { deleteAt, moveToColdAt } = calculatedLifecycle(0, lifecycle);
      if (deleteAt !== undefined) expect(deleteAt).toBeGreaterThanOrEqual(DAY_MS);
      if (deleteAt !== undefined && moveToColdAt !== undefined)
        expect(deleteAt - moveToColdAt).toBeGreaterThanOrEqual(90 * DAY_MS);
    }),
  );
});

test('for ever is longer than any number of days', () => {
  expect(retentionDays(undefined)).toBeGreaterThan(retentionDays({ DeleteAfterDays: 36_500 }));
});
