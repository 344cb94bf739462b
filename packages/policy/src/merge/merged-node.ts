/**
 * The state of the merge, as its readers see it: an immutable tree of values that know the policies they come from.
 *
 * A level makes new nodes only where its policies say something; all else is shared with the state above, and what one
 * policy alone brings is made once and shared by every place that it is attached to. So two states are cheap to
 * compare: same node, same content. Which node a policy is attached to, what lost and why, is the trace's to tell
 * (trace-levels.ts), for one account at a time.
 * The nodes themselves are records (merge-memory.ts); the objects here are made for what somebody looks at.
 */
import { assert } from '@holdfast/kernel';
import type { OperatorSet } from '../document/operators.ts';
import type { EffectiveValue } from '../effective/effective-document.ts';
import { NONE, type Ref } from './arena.ts';
import { effectiveOf } from './effective-view.ts';
import { MergeMemory, NODE } from './merge-memory.ts';

export interface MergedNode {
  /** Of a setting; undefined as long as nothing set it. */
  readonly value: MergedValue | undefined;
  /** Of a container, by folded key. Nodes stay when nothing is left in them: they keep their locks. */
  readonly children: ReadonlyMap<string, MergedNode>;
  /** What lower levels may still do here. Only ever shrinks from level to level. */
  readonly allowed: OperatorSet;
  /** Nothing of it appears in the effective document. */
  readonly isPruned: boolean;
  /** The node as it appears in the effective document, before defaults; undefined if pruned. */
  readonly effective: EffectiveValue | undefined;
  /** A child's key as the first policy spelled it; undefined if there is no such child. */
  spelling(key: string): string | undefined;
}

export type MergedValue = Readonly<
  | { kind: 'single'; text: string; policyId: string }
  /** `shapedBy`: every policy since the last assignment that added or took away items, each once. */
  | { kind: 'list'; texts: readonly string[]; shapedBy: readonly string[] }
>;

export interface NodePlace {
  readonly memory: MergeMemory;
  readonly ref: Ref;
}

class RecordedNode implements MergedNode, NodePlace {
  readonly memory: MergeMemory;
  readonly ref: Ref;
  #value: MergedValue | undefined;
  #children: ReadonlyMap<string, MergedNode> | undefined;

  constructor(memory: MergeMemory, ref: Ref) {
    this.memory = memory;
    this.ref = ref;
  }

  get value(): MergedValue | undefined {
    this.#value ??= mergedValue(this.memory, this.memory.arena.get(this.ref, NODE.value));
    return this.#value;
  }

  get children(): ReadonlyMap<string, MergedNode> {
    this.#children ??= childrenOf(this);
    return this.#children;
  }

  get allowed(): OperatorSet {
    return this.memory.arena.get(this.ref, NODE.allowed);
  }

  get isPruned(): boolean {
    return !this.memory.isKept(this.ref);
  }

  get effective(): EffectiveValue | undefined {
    return effectiveOf(this.memory, this.ref);
  }

  spelling(key: string): string | undefined {
    const number = this.memory.keys.find(key);
    let spelled: string | undefined;
    this.memory.eachKey(this.memory.arena.get(this.ref, NODE.keys), (one, _position, name) => {
      if (one === number) spelled = this.memory.names.text(name);
    });
    return spelled;
  }
}

const NODES = new WeakMap<MergeMemory, Map<Ref, MergedNode>>();

/** The same object for the same record, so that nodes can be compared and things be remembered about them. */
export function nodeIn(memory: MergeMemory, ref: Ref): MergedNode {
  const owner = memory.ownerOf(ref);
  let nodes = NODES.get(owner);
  if (!nodes) {
    nodes = new Map();
    NODES.set(owner, nodes);
  }
  let node = nodes.get(ref);
  if (!node) {
    node = new RecordedNode(owner, ref);
    nodes.set(ref, node);
  }
  return node;
}

export function placeOf(node: MergedNode): NodePlace {
  assert(node instanceof RecordedNode, 'a merged node comes from the merge');
  return node;
}

export const EMPTY_STATE: MergedNode = emptyState();

function emptyState(): MergedNode {
  const memory = new MergeMemory();
  return nodeIn(memory, memory.empty);
}

function childrenOf({ memory, ref }: NodePlace): ReadonlyMap<string, MergedNode> {
  const children = new Map<string, MergedNode>();
  memory.eachKey(memory.arena.get(ref, NODE.keys), (key, position) => {
    children.set(memory.keys.text(key), nodeIn(memory, memory.arena.get(ref, NODE.children + position)));
  });
  return children;
}

function mergedValue(memory: MergeMemory, value: Ref): MergedValue | undefined {
  const plain = memory.plainValue(value);
  if (plain === undefined) return undefined;
  const shapers = new Set<string>();
  memory.addShapers(value, shapers);
  const shapedBy = [...shapers];
  return typeof plain === 'string'
    ? { kind: 'single', text: plain, policyId: shapedBy[0] ?? '' }
    : { kind: 'list', texts: plain, shapedBy };
}

export function plainValue(value: MergedValue | undefined): string | readonly string[] | undefined {
  return value?.kind === 'list' ? value.texts : value?.text;
}

/** The node at a path of folded keys. */
export function mergedAt(node: MergedNode, path: readonly string[]): MergedNode | undefined {
  const { memory, ref } = placeOf(node);
  const at = refAt(memory, ref, path);
  return at === NONE ? undefined : nodeIn(memory, at);
}

export function refAt(memory: MergeMemory, node: Ref, path: readonly string[]): Ref {
  let at = node;
  for (const text of path) {
    const key = memory.keys.find(text);
    at = key === undefined || at === NONE ? NONE : memory.child(at, key);
  }
  return at;
}

/**
 * The policies that supplied the present content of a node and all below it: setters of values, and whoever added to
 * or took from a list. Who was overridden is not among them (organizations spec 6.3, Q18).
 */
export function contributors(node: MergedNode | undefined, into: Set<string> = new Set()): Set<string> {
  if (!node) return into;
  const { memory, ref } = placeOf(node);
  return contributorsOf(memory, ref, into);
}

export function contributorsOf(memory: MergeMemory, node: Ref, into: Set<string> = new Set()): Set<string> {
  const { arena } = memory;
  memory.addShapers(arena.get(node, NODE.value), into);
  const count = arena.get(node, NODE.childCount);
  for (let at = 0; at < count; at++) contributorsOf(memory, arena.get(node, NODE.children + at), into);
  return into;
}
