import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EffectiveValue, isEffectiveObject } from '../effective/effective-document.ts';
import { evaluateOrganization } from '../organization/evaluate-organization.ts';
import { policyArbitrary } from '../testing/arbitrary-policies.ts';
import { CONTROL, NOW, setting } from '../testing/documents.ts';
import { accountId, backupPolicy, organization } from '../testing/organizations.ts';
import { explain } from './explain.ts';
import type { ExplainedNode } from './explanation.ts';

const tags = (text: string) => ({ tags: { k: { tag_value: setting(text) } } });

/** The explanation of the one setting that `tags` makes, for an account below a unit below the root. */
function explained(
  root: readonly unknown[],
  unit: readonly unknown[] = [],
  order: 'attachment' | 'unknown' = 'attachment',
) {
  const named = (prefix: string, contents: readonly unknown[]) =>
    Object.fromEntries(contents.map((content, index) => [`${prefix}${index}`, content]));
  const policies = { ...named('r', root), ...named('u', unit) };
  const snapshot = organization({
    type: 'TAG_POLICY',
    units: { unit: 'root' },
    accounts: { 1: 'unit' },
    policies,
    attached: {
      root: Object.keys(policies).filter((id) => id.startsWith('r')),
      unit: Object.keys(policies).filter((id) => id.startsWith('u')),
    },
    order,
  });
  const evaluation = evaluateOrganization(snapshot, 'TAG_POLICY', NOW);
  const node = explain(evaluation, accountId(1), 'tags/k/tag_value')?.root;
  if (!node) throw new Error('nothing explained');
  return node;
}

test('a value names the policy that set it, the node it is attached to, line and column', () => {
  const text = '{\n  "tags": {\n    "k": { "tag_value": { "@@assign": ["red"] } }\n  }\n}';
  const snapshot = organization({ type: 'TAG_POLICY', policies: { p: text }, attached: { root: ['p'] } });
  const evaluation = evaluateOrganization(snapshot, 'TAG_POLICY', NOW);
  expect(explain(evaluation, accountId(1), ['tags', 'k', 'tag_value'])?.root).toMatchObject({
    kind: 'list',
    value: ['red'],
    isDefault: false,
    setBy: [{ policyId: 'p', policyName: 'Policy p', nodeId: 'root', nodeName: 'Root', line: 3, column: 27 }],
    lost: [],
  });
});

test('what a level below replaces is lost to it', () => {
  expect(explained([tags('=red')], [tags('=blue')]).lost).toMatchObject([
    {
      kind: 'replaced',
      value: ['red'],
      operator: 'assign',
      origin: { policyId: 'r0' },
      by: [{ policyId: 'u0', nodeId: 'unit' }],
    },
  ]);
});

test('of two that assign at one node the later one is outranked, and an unknown order is said', () => {
  expect(explained([tags('=red'), tags('=blue')]).lost).toMatchObject([
    { kind: 'outranked', value: ['blue'], origin: { policyId: 'r1' }, by: [{ policyId: 'r0' }], isOrderUnknown: false },
  ]);
  expect(explained([tags('=red'), tags('=blue')], [], 'unknown').lost[0]?.isOrderUnknown).toBe(true);
});

test('items that are taken away are lost by those who brought them', () => {
  expect(explained([tags('=red'), tags('+blue')], [tags('-blue')])).toMatchObject({
    value: ['red'],
    items: [{ text: 'red', origin: { policyId: 'r0' } }],
    lost: [
      { kind: 'removed', value: ['blue'], operator: 'append', origin: { policyId: 'r1' }, by: [{ policyId: 'u0' }] },
    ],
  });
});

test('a refusal names the control that refuses, and the control is among the locks', () => {
  expect(explained([tags('=red !append')], [tags('=blue')])).toMatchObject({
    value: ['red'],
    locks: [{ origin: { policyId: 'r0' }, allowed: ['append'] }],
    lost: [
      { kind: 'refused', operator: 'assign', value: ['blue'], origin: { policyId: 'u0' }, by: [{ policyId: 'r0' }] },
    ],
  });
});

