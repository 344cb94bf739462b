import path from 'node:path';
import { expect, test } from 'vitest';
import { readCases } from './read-cases.ts';
import { runCase } from './run-case.ts';

const cases = await readCases(path.join(import.meta.dirname, '..', '..', 'tests', 'conformance', 'cases'));

test.each(cases.filter((one) => one.kind !== 'skipped').map((one) => [one.id, one] as const))('AWS: %s', (_id, one) => {
  expect(runCase(one)).toBeUndefined();
});

test('the recordings hold cases of both kinds that the engine answers', () => {
  const counts = Map.groupBy(cases, ({ kind }) => kind);
  expect(counts.get('admission')?.length).toBeGreaterThan(300);
  expect(counts.get('effective')?.length).toBeGreaterThan(60);
});
