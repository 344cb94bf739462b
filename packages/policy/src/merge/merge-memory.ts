/**
 * What a merge works on: merged nodes, values and policies ready to be merged, as records in an arena.
 *
 * Records are immutable once written (but for what is remembered about them), so whatever two states have in common is
 * there once: same reference, same content.
 * Not here: the rules of the merge (merge-level.ts, merge-value.ts), how readers see a node (merged-node.ts).
 */
import { present } from '@holdfast/kernel';
import { ALL_OPERATORS, type OperatorSet } from '../document/operators.ts';
import type { PolicyChild, PolicyDocument } from '../document/policy-document.ts';
import type { EffectiveError } from '../effective/effective-error.ts';
import { Arena, NONE, positionIn, type Ref } from './arena.ts';
import { AppendList, Interner } from './interner.ts';

/** A merged node: a setting, a container, or a place that something was said about. The children come last. */
export const NODE = {
  /** What lower levels may still do here; only ever shrinks from level to level. */
  allowed: 0,
  /** Children that appear in the effective document. */
  keptCount: 1,
  /** Of a setting; NONE as long as nothing set it. */
  value: 2,
  /** Names the children in their order. */
  keys: 3,
  childCount: 4,
  /** What validation found out about the node: 0 nothing yet, then the position in `findings` plus one. */
  finding: 5,
  children: 6,
} as const;

/** The keys of a container: those of another list, if any, and then its own. Shared by all nodes with the same ones. */
export const KEYS = {
  base: 0,
  baseCount: 1,
  ownCount: 2,
  /** For each key its number and that of its name: as the first policy spelled it. */
  own: 3,
} as const;
export const KEY_WORDS = 2;

/** A value: of a list how many items, then who shaped it since the last assignment, each once. */
export const VALUE = {
  /** A list is several values, even with one item. */
  isList: 0,
  textCount: 1,
  shaperCount: 2,
  /** The numbers of texts, then those of policies. */
  numbers: 3,
} as const;

/** One node of a policy, ready to be merged. The children come last. */
export const PART = {
  /** Position in `sources`. */
  source: 0,
  /** The value that `@@assign` gives; NONE without one. R15: what it repeats stays repeated. */
  assigned: 1,
  appended: 2,
  removed: 3,
  /** What lower levels may do; only of a part that has SAYS_CONTROL. */
  control: 4,
  /** What the part says at its place: of the following. */
  says: 5,
  /** The merged node that the part gives where nothing came before it: the same wherever its policy is attached. */
  alone: 6,
  childCount: 7,
  /** For each child the number of its key, that of its name, and its part. */
  children: 8,
} as const;
export const PART_CHILD_WORDS = 3;

export const SAYS_ASSIGN = 1;
export const SAYS_APPEND = 2;
export const SAYS_REMOVE = 4;
export const SAYS_VALUE = SAYS_ASSIGN | SAYS_APPEND | SAYS_REMOVE;
export const SAYS_CONTROL = 8;
export const SAYS_CHILDREN = 16;

/** Where a part was written. */
export interface PartSource extends PolicyChild {
  readonly policyId: string;
}

export class MergeMemory {
  readonly arena: Arena;
  readonly keys: Interner;
  readonly names: Interner;
  readonly texts: Interner;
  readonly policyIds: Interner;
  readonly sources: AppendList<PartSource>;
  /** What was found wrong with nodes, by the judge that came first; the first is: nothing. */
  readonly findings: AppendList<readonly EffectiveError[]>;
  judge: object | undefined;
  /** The node that nothing was said about. */
  readonly empty: Ref;
  readonly #base: MergeMemory | undefined;
  readonly #alone = new Map<Ref, Ref>();
  readonly #parts = new Map<PolicyDocument, Map<string, Ref>>();

  /** With a base, all its records can be used here; what is made here is gone with this. */
  constructor(base?: MergeMemory) {
    this.#base = base;
    this.arena = new Arena(base?.arena);
    this.keys = new Interner(base?.keys);
    this.names = new Interner(base?.names);
    this.texts = new Interner(base?.texts);
    this.policyIds = new Interner(base?.policyIds);
    this.sources = new AppendList(base?.sources);
    this.findings = new AppendList(base?.findings);
    this.judge = base?.judge;
    if (!base) this.findings.add([]);
    this.empty = base?.empty ?? this.#emptyNode();
  }

  /** The part made of a policy before, whose document may be another policy's too. */
  partOf(policyId: string, document: PolicyDocument): Ref | undefined {
    return this.#parts.get(document)?.get(policyId) ?? this.#base?.partOf(policyId, document);
  }

  keepPart(policyId: string, document: PolicyDocument, part: Ref): void {
    const parts = this.#parts.get(document);
    if (parts) parts.set(policyId, part);
    else this.#parts.set(document, new Map([[policyId, part]]));
  }

