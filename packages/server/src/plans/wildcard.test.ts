import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matcher } from './wildcard.ts';

test('the matcher agrees with the regular expression that the pattern means', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.'), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (pattern, value) => {
      const meant = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^]*')}$`);
      expect(matcher(pattern)(value)).toBe(meant.test(value));
    }),
    { numRuns: 3_000 },
  );
});

test('a pattern of many stars answers at once on a long text that almost matches', () => {
  const matches = matcher(`${'*a'.repeat(200)}*b`);
  expect(matches('a'.repeat(100_000))).toBe(false);
});
