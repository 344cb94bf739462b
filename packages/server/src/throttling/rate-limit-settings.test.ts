import { expect, test } from 'vitest';
import { DEFAULT_RATE_LIMITS } from '../settings.ts';
import { parseRateLimits, RATE_LIMITS_TEXT } from './rate-limit-settings.ts';

const read = (text: string) =>
  parseRateLimits(text, (message) => {
    throw new Error(message);
  });

test('the defaults can be written down', () => {
  expect(RATE_LIMITS_TEXT).toBe('requests=1000,writes=300,bad-signatures=20');
  expect(read(RATE_LIMITS_TEXT)).toEqual(DEFAULT_RATE_LIMITS);
});

test('what is not named has its default', () => {
  expect(read('writes=5')).toEqual({ ...DEFAULT_RATE_LIMITS, writesPerSecond: 5 });
});

test('off is no limit at all', () => {
  expect(read('off')).toEqual({ requestsPerSecond: 0, writesPerSecond: 0, badSignaturesPerSecond: 0 });
});

test.each([
  ['', 'names ""'],
  ['reads=5', 'names "reads", and not requests, writes, bad-signatures or off'],
  ['constructor=5', 'names "constructor"'],
  ['writes', 'gives writes ""'],
  ['writes=-1', 'gives writes "-1", and not a whole number'],
  ['writes=1.5', 'gives writes "1.5"'],
  ['writes=1=2', 'gives writes "1"'],
])('"%s" is refused: %s', (text, message) => {
  expect(() => read(text)).toThrow(message);
});