test('a key that may not be added is lost at the container that is closed', () => {
  const closed = { tags: { ...setting('!none'), k: { tag_value: setting('=red') } } };
  const snapshot = organization({
    type: 'TAG_POLICY',
    units: { unit: 'root' },
    accounts: { 1: 'unit' },
    policies: { r: closed, u: { tags: { other: { tag_value: setting('=x') } } } },
    attached: { root: ['r'], unit: ['u'] },
  });
  const root = explain(evaluateOrganization(snapshot, 'TAG_POLICY', NOW), accountId(1))?.root;
  expect(root?.children[0]?.lost).toMatchObject([{ kind: 'key-refused', value: 'other', by: [{ policyId: 'r' }] }]);
});

test('a default says that it is one', () => {
  const snapshot = organization({
    type: 'TAG_POLICY',
    policies: { p: { tags: { K: {} } } },
    attached: { root: ['p'] },
  });
  const evaluation = evaluateOrganization(snapshot, 'TAG_POLICY', NOW);
  expect(explain(evaluation, accountId(1), 'tags/K/tag_value')?.root).toMatchObject({ value: ['*'], isDefault: true });
});

test('what nobody speaks of has no explanation, an unknown account neither', () => {
  const evaluation = evaluateOrganization(organization({ policies: { p: backupPolicy() } }), 'BACKUP_POLICY', NOW);
  expect(explain(evaluation, accountId(1), 'plans/gold')?.root).toBeUndefined();
  expect(explain(evaluation, '999999999999')).toBeUndefined();
});

test('an explanation holds the whole effective document and nothing else, for the whole or for any part', () => {
  fc.assert(
    fc.property(policyArbitrary(), policyArbitrary(), policyArbitrary(), (a, b, c) => {
      const snapshot = organization({
        units: { unit: 'root' },
        accounts: { 1: 'unit' },
        policies: { a, b, c },
        attached: { root: ['a', 'b'], unit: ['c'] },
      });
      const evaluation = evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW);
      const whole = explain(evaluation, accountId(1))?.root;
      const document = evaluation.policyOf(accountId(1))?.document;
      expect(whole ? plain(whole) : undefined).toEqual(document?.size === 0 ? undefined : json(document));
      for (const child of whole?.children ?? []) {
        expect(explain(evaluation, accountId(1), child.path)?.root).toEqual(child);
      }
    }),
    { numRuns: 200 },
  );
});

test('every refusal of an explanation names who refused it', () => {
  fc.assert(
    fc.property(policyArbitrary(), policyArbitrary(), (a, b) => {
      const snapshot = organization({ policies: { a, b }, attached: { root: ['a'], 1: ['b'] } });
      const root = explain(evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW), accountId(1))?.root;
      for (const node of nodesOf(root)) for (const { by } of node.lost) expect(by.length).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
});

test('levels come from the root down with their policies in order', () => {
  const snapshot = organization({
    units: { unit: 'root' },
    accounts: { 1: 'unit' },
    policies: { p: { [CONTROL]: ['@@all'] }, q: {} },
    attached: { unit: ['q', 'p'] },
  });
  expect(explain(evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW), accountId(1))?.levels).toMatchObject([
    { nodeId: 'root', kind: 'root', policies: [] },
    { nodeId: 'unit', nodeName: 'Unit unit', kind: 'unit', policies: [{ id: 'q' }, { id: 'p', name: 'Policy p' }] },
    { nodeId: accountId(1), kind: 'account', policies: [] },
  ]);
});

function plain(node: ExplainedNode): unknown {
  if (node.kind !== 'container') return node.value;
  const children = node.children.filter((child) => !child.isPruned);
  return children.length === 0
    ? undefined
    : Object.fromEntries(children.map((child) => [child.path.at(-1), plain(child)]));
}

function json(value: EffectiveValue | undefined): unknown {
  return isEffectiveObject(value) ? Object.fromEntries([...value].map(([key, child]) => [key, json(child)])) : value;
}

function* nodesOf(node: ExplainedNode | undefined): Generator<ExplainedNode> {
  if (!node) return;
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}
