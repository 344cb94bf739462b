import { admit } from '@holdfast/policy';
import { expect, test } from 'vitest';
import { organizationOf } from './organization.ts';

const SMALL = {
  accounts: 200,
  units: [2, 4, 8],
  policies: 40,
  contentLength: [500, 10_000],
  attached: { root: 4, unit: 3, account: 2 },
  accountsPerOwnPolicies: 10,
} as const;

test('the organization that is measured is the same for the same seed and another for another', () => {
  expect(organizationOf(SMALL, 1)).toEqual(organizationOf(SMALL, 1));
  expect(organizationOf(SMALL, 1)).not.toEqual(organizationOf(SMALL, 2));
});

test('AWS would admit every policy of it, and none is longer than AWS allows', () => {
  const { policies } = organizationOf(SMALL, 1);
  const verdicts = policies.map(({ type, content }) => admit(type, content, Date.UTC(2026, 10, 21)).verdict);
  expect(verdicts).toEqual(policies.map(() => 'admitted'));
  expect(Math.max(...policies.map(({ content }) => content.length))).toBeGreaterThan(9_000);
});
