import { HOUR_MS, type Instant, SECOND_MS, seededRandom } from '@holdfast/kernel';
import { describe, expect, test } from 'vitest';
import { clockByTwoCodes, newSeed, stepOfCode } from './one-time-codes.ts';
import { codeAt } from './testing/authenticator.ts';

const SEED = newSeed(seededRandom(7));
const NOW: Instant = Date.parse('2030-03-20T05:00:10Z');
const STEP_MS = 30 * SECOND_MS;
const FRESH = { driftSteps: 0, lastStep: undefined };

test('a seed is 64 characters of base 32', () => {
  expect(SEED).toMatch(/^[A-Z2-7]{64}$/);
});

test('codes are those of RFC 6238', () => {
  // Its appendix B, SHA-1: the last six digits of 94287082 and 07081804.
  const seed = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  expect(codeAt(seed, 59 * SECOND_MS)).toBe('287082');
  expect(codeAt(seed, 1_111_111_109 * SECOND_MS)).toBe('081804');
});

describe('a code', () => {
  test.each([
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ])('of %i steps from now counts: %s', (steps, counts) => {
    const step = stepOfCode(SEED, codeAt(SEED, NOW + steps * STEP_MS), FRESH, NOW);
    expect(step !== undefined).toBe(counts);
  });

  test('counts once, and none before it counts after it', () => {
    const lastStep = stepOfCode(SEED, codeAt(SEED, NOW), FRESH, NOW);
    expect(lastStep).toBeDefined();
    const clock = { driftSteps: 0, lastStep };
    expect(stepOfCode(SEED, codeAt(SEED, NOW), clock, NOW)).toBeUndefined();
    expect(stepOfCode(SEED, codeAt(SEED, NOW - STEP_MS), clock, NOW)).toBeUndefined();
    expect(stepOfCode(SEED, codeAt(SEED, NOW + STEP_MS), clock, NOW)).toBeDefined();
  });

  test.each(['', '12345', '1234567', 'abcdef', ' '.repeat(6)])('%j is none', (code) => {
    expect(stepOfCode(SEED, code, FRESH, NOW)).toBeUndefined();
  });

  test('of another seed does not count', () => {
    expect(stepOfCode(newSeed(seededRandom(8)), codeAt(SEED, NOW), FRESH, NOW)).toBeUndefined();
  });
});

describe('two codes in a row', () => {
  const pairAt = (at: Instant): readonly [string, string] => [codeAt(SEED, at), codeAt(SEED, at + STEP_MS)];

  test('tell how far the device’s clock is off, and later codes of it count', () => {
    const ahead = NOW + HOUR_MS / 2;
    const clock = clockByTwoCodes(SEED, pairAt(ahead), NOW);
    expect(clock).toEqual({ driftSteps: 61, lastStep: Math.floor(ahead / STEP_MS) + 1 });
    const next = clock && stepOfCode(SEED, codeAt(SEED, ahead + 2 * STEP_MS), clock, NOW + STEP_MS);
    expect(next).toBeDefined();
  });

  test.each<[what: string, codes: readonly [string, string]]>([
    ['the wrong way round', [...pairAt(NOW)].reverse() as [string, string]],
    ['twice the same', [codeAt(SEED, NOW), codeAt(SEED, NOW)]],
    ['with one between them', [codeAt(SEED, NOW), codeAt(SEED, NOW + 2 * STEP_MS)]],
    ['of a clock that is two hours off', pairAt(NOW + 2 * HOUR_MS)],
  ])('%s are refused', (_what, codes) => {
    expect(clockByTwoCodes(SEED, codes, NOW)).toBeUndefined();
  });
});
