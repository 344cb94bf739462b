import { unreachable } from '@holdfast/kernel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EffectiveValue, isEffectiveList, writeEffective } from '../effective/effective-document.ts';
import { levelsArbitrary, policyArbitrary } from '../testing/arbitrary-policies.ts';
import { CONTROL, levelsOf } from '../testing/documents.ts';
import { plainMerge } from '../testing/plain-merge.ts';
import { mergeLevel, mergeLevels } from './merge-level.ts';
import { contributors, EMPTY_STATE, type MergedNode, mergedAt, plainValue } from './merged-node.ts';
import type { PlainValue, TraceEvent } from './trace.ts';
import { type TracedNode, traceLevels } from './trace-levels.ts';

const RUNS = { numRuns: 400 };

test('the merge agrees with a plain one written differently', () => {
  fc.assert(
    fc.property(levelsArbitrary(), (contents) => {
      expect(json(mergeLevels(levelsOf(...contents)))).toEqual(plainMerge(contents));
    }),
    { numRuns: 1_500 },
  );
});

test('sharing the state of a parent gives what merging from the root gives', () => {
  fc.assert(
    fc.property(levelsArbitrary(), fc.array(policyArbitrary(), { maxLength: 4 }), (above, accounts) => {
      const shared = mergeLevels(levelsOf(...above));
      const before = json(shared);
      for (const account of accounts) {
        const levels = levelsOf(...above, [account]);
        expect(json(mergeLevel(shared, levels[above.length]?.policies ?? []))).toEqual(json(mergeLevels(levels)));
      }
      expect(json(shared)).toEqual(before);
    }),
    RUNS,
  );
});

test('a level without policies shares the whole state, one that says nothing new shares the document', () => {
  fc.assert(
    fc.property(levelsArbitrary(), (contents) => {
      const state = mergeLevels(levelsOf(...contents));
      expect(mergeLevel(state, [])).toBe(state);
      const [fragment] = levelsOf([{}]);
      expect(fragment && mergeLevel(state, fragment.policies)).toBe(state);
    }),
    RUNS,
  );
});

test('a setting that a level does not name keeps its very node', () => {
  fc.assert(
    fc.property(levelsArbitrary(), policyArbitrary(), (above, policy) => {
      const state = mergeLevels(levelsOf(...above));
      const [level] = levelsOf([policy]);
      const after = level ? mergeLevel(state, level.policies) : state;
      const named = new Set(Object.keys(policy).map((key) => key.toLowerCase()));
      for (const [key, child] of state.children) if (!named.has(key)) expect(after.children.get(key)).toBe(child);
    }),
    RUNS,
  );
});

test('merging a level without controls twice is merging it once', () => {
  fc.assert(
    fc.property(
      levelsArbitrary(),
      fc.array(policyArbitrary({ controls: false }), { maxLength: 3 }),
      (above, contents) => {
        const state = mergeLevels(levelsOf(...above));
        const [level] = levelsOf(contents);
        if (!level) return;
        const once = mergeLevel(state, level.policies);
        expect(json(mergeLevel(once, level.policies))).toEqual(json(once));
      },
    ),
    RUNS,
  );
});

test('a locked value never changes below its lock, a closed container gets no new key', () => {
  fc.assert(
    fc.property(levelsArbitrary(), levelsArbitrary(), (above, below) => {
      const state = mergeLevels(levelsOf(...above, [locksOn(mergeLevels(levelsOf(...above)))]));
      const after = levelsOf(...below).reduce((at, level) => mergeLevel(at, level.policies), state);
      expect(json(after)).toEqual(json(state));
    }),
    RUNS,
  );
});

test('what a level may do only shrinks on the way down', () => {
  fc.assert(
    fc.property(levelsArbitrary(), (contents) => {
      let state = EMPTY_STATE;
      for (const level of levelsOf(...contents)) {
        const after = mergeLevel(state, level.policies);
        for (const [path, node] of nodesOf(state)) {
          const allowed = mergedAt(after, path)?.allowed ?? 0;
          expect(allowed & node.allowed).toBe(allowed);
        }
        state = after;
      }
    }),
    RUNS,
  );
});

test('replaying the trace gives the document', () => {
  fc.assert(
    fc.property(levelsArbitrary(), (contents) => {
      const levels = levelsOf(...contents);
      const traced = traceLevels(levels);
      const merged = new Map(nodesOf(mergeLevels(levels)).map(([path, node]) => [path.join('/'), node]));
      expect([...nodesOf(traced)].map(([path]) => path.join('/')).toSorted()).toEqual([...merged.keys()].toSorted());
      for (const [path, node] of nodesOf(traced)) {
        expect(node.events.reduce(replay, undefined)).toEqual(plainValue(merged.get(path.join('/'))?.value));
        expect(tracedValue(node)).toEqual(plainValue(merged.get(path.join('/'))?.value));
      }
    }),
    RUNS,
  );
});

