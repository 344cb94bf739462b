/**
 * The merge of one level: policies, ready to be merged, onto a node and all below it.
 *
 * Nothing is written for what stays as it is. What a node needs while it is worked on stands on stacks of numbers.
 * Not here: the value of one setting (merge-value.ts).
 * Source: organizations spec 4.3, normative.
 */
import { ALL_OPERATORS, intersection, type OperatorSet, opensContainer } from '../document/operators.ts';
import { NONE, positionIn, type Ref } from './arena.ts';
import {
  KEY_WORDS,
  KEYS,
  type MergeMemory,
  NODE,
  PART,
  PART_CHILD_WORDS,
  SAYS_ASSIGN,
  SAYS_CHILDREN,
  SAYS_CONTROL,
  SAYS_VALUE,
} from './merge-memory.ts';
import { ValueMerge } from './merge-value.ts';
import { NumberStack } from './number-stack.ts';
import { Stamps } from './stamps.ts';
import type { NodeTrace } from './trace-recorder.ts';

/** A key that peers speak of, once for all of them. */
const SAID = {
  key: 0,
  /** As the first peer spells it. */
  name: 1,
  /** Of the first peer. */
  part: 2,
  /** Where the next peer's part stands among the further ones; NO_MORE if none does. */
  next: 3,
  /** Among the node's children; UNKNOWN if the key is new. */
  position: 4,
  /** What becomes of the child; NONE if nothing does. */
  result: 5,
} as const;
const SAID_WORDS = 6;
const NO_MORE = -1;
const UNKNOWN = -1;

/** Up to so many comparisons are made one by one: to prepare a table would cost more. */
const COMPARED_MAX = 32;

export class LevelMerge {
  readonly #memory: MergeMemory;
  readonly #values: ValueMerge;
  readonly #stamps = new Stamps();
  /** Parts that speak of the same place, in order of attachment. */
  readonly #peers = new NumberStack();
  readonly #said = new NumberStack();
  /** Parts of peers that are not the first to speak of a key: each with the place of the next. */
  readonly #further = new NumberStack();

  constructor(memory: MergeMemory) {
    this.#memory = memory;
    this.#values = new ValueMerge(memory, this.#peers);
  }

  /** The very same node if nothing changes. `parts`: of the level's policies, in order of attachment. */
  merge(node: Ref, parts: readonly Ref[], trace?: NodeTrace): Ref {
    for (const part of parts) this.#peers.push(part);
    const merged = this.#node(node, 0, parts.length, trace);
    this.#peers.cut(0);
    return merged;
  }

  /** The peers stand between `from` and `to`. */
  #node(before: Ref, from: number, to: number, trace: NodeTrace | undefined): Ref {
    const { arena } = this.#memory;
    const open = arena.get(before, NODE.allowed);
    const oldValue = arena.get(before, NODE.value);
    const says = this.#saidBy(from, to);
    const value = (says & SAYS_VALUE) === 0 ? oldValue : this.#values.merge(oldValue, open, says, from, to, trace);
    const allowed = (says & SAYS_CONTROL) === 0 ? open : this.#allowed(open, from, to, trace);
    const [said, further] = [this.#said.length, this.#further.length];
    if ((says & SAYS_CHILDREN) !== 0) this.#collectSaid(before, from, to);
    const isSame = !this.#children(before, said, open, trace) && value === oldValue && allowed === open;
    const merged = isSame ? before : this.#changed(before, value, allowed, said);
    this.#said.cut(said);
    this.#further.cut(further);
    return merged;
  }