  /** The node that a part gives where nothing came before it, if it was made already; else NONE. */
  alone(part: Ref): Ref {
    const known = this.arena.get(part, PART.alone);
    return known === NONE && this.arena.isOfBase(part) ? (this.#alone.get(part) ?? NONE) : known;
  }

  /** What a base knows must stay right in the base: it cannot refer to what is made here. */
  keepAlone(part: Ref, node: Ref): void {
    if (this.arena.isOfBase(part)) this.#alone.set(part, node);
    else this.arena.set(part, PART.alone, node);
  }

  /** The child of a merged node under a key's number; NONE without one. */
  child(node: Ref, key: number): Ref {
    if (node === NONE) return NONE;
    const at = this.positionOf(this.arena.get(node, NODE.keys), key);
    return at === -1 ? NONE : this.arena.get(node, NODE.children + at);
  }

  /** Where a list of keys has a key; -1 if it has not. */
  positionOf(keys: Ref, key: number): number {
    let list = keys;
    while (list !== NONE) {
      const words = this.arena.chunkOf(list);
      const at = positionIn(list);
      const own = at + KEYS.own;
      const end = own + (words[at + KEYS.ownCount] ?? 0) * KEY_WORDS;
      for (let word = own; word < end; word += KEY_WORDS) {
        if (words[word] === key) return (words[at + KEYS.baseCount] ?? 0) + (word - own) / KEY_WORDS;
      }
      list = words[at + KEYS.base] ?? NONE;
    }
    return -1;
  }

  /** The key of a node's child by its position. */
  keyAt(node: Ref, position: number): string {
    const { arena } = this;
    for (let list = arena.get(node, NODE.keys); list !== NONE; list = arena.get(list, KEYS.base)) {
      const own = position - arena.get(list, KEYS.baseCount);
      if (own >= 0) return this.keys.text(arena.get(list, KEYS.own + own * KEY_WORDS));
    }
    return '';
  }

  /** Calls back with the number of each key, in order of position. */
  eachKey(keys: Ref, visit: (key: number, position: number, name: number) => void): void {
    if (keys === NONE) return;
    const { arena } = this;
    this.eachKey(arena.get(keys, KEYS.base), visit);
    const baseCount = arena.get(keys, KEYS.baseCount);
    const own = arena.get(keys, KEYS.ownCount);
    for (let at = 0; at < own; at++) {
      const word = KEYS.own + at * KEY_WORDS;
      visit(arena.get(keys, word), baseCount + at, arena.get(keys, word + 1));
    }
  }

  /** Whether something of the node appears in the effective document. */
  isKept(node: Ref): boolean {
    if (node === NONE) return false;
    return this.arena.get(node, NODE.value) !== NONE || this.arena.get(node, NODE.keptCount) > 0;
  }

  /** Where a part was written. */
  sourceOf(part: Ref): PartSource {
    return present(this.sources.at(this.arena.get(part, PART.source)), 'source of a part');
  }

  /** Writes a value: the numbers of its texts and of the policies that shaped it. */
  value(isList: boolean, texts: readonly number[], shapers: readonly number[]): Ref {
    const { arena } = this;
    const value = arena.allocate(VALUE.numbers + texts.length + shapers.length);
    arena.set(value, VALUE.isList, isList ? 1 : 0);
    arena.set(value, VALUE.textCount, texts.length);
    arena.set(value, VALUE.shaperCount, shapers.length);
    let word: number = VALUE.numbers;
    for (const text of texts) arena.set(value, word++, text);
    for (const policy of shapers) arena.set(value, word++, policy);
    return value;
  }

  /** A value as the effective document has it; undefined for NONE. */
  plainValue(value: Ref): string | readonly string[] | undefined {
    if (value === NONE) return undefined;
    if (this.arena.get(value, VALUE.isList) === 0) return this.texts.text(this.arena.get(value, VALUE.numbers));
    const count = this.arena.get(value, VALUE.textCount);
    return Array.from({ length: count }, (_, at) => this.texts.text(this.arena.get(value, VALUE.numbers + at)));
  }

  /** Adds the policies that shaped a value. */
  addShapers(value: Ref, into: Set<string>): void {
    if (value === NONE) return;
    const first = VALUE.numbers + this.arena.get(value, VALUE.textCount);
    const count = this.arena.get(value, VALUE.shaperCount);
    for (let at = 0; at < count; at++) into.add(this.policyIds.text(this.arena.get(value, first + at)));
  }

  /** The text of a single value below a node; undefined if there is none. */
  singleText(node: Ref): string | undefined {
    const value = node === NONE ? NONE : this.arena.get(node, NODE.value);
    if (value === NONE || this.arena.get(value, VALUE.isList) === 1) return undefined;
    return this.texts.text(this.arena.get(value, VALUE.numbers));
  }

  /** The memory in which a record was made: this one, or one that this is based on. */
  ownerOf(ref: Ref): MergeMemory {
    return this.#base && this.arena.isOfBase(ref) ? this.#base.ownerOf(ref) : this;
  }

  #emptyNode(): Ref {
    const node = this.arena.allocate(NODE.children);
    this.arena.set(node, NODE.allowed, ALL_OPERATORS satisfies OperatorSet);
    return node;
  }
}
