import { ManualClock } from '@holdfast/kernel';
import { expect, test } from 'vitest';
import { RepositoryLock } from './repository-lock.ts';

const gate = (): { open(): void; passed: Promise<void> } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: promise };
};

test('shared uses run side by side', async () => {
  const lock = new RepositoryLock(new ManualClock(0), 1_000);
  const first = gate();
  const running = lock.shared(() => first.passed);
  expect(await lock.shared(async () => 'second')).toBe('second');
  first.open();
  await running;
  expect(lock.idle).toBe(true);
});

test('an exclusive use takes only a free repository', async () => {
  const lock = new RepositoryLock(new ManualClock(0), 1_000);
  const first = gate();
  const running = lock.shared(() => first.passed);
  expect(await lock.exclusive(async () => 'alone')).toBe('busy');
  first.open();
  await running;
  expect(await lock.exclusive(async () => 'alone')).toEqual({ done: 'alone' });
});

test('shared uses wait for the end of an exclusive one, also when it fails', async () => {
  const lock = new RepositoryLock(new ManualClock(0), 1_000);
  const alone = gate();
  const order: string[] = [];
  const exclusive = lock.exclusive(async () => {
    await alone.passed;
    order.push('exclusive');
    throw new Error('failed');
  });
  const shared = lock.shared(async () => order.push('shared'));
  alone.open();
  await expect(exclusive).rejects.toThrow('failed');
  await shared;
  expect(order).toEqual(['exclusive', 'shared']);
});

test('an exclusive use that was refused for too long goes before later shared ones', async () => {
  const clock = new ManualClock(0);
  const lock = new RepositoryLock(clock, 1_000);
  const first = gate();
  const running = lock.shared(() => first.passed);
  expect(await lock.exclusive(async () => 'alone')).toBe('busy');
  clock.advance(1_001);
  const order: string[] = [];
  const exclusive = lock.exclusive(async () => order.push('exclusive'));
  const later = lock.shared(async () => order.push('later'));
  first.open();
  await Promise.all([running, exclusive, later]);
  expect(order).toEqual(['exclusive', 'later']);
});