  /** What any of the peers says at its place. */
  #saidBy(from: number, to: number): number {
    let says = 0;
    for (let at = from; at < to; at++) says |= this.#memory.arena.get(this.#peers.at(at), PART.says);
    return says;
  }

  #allowed(open: OperatorSet, from: number, to: number, trace: NodeTrace | undefined): OperatorSet {
    const { arena } = this.#memory;
    let allowed = open;
    for (let at = from; at < to; at++) {
      const part = this.#peers.at(at);
      if ((arena.get(part, PART.says) & SAYS_CONTROL) === 0) continue;
      trace?.controlled(this.#memory.sourceOf(part));
      // INVARIANT (R9): a level narrows what lower levels may do and never widens it; its own peers are not bound by it.
      allowed = intersection(allowed, arena.get(part, PART.control));
    }
    return allowed;
  }

  #collectSaid(before: Ref, from: number, to: number): void {
    const said = this.#said.length;
    const isAlone = to - from === 1;
    if (!isAlone) this.#stamps.start(this.#memory.keys.length);
    for (let at = from; at < to; at++) this.#sayAll(this.#peers.at(at), isAlone);
    this.#findPositions(before, said);
  }

  /** All keys that a part speaks of; `isAlone`: it has no peers that could have spoken of them too. */
  #sayAll(part: Ref, isAlone: boolean): void {
    const words = this.#memory.arena.chunkOf(part);
    const at = positionIn(part);
    const end = at + PART.children + (words[at + PART.childCount] ?? 0) * PART_CHILD_WORDS;
    for (let word = at + PART.children; word < end; word += PART_CHILD_WORDS) {
      const key = words[word] ?? 0;
      const child = words[word + 2] ?? NONE;
      const said = isAlone ? -1 : this.#stamps.get(key);
      if (said !== -1) {
        this.#sayToo(said, child);
        continue;
      }
      if (!isAlone) this.#stamps.set(key, this.#said.length);
      this.#said.push(key);
      this.#said.push(words[word + 1] ?? 0);
      this.#said.push(child);
      this.#said.push(NO_MORE);
      this.#said.push(UNKNOWN);
      this.#said.push(NONE);
    }
  }

  /** Adds a part to those under a key. */
  #sayToo(said: number, part: Ref): void {
    const place = this.#further.length;
    this.#further.push(part);
    this.#further.push(NO_MORE);
    let last = this.#said.at(said + SAID.next);
    if (last === NO_MORE) {
      this.#said.put(said + SAID.next, place);
      return;
    }
    for (;;) {
      const next = this.#further.at(last + 1);
      if (next === NO_MORE) break;
      last = next;
    }
    this.#further.put(last + 1, place);
  }

  #findPositions(before: Ref, from: number): void {
    const { arena } = this.#memory;
    const said = this.#said;
    const keys = arena.get(before, NODE.keys);
    if (keys === NONE) return;
    const comparisons = (said.length - from) * arena.get(before, NODE.childCount);
    const isTable = comparisons > COMPARED_MAX * SAID_WORDS;
    if (isTable) this.#tabulate(keys);
    for (let at = from; at < said.length; at += SAID_WORDS) {
      const key = said.at(at + SAID.key);
      said.put(at + SAID.position, isTable ? this.#stamps.get(key) : this.#memory.positionOf(keys, key));
    }
  }

  #tabulate(keys: Ref): void {
    this.#stamps.start(this.#memory.keys.length);
    let list = keys;
    while (list !== NONE) {
      const words = this.#memory.arena.chunkOf(list);
      const at = positionIn(list);
      const own = at + KEYS.own;
      const count = words[at + KEYS.ownCount] ?? 0;
      let position = words[at + KEYS.baseCount] ?? 0;
      for (let word = own; word < own + count * KEY_WORDS; word += KEY_WORDS) {
        this.#stamps.set(words[word] ?? 0, position++);
      }
      list = words[at + KEYS.base] ?? NONE;
    }
  }

  /** Notes what becomes of each child that is spoken of; whether anything does. */
  #children(before: Ref, from: number, open: OperatorSet, trace: NodeTrace | undefined): boolean {
    const { arena } = this.#memory;
    const said = this.#said;
    const to = said.length;
    let isChanged = false;
    for (let at = from; at < to; at += SAID_WORDS) {
      const position = said.at(at + SAID.position);
      const known = position === UNKNOWN ? NONE : arena.get(before, NODE.children + position);
      if (known === NONE && !opensContainer(open)) {
        if (trace) this.#refuse(at, trace);
        continue;
      }
      const child = this.#child(known, at, trace);
      if (child === known) continue;
      said.put(at + SAID.result, child);
      isChanged = true;
    }
    return isChanged;
  }

  #child(known: Ref, at: number, trace: NodeTrace | undefined): Ref {
    const said = this.#said;
    const part = said.at(at + SAID.part);
    let next = said.at(at + SAID.next);
    const childTrace = trace && this.#childTrace(at, trace);
    if (next === NO_MORE && !childTrace && (known === NONE || this.#isAloneAfter(known, part)))
      return this.#alone(part);
    const from = this.#peers.length;
    this.#peers.push(part);
    for (; next !== NO_MORE; next = this.#further.at(next + 1)) this.#peers.push(this.#further.at(next));
    const child = this.#node(known === NONE ? this.#memory.empty : known, from, this.#peers.length, childTrace);
    this.#peers.cut(from);
    return child;
  }

  /** What one policy assigns to an unlocked setting is the same whatever it replaces. */
  #isAloneAfter(known: Ref, part: Ref): boolean {
    const { arena } = this.#memory;
    if (arena.get(part, PART.says) !== SAYS_ASSIGN) return false;
    return arena.get(known, NODE.allowed) === ALL_OPERATORS && arena.get(known, NODE.childCount) === 0;
  }

  /** What the part gives where nothing came before it. */
  #alone(part: Ref): Ref {
    const known = this.#memory.alone(part);
    if (known !== NONE) return known;
    const from = this.#peers.length;
    this.#peers.push(part);
    const node = this.#node(this.#memory.empty, from, from + 1, undefined);
    this.#peers.cut(from);
    this.#memory.keepAlone(part, node);
    return node;
  }

  /** The node with what was noted about its children. */
  #changed(before: Ref, value: Ref, allowed: OperatorSet, from: number): Ref {
    const { arena } = this.#memory;
    const said = this.#said;
    const old = arena.chunkOf(before);
    const oldAt = positionIn(before);
    const count = old[oldAt + NODE.childCount] ?? 0;
    const oldKeys = old[oldAt + NODE.keys] ?? NONE;
    const added = this.#addedCount(from);
    const keys = added === 0 ? oldKeys : this.#longerKeys(oldKeys, count, added, from);
    const node = arena.allocate(NODE.children + count + added);
    const words = arena.chunkOf(node);
    const at = positionIn(node);
    const children = at + NODE.children;
    words[at + NODE.allowed] = allowed;
    words[at + NODE.value] = value;
    words[at + NODE.keys] = keys;
    words[at + NODE.childCount] = count + added;
    for (let child = 0; child < count; child++) words[children + child] = old[oldAt + NODE.children + child] ?? NONE;
    let kept = old[oldAt + NODE.keptCount] ?? 0;
    let end = children + count;
    for (let one = from; one < said.length; one += SAID_WORDS) {
      const child = said.at(one + SAID.result);
      if (child === NONE) continue;
      const position = said.at(one + SAID.position);
      const word = position === UNKNOWN ? end++ : children + position;
      // A child that is kept stays so: nothing unsets a value.
      if (!this.#memory.isKept(words[word] ?? NONE) && this.#memory.isKept(child)) kept++;
      words[word] = child;
    }
    words[at + NODE.keptCount] = kept;
    return node;
  }

  #addedCount(from: number): number {
    const said = this.#said;
    let added = 0;
    for (let at = from; at < said.length; at += SAID_WORDS) {
      if (said.at(at + SAID.position) === UNKNOWN && said.at(at + SAID.result) !== NONE) added++;
    }
    return added;
  }

  #longerKeys(base: Ref, baseCount: number, added: number, from: number): Ref {
    const { arena } = this.#memory;
    const said = this.#said;
    const keys = arena.allocate(KEYS.own + added * KEY_WORDS);
    arena.set(keys, KEYS.base, base);
    arena.set(keys, KEYS.baseCount, baseCount);
    arena.set(keys, KEYS.ownCount, added);
    let word: number = KEYS.own;
    for (let at = from; at < said.length; at += SAID_WORDS) {
      if (said.at(at + SAID.position) !== UNKNOWN || said.at(at + SAID.result) === NONE) continue;
      arena.set(keys, word++, said.at(at + SAID.key));
      arena.set(keys, word++, said.at(at + SAID.name));
    }
    return keys;
  }

  #childTrace(at: number, trace: NodeTrace): NodeTrace | undefined {
    const { keys, names } = this.#memory;
    return trace.child(keys.text(this.#said.at(at + SAID.key)), names.text(this.#said.at(at + SAID.name)));
  }

  #refuse(at: number, trace: NodeTrace): void {
    const memory = this.#memory;
    const key = memory.keys.text(this.#said.at(at + SAID.key));
    trace.keyRefused(memory.sourceOf(this.#said.at(at + SAID.part)), key);
    for (let next = this.#said.at(at + SAID.next); next !== NO_MORE; next = this.#further.at(next + 1)) {
      trace.keyRefused(memory.sourceOf(this.#further.at(next)), key);
    }
  }
}
