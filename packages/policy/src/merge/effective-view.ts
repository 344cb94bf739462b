/**
 * Merged nodes looked at as an effective document: to readers a Map that never changes, with nothing copied.
 */
import type { EffectiveValue } from '../effective/effective-document.ts';
import { NONE, type Ref } from './arena.ts';
import { type MergeMemory, NODE } from './merge-memory.ts';

/** The part of a document at a node; undefined if nothing of it appears. */
export function effectiveOf(memory: MergeMemory, node: Ref): EffectiveValue | undefined {
  if (!memory.isKept(node)) return undefined;
  return memory.plainValue(memory.arena.get(node, NODE.value)) ?? new EffectiveView(memory, node);
}

/** From so many children on, a key is found by a table. */
const INDEXED_MIN = 16;

class EffectiveView implements ReadonlyMap<string, EffectiveValue> {
  readonly #memory: MergeMemory;
  readonly #node: Ref;
  #index: Map<string, Ref> | undefined;

  constructor(memory: MergeMemory, node: Ref) {
    this.#memory = memory;
    this.#node = node;
  }

  get size(): number {
    return this.#memory.arena.get(this.#node, NODE.keptCount);
  }

  get(key: string): EffectiveValue | undefined {
    return effectiveOf(this.#memory, this.#child(key));
  }

  has(key: string): boolean {
    return this.#memory.isKept(this.#child(key));
  }

  *entries(): Generator<[string, EffectiveValue], undefined> {
    for (const [key, child] of this.#children()) {
      const value = effectiveOf(this.#memory, child);
      if (value !== undefined) yield [key, value];
    }
  }

  *keys(): Generator<string, undefined> {
    for (const [key, child] of this.#children()) if (this.#memory.isKept(child)) yield key;
  }

  *values(): Generator<EffectiveValue, undefined> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(callback: (value: EffectiveValue, key: string, map: ReadonlyMap<string, EffectiveValue>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }

  [Symbol.iterator](): Generator<[string, EffectiveValue], undefined> {
    return this.entries();
  }

  #child(key: string): Ref {
    const { arena, keys } = this.#memory;
    if (arena.get(this.#node, NODE.childCount) >= INDEXED_MIN) return this.#children().get(key) ?? NONE;
    const number = keys.find(key);
    return number === undefined ? NONE : this.#memory.child(this.#node, number);
  }

  #children(): ReadonlyMap<string, Ref> {
    if (this.#index) return this.#index;
    const { arena, keys } = this.#memory;
    const index = new Map<string, Ref>();
    this.#memory.eachKey(arena.get(this.#node, NODE.keys), (key, position) => {
      index.set(keys.text(key), arena.get(this.#node, NODE.children + position));
    });
    this.#index = index;
    return index;
  }
}
