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
import type { EffectiveError } from '../effective/effective-error.ts';
import { KeyList, NodeTable, ReadonlyTable } from './node-table.ts';

export class MergedNode {
  /** The key as the first policy spelled it; empty at the root. */
  readonly name: string;
  /** Of a setting; undefined as long as nothing set it. */
  readonly value: MergedValue | undefined;
  /** Of a container, by folded key. Nodes stay when nothing is left in them: they keep their locks. */
  readonly children: NodeTable<MergedNode>;
  /** What lower levels may still do here. Only ever shrinks from level to level. */
  readonly allowed: OperatorSet;
  /**
   * What somebody found out about the node and below, to be found again by the same `by`. A field and not a WeakMap:
   * hundreds of thousands of weak entries cost the garbage collector more than the merge.
   */
  finding: Finding | undefined = undefined;
  /** Children that appear in the effective document. */
  readonly #kept: number;

  constructor(name: string, value: MergedValue | undefined, children: NodeTable<MergedNode>, allowed: OperatorSet) {
    this.name = name;
    this.value = value;
    this.children = children;
    this.allowed = allowed;
    let kept = 0;
    for (const child of children.nodes) if (!child.isPruned) kept++;
    this.#kept = kept;
  }

  /** Nothing of it appears in the effective document. */
  get isPruned(): boolean {
    return this.value === undefined && this.#kept === 0;
  }

  /** The node as it appears in the effective document, before defaults; undefined if pruned. */
  get effective(): EffectiveValue | undefined {
    if (this.value) return plainValue(this.value);
    return this.#kept === 0 ? undefined : new EffectiveView(this.children, this.#kept);
  }
}

export interface Finding {
  readonly by: object;
  readonly errors: readonly EffectiveError[];
}

/** The part of a document below a container: the merged nodes themselves, looked at as a document. */
class EffectiveView extends ReadonlyTable<EffectiveValue> {
  readonly size: number;
  readonly #children: NodeTable<MergedNode>;

  constructor(children: NodeTable<MergedNode>, size: number) {
    super();
    this.#children = children;
    this.size = size;
  }

  get(key: string): EffectiveValue | undefined {
    return this.#children.get(key)?.effective;
  }

  *entries(): Generator<[string, EffectiveValue], undefined> {
    for (const [key, child] of this.#children) {
      const value = child.effective;
      if (value !== undefined) yield [key, value];
    }
  }
}

export type MergedValue = Readonly<
  | { kind: 'single'; text: string; policyId: string }
  /** `shapedBy`: every policy since the last assignment that added or took away items, each once. */
  | { kind: 'list'; texts: readonly string[]; shapedBy: readonly string[] }
>;

export const NO_CHILDREN = new NodeTable<MergedNode>(KeyList.EMPTY, []);

export const EMPTY_STATE: MergedNode = freshNode('');

export function freshNode(name: string): MergedNode {
  return new MergedNode(name, undefined, NO_CHILDREN, ALL_OPERATORS);
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
  for (const child of node?.children.nodes ?? []) contributors(child, into);
  return into;
}
