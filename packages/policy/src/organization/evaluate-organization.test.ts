import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeEffective } from '../effective/effective-document.ts';
import { effectivePolicy } from '../effective/effective-policy.ts';
import { mergeLevels } from '../merge/merge-level.ts';
import { policyArbitrary } from '../testing/arbitrary-policies.ts';
import { NOW } from '../testing/documents.ts';
import { accountId, backupPolicy, organization } from '../testing/organizations.ts';
import { plainMerge } from '../testing/plain-merge.ts';
import { applyChange, applyChanges, type Change } from './change.ts';
import { evaluateOrganization, type OrganizationEvaluation, reevaluate } from './evaluate-organization.ts';
import type { OrganizationSnapshot } from './snapshot.ts';

const UNITS = { a: 'root', b: 'root', aa: 'a', ab: 'a', aaa: 'aa' };
const NODES = ['root', ...Object.keys(UNITS)];
const ACCOUNTS = { 1: 'root', 2: 'a', 3: 'aa', 4: 'aaa', 5: 'b', 6: 'aaa' };
const TARGETS = [...NODES, ...Object.keys(ACCOUNTS).map(accountId)];
const POLICIES = ['p', 'q', 'r', 's'];

const organizations = fc
  .record({
    contents: fc.tuple(policyArbitrary(), policyArbitrary(), policyArbitrary(), policyArbitrary()),
    attached: fc.array(fc.subarray(POLICIES), { minLength: TARGETS.length, maxLength: TARGETS.length }),
  })
  .map(({ contents, attached }) =>
    organization({
      type: 'BACKUP_POLICY',
      units: UNITS,
      accounts: ACCOUNTS,
      policies: Object.fromEntries(contents.map((content, index) => [POLICIES[index] ?? '', content])),
      attached: Object.fromEntries(
        attached.map((ids, index) => [(TARGETS[index] ?? '').replace(/^0+/, ''), ids]).filter(([, ids]) => ids?.length),
      ),
    }),
  );

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('set-policy' as const),
      policy: fc.constantFrom(...POLICIES),
      content: policyArbitrary().map((content) => JSON.stringify(content)),
    }),
    fc.record({
      kind: fc.constantFrom('attach' as const, 'detach' as const),
      policy: fc.constantFrom(...POLICIES),
      target: fc.constantFrom(...TARGETS),
    }),
    fc.record({
      kind: fc.constant('move' as const),
      account: fc.constantFrom(...Object.keys(ACCOUNTS).map(accountId)),
      parent: fc.constantFrom(...NODES),
    }),
  ),
  { maxLength: 5 },
);

test('each account of an organization has what the plain algorithm gives for its levels', () => {
  fc.assert(
    fc.property(organizations, (snapshot) => {
      const evaluation = evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW);
      for (const id of evaluation.accountIds) expect(documentOf(evaluation, id)).toEqual(plainly(snapshot, id));
    }),
    { numRuns: 150 },
  );
});

test('evaluating again after changes gives what evaluating everything gives, and leaves the former one as it was', () => {
  fc.assert(
    fc.property(organizations, changes, (snapshot, planned) => {
      const before = evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW);
      const was = before.accountIds.map((id) => documentOf(before, id));
      const possible = possibleOf(snapshot, planned);
      const result = reevaluate(before, possible);
      const applied = applyChanges(snapshot, possible);
      expect(result.ok && applied.ok).toBe(true);
      if (!result.ok || !applied.ok) return;
      const anew = evaluateOrganization(applied.snapshot, 'BACKUP_POLICY', NOW);
      for (const id of anew.accountIds) {
        expect(documentOf(result.evaluation, id)).toEqual(documentOf(anew, id));
        expect(result.evaluation.policyOf(id)?.errors).toEqual(anew.policyOf(id)?.errors);
        if (!result.affectedAccounts.includes(id)) expect(result.evaluation.policyOf(id)).toBe(before.policyOf(id));
      }
      expect(result.evaluation.snapshot).toEqual(applied.snapshot);
      for (const id of POLICIES) {
        expect(result.evaluation.targetsOf(id).toSorted()).toEqual(anew.targetsOf(id).toSorted());
      }
      expect(before.accountIds.map((id) => documentOf(before, id))).toEqual(was);
    }),
    { numRuns: 300 },
  );
});

test('accounts without policies of their own share the very same policy, and so do their parents’ other accounts', () => {
  const snapshot = organization({
    units: { a: 'root' },
    accounts: { 1: 'a', 2: 'a', 3: 'root' },
    policies: { p: backupPolicy() },
    attached: { root: ['p'] },
  });
  const evaluation = evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW);
  const [first, ...others] = [1, 2, 3].map((digits) => evaluation.policyOf(accountId(digits)));
  for (const other of others) expect(other).toBe(first);
});

