/**
 * The value of one setting after one more level of the organization tree.
 *
 * Pure: the same policies merge to the same value in server, CLI and browser.
 * Source: organizations spec 4.3, rules R1 to R9, R15.
 */
import { present } from '@holdfast/kernel';
import { allows, OPERATORS, type Operator, type OperatorSet } from '../document/operators.ts';
import type { WrittenValue } from '../document/policy-document.ts';
import { NONE, type Ref } from './arena.ts';
import {
  type MergeMemory,
  PART,
  type PartSource,
  SAYS_APPEND,
  SAYS_ASSIGN,
  SAYS_REMOVE,
  VALUE,
} from './merge-memory.ts';
import type { NumberStack } from './number-stack.ts';
import { Stamps } from './stamps.ts';
import type { NodeTrace } from './trace-recorder.ts';

export class ValueMerge {
  readonly #memory: MergeMemory;
  readonly #peers: NumberStack;
  readonly #stamps = new Stamps();
  /** Of the value that is being made: numbers of texts, and of the policies that shaped it. */
  #texts: number[] = [];
  #shapers: number[] = [];

  constructor(memory: MergeMemory, peers: NumberStack) {
    this.#memory = memory;
    this.#peers = peers;
  }

  /**
   * What the peers between `from` and `to`, in order of attachment, make of a value; the same if they leave it alone.
   * `said`: what any of them says.
   */
  merge(before: Ref, open: OperatorSet, said: number, from: number, to: number, trace: NodeTrace | undefined): Ref {
    if (trace) this.#tellRefused(open, from, to, trace);
    let value = before;
    // R7: what may not be done is passed over.
    // R2: one assignment, then all appends, then all removals, in whatever order their policies were attached.
    if ((said & SAYS_ASSIGN) !== 0 && allows(open, 'assign')) value = this.#assign(value, from, to, trace);
    if ((said & SAYS_APPEND) !== 0 && allows(open, 'append')) value = this.#append(value, from, to, trace);
    if ((said & SAYS_REMOVE) !== 0 && allows(open, 'remove')) value = this.#remove(value, from, to, trace);
    return value;
  }

  #tellRefused(open: OperatorSet, from: number, to: number, trace: NodeTrace): void {
    for (const operator of OPERATORS) {
      if (allows(open, operator)) continue;
      for (let at = from; at < to; at++) {
        const source = this.#memory.sourceOf(this.#peers.at(at));
        const value = source.node[operator];
        if (value) trace.refused(source, operator, value);
      }
    }
  }

  /** R1: of several, the policy attached first wins. */
  #assign(before: Ref, from: number, to: number, trace: NodeTrace | undefined): Ref {
    let winner: Ref = NONE;
    for (let at = from; at < to; at++) {
      const part = this.#peers.at(at);
      if (this.#memory.arena.get(part, PART.assigned) === NONE) continue;
      if (winner === NONE) {
        winner = part;
        if (trace) this.#tellAssigned(part, before, trace);
      } else if (trace) {
        const [loser, winning] = [this.#memory.sourceOf(part), this.#memory.sourceOf(winner)];
        trace.outranked(loser, written(loser, 'assign'), winning, written(winning, 'assign'));
      }
    }
    return this.#memory.arena.get(winner, PART.assigned);
  }

  #tellAssigned(part: Ref, before: Ref, trace: NodeTrace): void {
    const source = this.#memory.sourceOf(part);
    trace.assigned(source, written(source, 'assign'), this.#memory.plainValue(before));
  }

  /** R4: what is there already is left out, what is new goes to the end. */
  #append(before: Ref, from: number, to: number, trace: NodeTrace | undefined): Ref {
    this.#start(before);
    const sizeBefore = this.#texts.length;
    for (const text of this.#texts) this.#stamps.set(text, 1);
    for (let at = from; at < to; at++) {
      const part = this.#peers.at(at);
      const appended = this.#memory.arena.get(part, PART.appended);
      if (appended === NONE) continue;
      const size = this.#texts.length;
      this.#eachText(appended, (text) => {
        if (this.#stamps.get(text) !== -1) return;
        this.#stamps.set(text, 1);
        this.#texts.push(text);
      });
      if (this.#texts.length > size) this.#shapedBy(appended);
      if (trace) this.#tellItems(part, 'append', this.#texts.slice(size), trace);
    }
    return this.#texts.length === sizeBefore ? before : this.#made();
  }

  /** R6: removing what is not there does nothing; a list that was never set stays unset. */
  #remove(before: Ref, from: number, to: number, trace: NodeTrace | undefined): Ref {
    const isList = before !== NONE && this.#memory.arena.get(before, VALUE.isList) === 1;
    this.#start(before);
    if (!isList) this.#texts = [];
    const sizeBefore = this.#texts.length;
    for (let at = from; at < to; at++) {
      const part = this.#peers.at(at);
      const named = this.#memory.arena.get(part, PART.removed);
      if (named === NONE) continue;
      this.#stamps.start(this.#memory.texts.length);
      this.#eachText(named, (text) => this.#stamps.set(text, 1));
      const items = this.#texts;
      this.#texts = items.filter((text) => this.#stamps.get(text) === -1);
      if (this.#texts.length < items.length) this.#shapedBy(named);
      if (trace)
        this.#tellItems(
          part,
          'remove',
          items.filter((text) => this.#stamps.get(text) !== -1),
          trace,
        );
    }
    return this.#texts.length === sizeBefore ? before : this.#made();
  }

  /** A peer added items or took some away, as its own value says. */
  #tellItems(part: Ref, operator: 'append' | 'remove', items: readonly number[], trace: NodeTrace): void {
    const source = this.#memory.sourceOf(part);
    const texts = items.map((text) => this.#memory.texts.text(text));
    if (operator === 'append') trace.appended(source, written(source, operator), texts);
    else trace.removed(source, written(source, operator), texts);
  }

  /** Adds the policy whose value did something. */
  #shapedBy(value: Ref): void {
    const { arena } = this.#memory;
    const policy = arena.get(value, VALUE.numbers + arena.get(value, VALUE.textCount));
    if (!this.#shapers.includes(policy)) this.#shapers.push(policy);
  }

  #start(before: Ref): void {
    const { arena, texts } = this.#memory;
    this.#stamps.start(texts.length);
    this.#texts = [];
    this.#shapers = [];
    if (before === NONE) return;
    this.#eachText(before, (text) => this.#texts.push(text));
    const [first, count] = [arena.get(before, VALUE.textCount), arena.get(before, VALUE.shaperCount)];
    for (let at = 0; at < count; at++) this.#shapers.push(arena.get(before, VALUE.numbers + first + at));
  }

  #eachText(value: Ref, visit: (text: number) => void): void {
    const { arena } = this.#memory;
    const count = arena.get(value, VALUE.textCount);
    for (let at = 0; at < count; at++) visit(arena.get(value, VALUE.numbers + at));
  }

  #made(): Ref {
    return this.#memory.value(true, this.#texts, this.#shapers);
  }
}

function written({ node }: PartSource, operator: Operator): WrittenValue {
  return present(node[operator], `value of ${operator}`);
}