test('every refusal names controls that forbid it, from a level above', () => {
  fc.assert(
    fc.property(levelsArbitrary(), (contents) => {
      for (const [, node] of nodesOf(traceLevels(levelsOf(...contents)))) {
        for (const event of node.events) {
          if (event.kind !== 'refused' && event.kind !== 'key-refused') continue;
          expect(event.by.length).toBeGreaterThan(0);
          for (const { origin, allowed } of event.by) {
            expect(depthOf(origin.nodeId)).toBeLessThan(depthOf(event.origin.nodeId));
            if (event.kind === 'refused') expect(allowed).not.toContain(event.operator);
          }
        }
      }
    }),
    RUNS,
  );
});

test('nothing that a policy says is lost: each operator and each control is an event', () => {
  fc.assert(
    fc.property(fc.array(policyArbitrary(), { minLength: 1, maxLength: 3 }), (contents) => {
      const events = [...nodesOf(traceLevels(levelsOf(contents)))].flatMap(([, node]) => node.events);
      const said = contents.flatMap((content) => [...sayings(content)]).length;
      expect(events).toHaveLength(said);
    }),
    RUNS,
  );
});

test('the policies that contribute to a document are among those attached, and none if it is empty', () => {
  fc.assert(
    fc.property(levelsArbitrary(), (contents) => {
      const levels = levelsOf(...contents);
      const state = mergeLevels(levels);
      const attached = new Set(levels.flatMap(({ policies }) => policies.map(({ id }) => id)));
      expect([...contributors(state).difference(attached)]).toEqual([]);
      if (state.effective === undefined) expect(contributors(state).size).toBe(0);
    }),
    RUNS,
  );
});

test('an item knows the policy that brought it', () => {
  const levels = levelsOf(
    [{ c: { l: { '@@assign': ['a'] } } }],
    [{ c: { l: { '@@append': ['b'], '@@remove': ['a'] } } }],
  );
  const value = traceLevels(levels, ['c', 'l']).children.get('c')?.children.get('l')?.value;
  expect(value).toMatchObject({
    kind: 'list',
    items: [{ text: 'b', origin: { policyId: 'P1.0', nodeId: 'node-1' } }],
    shapedBy: [{ policyId: 'P0.0' }, { policyId: 'P1.0' }, { policyId: 'P1.0' }],
  });
});

function tracedValue({ value }: TracedNode): PlainValue | undefined {
  return value?.kind === 'list' ? value.items.map(({ text }) => text) : value?.text;
}

function json(state: MergedNode): unknown {
  return JSON.parse(writeEffective(state.effective ?? new Map<string, EffectiveValue>()));
}

interface Tree<T> {
  readonly children: ReadonlyMap<string, T>;
}

function* nodesOf<T extends Tree<T>>(node: T, path: readonly string[] = []): Generator<[readonly string[], T]> {
  yield [path, node];
  for (const [key, child] of node.children) yield* nodesOf(child, [...path, key]);
}

/** A policy that locks every node that is there. */
function locksOn(node: MergedNode): Record<string, unknown> {
  const children = [...node.children].map(([key, child]) => [key, locksOn(child)]);
  return { [CONTROL]: ['@@none'], ...Object.fromEntries(children) };
}

function replay(value: PlainValue | undefined, event: TraceEvent): PlainValue | undefined {
  switch (event.kind) {
    case 'assigned':
      return event.value;
    case 'appended':
      return event.items.length === 0 ? value : [...(isEffectiveList(value) ? value : []), ...event.items];
    case 'removed':
      return isEffectiveList(value) ? value.filter((item) => !event.items.includes(item)) : value;
    case 'outranked':
    case 'refused':
    case 'key-refused':
    case 'controlled':
      return value;
    default:
      return unreachable(event);
  }
}

/** Operators (but for empty appends and removals, which say nothing) and controls of a policy. */
function* sayings(node: Record<string, unknown>): Generator<string> {
  for (const [key, value] of Object.entries(node)) {
    const empty = Array.isArray(value) && value.length === 0 && key !== '@@assign';
    if (!key.startsWith('@@')) yield* sayings(value as Record<string, unknown>);
    else if (!empty) yield key;
  }
}

function depthOf(nodeId: string): number {
  return Number(nodeId.slice('node-'.length));
}
