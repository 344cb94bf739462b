import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readCases } from './read-cases.ts';
import { inOrderOfRun, runnerOf } from './runner.ts';

const cases = inOrderOfRun(
  await readCases(path.join(import.meta.dirname, '..', '..', 'tests', 'conformance', 'cases')),
);
const runner = runnerOf(cases, async () => ({}));
afterAll(() => runner[Symbol.asyncDispose]());

/** Recordings of what Holdfast does not have. */
const WITHOUT =
  /^(?:the service servicequotas|credentials of other services|iam:\w+OrganizationsAccessReport), which Holdfast does not have$/;

test.each(cases.map((one) => [one.id, one] as const))('AWS: %s', async (_id, one) => {
  const outcome = await runner.run(one);
  if (outcome.kind === 'skipped') expect(outcome.why).toMatch(WITHOUT);
  else expect(outcome).toEqual({ kind: 'passed' });
});

test('the recordings hold cases of all kinds', () => {
  const counts = Map.groupBy(cases, ({ kind }) => kind);
  const many = {
    admission: 300,
    effective: 60,
    call: 200,
    'delegation-policy': 15,
    publication: 10,
    role: 2,
    fact: 20,
  };
  for (const [kind, least] of Object.entries(many)) {
    expect(counts.get(kind as keyof typeof many)?.length, kind).toBeGreaterThanOrEqual(least);
  }
  expect(counts.get('unknown')).toBeUndefined();
});