test('evaluations made from the same one disturb neither each other nor it', () => {
  fc.assert(
    fc.property(organizations, changes, (snapshot, planned) => {
      const before = evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW);
      const made = planned.flatMap((change) => {
        const result = reevaluate(before, [change]);
        return result.ok ? [result.evaluation] : [];
      });
      for (const evaluation of [...made, before]) {
        for (const id of evaluation.accountIds) {
          expect(documentOf(evaluation, id)).toEqual(plainly(evaluation.snapshot, id));
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('what one policy brings first is one object wherever it is attached', () => {
  const snapshot = organization({
    units: { a: 'root', b: 'root' },
    accounts: { 1: 'a', 2: 'b' },
    policies: { p: backupPolicy() },
    attached: { a: ['p'], b: ['p'] },
  });
  const evaluation = evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW);
  const plans = [1, 2].map((digits) => evaluation.policyOf(accountId(digits))?.state.children.get('plans'));
  expect(plans[0]).toBeDefined();
  expect(plans[0]).toBe(plans[1]);
});

test('a policy of another type, and one that cannot be read, count as empty', () => {
  const readable = organization({ policies: { p: backupPolicy(), q: '{"plans":' }, attached: { root: ['p', 'q'] } });
  const evaluation = evaluateOrganization(readable, 'BACKUP_POLICY', NOW);
  expect(evaluation.unreadable).toEqual(['q']);
  expect(evaluation.policyOf(accountId(1))?.errors).toEqual([]);
  const tags = evaluateOrganization(readable, 'TAG_POLICY', NOW);
  expect(writeEffective(tags.policyOf(accountId(1))?.document ?? '')).toBe('{}');
  expect(tags.unreadable).toEqual([]);
});

test.each<[change: Change, problem: string]>([
  [{ kind: 'attach', policy: 'x', target: 'root' }, 'There is no policy "x"'],
  [{ kind: 'attach', policy: 'p', target: 'x' }, 'There is no root, unit or account "x"'],
  [{ kind: 'attach', policy: 'p', target: 'root' }, 'Policy p is attached to Root already'],
  [{ kind: 'detach', policy: 'p', target: 'a' }, 'Policy p is not attached to Unit a'],
  [{ kind: 'move', account: 'a', parent: 'root' }, 'Unit a is no account: only accounts can be moved'],
  [{ kind: 'move', account: accountId(1), parent: accountId(2) }, 'Account 2 is an account and cannot hold another'],
  [{ kind: 'move', account: accountId(1), parent: 'root' }, 'Account 1 is in Root already'],
  [
    { kind: 'new-policy', name: 'Policy p', type: 'BACKUP_POLICY', content: '{}' },
    'There is a BACKUP_POLICY named "Policy p" already',
  ],
  [{ kind: 'set-policy', policy: 'x', content: '{}' }, 'There is no policy "x"'],
  [
    { kind: 'attach', policy: 'p', target: 'full' },
    'Unit full has 10 policies of type BACKUP_POLICY attached, which is the most there may be',
  ],
])('a change that is not possible says why: %o', (change, problem) => {
  const many = Array.from({ length: 10 }, (_, index) => `m${index}`);
  const snapshot = organization({
    units: { a: 'root', full: 'root' },
    accounts: { 1: 'root', 2: 'a' },
    policies: { p: backupPolicy(), ...Object.fromEntries(many.map((id) => [id, {}])) },
    attached: { root: ['p'], full: many },
  });
  expect(applyChange(snapshot, change)).toEqual({ ok: false, change, problem });
  expect(reevaluate(evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW), [change])).toMatchObject({
    ok: false,
    problem,
  });
});

test('names and paths do as well as ids, as long as they are the only ones', () => {
  const snapshot = organization({ units: { a: 'root', b: 'a' }, accounts: { 1: 'b' }, policies: { p: {} } });
  for (const target of ['b', 'Unit b', 'Root/Unit a/Unit b']) {
    const result = applyChange(snapshot, { kind: 'attach', policy: 'Policy p', target });
    expect(result.ok && result.snapshot.attachments).toEqual([
      { targetId: 'b', policyIds: ['p'], order: 'attachment' },
    ]);
  }
  const twice = { ...snapshot, policies: [...snapshot.policies, ...snapshot.policies.map((p) => ({ ...p, id: 'q' }))] };
  expect(applyChange(twice, { kind: 'attach', policy: 'Policy p', target: 'a' })).toMatchObject({
    problem: '"Policy p" is the name of several: p, q',
  });
});

test('a new policy can be attached by its name in the changes that follow', () => {
  const before = evaluateOrganization(organization({}), 'BACKUP_POLICY', NOW);
  const result = reevaluate(before, [
    { kind: 'new-policy', name: 'fresh', type: 'BACKUP_POLICY', content: JSON.stringify(backupPolicy()) },
    { kind: 'attach', policy: 'fresh', target: 'root' },
  ]);
  expect(result.ok && documentOf(result.evaluation, accountId(1))).toHaveProperty('plans.gold');
});

/** Those of the changes that can be applied one after another. */
function possibleOf(snapshot: OrganizationSnapshot, planned: readonly Change[]): readonly Change[] {
  const possible: Change[] = [];
  for (const change of planned) if (applyChanges(snapshot, [...possible, change]).ok) possible.push(change);
  return possible;
}

function documentOf(evaluation: OrganizationEvaluation, id: string): unknown {
  const levels = evaluation.levelsOf(id);
  const policy = evaluation.policyOf(id);
  const document = JSON.parse(writeEffective(policy?.document ?? new Map<string, string>()));
  const alone = effectivePolicy('BACKUP_POLICY', mergeLevels(levels), NOW);
  expect(JSON.parse(writeEffective(alone.document))).toEqual(document);
  return document;
}

/** The plain algorithm on the snapshot's own lists. */
function plainly(snapshot: OrganizationSnapshot, id: string): unknown {
  const parents = new Map(
    [...snapshot.organizationalUnits, ...snapshot.accounts].map((node) => [node.id, node.parentId]),
  );
  const path: string[] = [];
  for (let at: string | undefined = id; at !== undefined; at = parents.get(at)) path.unshift(at);
  return plainMerge(
    path.map((node) =>
      (snapshot.attachments.find(({ targetId }) => targetId === node)?.policyIds ?? []).map((policyId) =>
        JSON.parse(snapshot.policies.find((policy) => policy.id === policyId)?.content ?? '{}'),
      ),
    ),
  );
}
