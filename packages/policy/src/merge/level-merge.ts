/**
 * The merge of one level: policies, ready to be merged, onto a node and all below it.
 *
 * Nothing is written for what stays as it is. What a node needs while it is worked on stands on stacks of numbers.
 * Not here: the value of one setting (merge-value.ts).
 * Source: organizations spec 4.3, normative.
 */
import { ALL_OPERATORS, intersection, type OperatorSet, opensContainer } from '../document/operators.ts';
import { NONE, type Ref } from './arena.ts';
import {
  KEY_WORDS,
  KEYS,
  type MergeMemory,
  NODE,
  PART,
  PART_CHILD_WORDS,
  SAYS_ASSIGN,
  SAYS_CONTROL,
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
    const value = this.#values.merge(oldValue, open, from, to, trace);
    const allowed = this.#allowed(open, from, to, trace);
    const [said, further] = [this.#said.length, this.#further.length];
    this.#collectSaid(from, to);
    this.#findPositions(before, said);
    const isSame = !this.#children(before, said, open, trace) && value === oldValue && allowed === open;
    const merged = isSame ? before : this.#changed(before, value, allowed, said);
    this.#said.cut(said);
    this.#further.cut(further);
    return merged;
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

  #collectSaid(from: number, to: number): void {
    const isAlone = to - from === 1;
    if (!isAlone) this.#stamps.start(this.#memory.keys.length);
    for (let at = from; at < to; at++) {
      const part = this.#peers.at(at);
      const count = this.#memory.arena.get(part, PART.childCount);
      for (let child = 0; child < count; child++) this.#say(part, PART.children + child * PART_CHILD_WORDS, isAlone);
    }
  }

  #say(part: Ref, word: number, isAlone: boolean): void {
    const { arena } = this.#memory;
    const key = arena.get(part, word);
    const child = arena.get(part, word + 2);
    const said = isAlone ? -1 : this.#stamps.get(key);
    if (said !== -1) {
      this.#sayToo(said, child);
      return;
    }
    if (!isAlone) this.#stamps.set(key, this.#said.length);
    this.#said.push(key);
    this.#said.push(arena.get(part, word + 1));
    this.#said.push(child);
    this.#said.push(NO_MORE);
    this.#said.push(UNKNOWN);
    this.#said.push(NONE);
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
    const { arena } = this.#memory;
    this.#stamps.start(this.#memory.keys.length);
    for (let list = keys; list !== NONE; list = arena.get(list, KEYS.base)) {
      const baseCount = arena.get(list, KEYS.baseCount);
      const own = arena.get(list, KEYS.ownCount);
      for (let at = 0; at < own; at++) this.#stamps.set(arena.get(list, KEYS.own + at * KEY_WORDS), baseCount + at);
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
    const count = arena.get(before, NODE.childCount);
    let added = 0;
    for (let at = from; at < said.length; at += SAID_WORDS) {
      if (said.at(at + SAID.position) === UNKNOWN && said.at(at + SAID.result) !== NONE) added++;
    }
    const node = arena.allocate(NODE.children + count + added);
    arena.set(node, NODE.allowed, allowed);
    arena.set(node, NODE.value, value);
    arena.set(node, NODE.keys, added === 0 ? arena.get(before, NODE.keys) : this.#longerKeys(before, added, from));
    arena.set(node, NODE.childCount, count + added);
    arena.copy(before, node, NODE.children, count);
    let kept = arena.get(before, NODE.keptCount);
    let end = NODE.children + count;
    for (let at = from; at < said.length; at += SAID_WORDS) {
      const child = said.at(at + SAID.result);
      if (child === NONE) continue;
      const position = said.at(at + SAID.position);
      const word = position === UNKNOWN ? end++ : NODE.children + position;
      // A child that is kept stays so: nothing unsets a value.
      if (this.#memory.isKept(child) && !this.#memory.isKept(arena.get(node, word))) kept++;
      arena.set(node, word, child);
    }
    arena.set(node, NODE.keptCount, kept);
    return node;
  }

  #longerKeys(before: Ref, added: number, from: number): Ref {
    const { arena } = this.#memory;
    const said = this.#said;
    const keys = arena.allocate(KEYS.own + added * KEY_WORDS);
    arena.set(keys, KEYS.base, arena.get(before, NODE.keys));
    arena.set(keys, KEYS.baseCount, arena.get(before, NODE.childCount));
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
