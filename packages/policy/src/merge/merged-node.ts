/**
 * The state of the merge: an immutable tree of values that know where they come from.
 *
 * A level makes new nodes only where its policies say something; all else is shared with the state above. So accounts
 * without policies of their own share the state of their parent, and two states are cheap to compare: same node, same
 * content.
 */
import { ALL_OPERATORS, type OperatorSet } from '../document/operators.ts';
import { type EffectiveObject, type EffectiveValue, isEffectiveList } from '../effective/effective-document.ts';
import type { AppliedControl, Origin, TraceEvent } from './trace.ts';

export interface MergedNode {
  /** The key as the first policy spelled it; empty at the root. */
  readonly name: string;
  /** Of a setting; undefined as long as nothing set it. */
  readonly value: MergedValue | undefined;
  /** Of a container, by folded key. Nodes stay when nothing is left in them: they keep their locks. */
  readonly children: ReadonlyMap<string, MergedNode>;
  /** What lower levels may still do here. Only ever shrinks from level to level. */
  readonly allowed: OperatorSet;
  readonly controls: readonly AppliedControl[];
  /** All that happened here, in order: what was done, what was refused and why. */
  readonly events: readonly TraceEvent[];
  /** The node as it appears in the effective document, before defaults; undefined if pruned. */
  readonly effective: EffectiveValue | undefined;
}

export type MergedValue = Readonly<
  | { kind: 'single'; text: string; origin: Origin }
  /** `shapedBy`: everyone since the last assignment who added or took away items. */
  | { kind: 'list'; items: readonly MergedItem[]; shapedBy: readonly Origin[] }
>;

export interface MergedItem {
  readonly text: string;
  readonly origin: Origin;
}

export const EMPTY_STATE: MergedNode = freshNode('');

export function freshNode(name: string): MergedNode {
  return {
    name,
    value: undefined,
    children: new Map(),
    allowed: ALL_OPERATORS,
    controls: [],
    events: [],
    effective: undefined,
  };
}

export function plainValue(value: MergedValue | undefined): string | readonly string[] | undefined {
  return value?.kind === 'list' ? value.items.map(({ text }) => text) : value?.text;
}

/** What a node contributes to the document; the former result where it is still right, so that it can be shared. */
export function effectiveOf(
  value: MergedValue | undefined,
  children: ReadonlyMap<string, MergedNode>,
  before: MergedNode,
): EffectiveValue | undefined {
  if (value) return value === before.value ? before.effective : shareIfEqual(plainValue(value), before.effective);
  if (children === before.children) return before.effective;
  const kept = new Map<string, EffectiveValue>();
  for (const [key, child] of children) if (child.effective !== undefined) kept.set(key, child.effective);
  if (kept.size === 0) return undefined;
  return isSameObject(kept, before.effective) ? before.effective : kept;
}

function shareIfEqual(now: EffectiveValue | undefined, before: EffectiveValue | undefined): EffectiveValue | undefined {
  if (!isEffectiveList(now) || !isEffectiveList(before) || now.length !== before.length) return now;
  return now.every((item, index) => item === before[index]) ? before : now;
}

function isSameObject(now: EffectiveObject, before: EffectiveValue | undefined): boolean {
  if (!(before instanceof Map) || before.size !== now.size) return false;
  return now.entries().every(([key, value]) => before.get(key) === value);
}

/** The node at a path of folded keys. */
export function mergedAt(node: MergedNode, path: readonly string[]): MergedNode | undefined {
  return path.reduce<MergedNode | undefined>((at, key) => at?.children.get(key), node);
}

/**
 * The policies that supplied the present content of a node and all below it: setters of values, and whoever added to
 * or took from a list. Who was overridden is not among them (organizations spec 6.3, Q18).
 */
export function contributors(node: MergedNode | undefined, into: Set<string> = new Set()): Set<string> {
  if (node?.value?.kind === 'single') into.add(node.value.origin.policyId);
  else for (const { policyId } of node?.value?.shapedBy ?? []) into.add(policyId);
  for (const child of node?.children.values() ?? []) contributors(child, into);
  return into;
}
