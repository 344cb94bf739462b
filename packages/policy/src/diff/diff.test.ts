import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EffectiveObject, writeEffective } from '../effective/effective-document.ts';
import { evaluateOrganization } from '../organization/evaluate-organization.ts';
import { effectiveOf, NOW } from '../testing/documents.ts';
import { accountId, backupPolicy, organization } from '../testing/organizations.ts';
import { diffDocuments, diffOrganizations, impact } from './diff.ts';
import { applyEdits, editsBetween } from './edits.ts';

const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('a', 'b'),
    fc.array(fc.constantFrom('x', 'y'), { maxLength: 2 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('k', 'l', 'm', '__proto__'), tie('value'), {
    minKeys: 1,
    maxKeys: 3,
    noNullPrototype: true,
  }),
})).object;

test('a document does not differ from itself', () => {
  fc.assert(
    fc.property(values, (value) => {
      const copy = effectiveOf(JSON.parse(JSON.stringify(value)));
      expect(editsBetween(effectiveOf(value), copy)).toEqual([]);
      expect(diffDocuments('BACKUP_POLICY', copy, effectiveOf(value), NOW).changes).toEqual([]);
    }),
  );
});

test('applying the edits between two documents to the one gives the other, in both directions', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      const [before, after] = [effectiveOf(a), effectiveOf(b)];
      expect(sorted(applyEdits(before, editsBetween(before, after)))).toEqual(sorted(after));
      expect(sorted(applyEdits(after, editsBetween(after, before)))).toEqual(sorted(before));
      const { edits, changes } = diffDocuments('BACKUP_POLICY', before, after, NOW);
      expect(changes.flatMap((change) => change.edits)).toEqual(edits);
    }),
  );
});

const small = organization({
  units: { a: 'root' },
  accounts: { 1: 'root', 2: 'a', 3: 'a', 4: 'root' },
  policies: {
    p: backupPolicy(),
    weekly: { plans: { gold: { rules: { daily: { schedule_expression: { '@@assign': 'cron(0 5 ? * SUN *)' } } } } } },
  },
  attached: { root: ['p'] },
});

test('accounts with the same changes are one group, the others are counted as unchanged', () => {
  const before = evaluateOrganization(small, 'BACKUP_POLICY', NOW);
  const result = impact(before, [{ kind: 'attach', policy: 'weekly', target: 'a' }]);
  expect(result.ok && result.diff).toMatchObject({
    effect: 'weakens',
    changedAccounts: 2,
    unchangedAccounts: 2,
    groups: [{ accountIds: [accountId(2), accountId(3)], changes: [{ kind: 'schedule-changed' }] }],
  });
});

test('an organization does not differ from itself, evaluated twice', () => {
  const [a, b] = [evaluateOrganization(small, 'BACKUP_POLICY', NOW), evaluateOrganization(small, 'BACKUP_POLICY', NOW)];
  expect(diffOrganizations(a, b)).toEqual({
    effect: 'neutral',
    groups: [],
    changedAccounts: 0,
    unchangedAccounts: 4,
    addedAccounts: [],
    removedAccounts: [],
  });
});

test('a policy that becomes invalid weakens, one that is repaired strengthens', () => {
  const before = evaluateOrganization(small, 'BACKUP_POLICY', NOW);
  const fragment = { plans: { other: { rules: { daily: { start_backup_window_minutes: { '@@assign': 60 } } } } } };
  const broken = impact(before, [{ kind: 'set-policy', policy: 'p', content: JSON.stringify(fragment) }]);
  expect(broken.ok && broken.diff.groups[0]?.changes[0]).toMatchObject({ kind: 'becomes-invalid', effect: 'weakens' });
  if (!broken.ok) return;
  const content = JSON.stringify(backupPolicy());
  const repaired = impact(broken.evaluation, [{ kind: 'set-policy', policy: 'p', content }]);
  expect(repaired.ok && repaired.diff.groups[0]?.changes[0]).toMatchObject({
    kind: 'becomes-valid',
    effect: 'strengthens',
  });
});

test('a change that cannot be made has no impact but a reason', () => {
  const before = evaluateOrganization(small, 'BACKUP_POLICY', NOW);
  expect(impact(before, [{ kind: 'detach', policy: 'p', target: 'a' }])).toMatchObject({ ok: false });
});

function sorted(value: EffectiveObject): unknown {
  return JSON.parse(writeEffective(value));
}
