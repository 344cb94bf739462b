/**
 * The state of the merge: an immutable tree of values that know the policies they come from.
 *
 * A level makes new nodes only where its policies say something; all else is shared with the state above, and what one
 * policy alone brings is made once and shared by every place that it is attached to. So two states are cheap to
 * compare: same node, same content. Which node a policy is attached to, what lost and why, is the trace's to tell
 * (trace-levels.ts), for one account at a time.
 */
import { ALL_OPERATORS, type OperatorSet } from '../document/operators.ts';
import type { EffectiveValue } from '../effective/effective-document.ts';

export interface MergedNode {
  /** The key as the first policy spelled it; empty at the root. */
  readonly name: string;
  /** Of a setting; undefined as long as nothing set it. */
  readonly value: MergedValue | undefined;
  /** Of a container, by folded key. Nodes stay when nothing is left in them: they keep their locks. */
  readonly children: ReadonlyMap<string, MergedNode>;
  /** What lower levels may still do here. Only ever shrinks from level to level. */
  readonly allowed: OperatorSet;
  /** The node as it appears in the effective document, before defaults; undefined if pruned. */
  readonly effective: EffectiveValue | undefined;
}

export type MergedValue = Readonly<
  | { kind: 'single'; text: string; policyId: string }
  /** `shapedBy`: every policy since the last assignment that added or took away items, each once. */
  | { kind: 'list'; texts: readonly string[]; shapedBy: readonly string[] }
>;

const NO_CHILDREN: ReadonlyMap<string, MergedNode> = new Map();

export const EMPTY_STATE: MergedNode = freshNode('');

export function freshNode(name: string): MergedNode {
  return { name, value: undefined, children: NO_CHILDREN, allowed: ALL_OPERATORS, effective: undefined };
}

export function plainValue(value: MergedValue | undefined): string | readonly string[] | undefined {
  return value?.kind === 'list' ? value.texts : value?.text;
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
  if (node?.value?.kind === 'single') into.add(node.value.policyId);
  else for (const policyId of node?.value?.shapedBy ?? []) into.add(policyId);
  for (const child of node?.children.values() ?? []) contributors(child, into);
  return into;
}
