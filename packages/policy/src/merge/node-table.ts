/**
 * Children by key, made to be copied often: the keys are shared among all copies that have the same ones.
 *
 * A merge copies a table for each container that a policy speaks of; two arrays cost a fifth of a Map in time and
 * memory. To readers it is a Map that never changes.
 */

/** From so many keys on, a key is found by a Map and not by looking at each. */
const INDEXED_MIN = 12;

export class KeyList {
  static readonly EMPTY = new KeyList([]);

  readonly keys: readonly string[];
  /** The list that this one adds keys to: its index is shared by all that do. */
  readonly #base: KeyList | undefined;
  #positions: Map<string, number> | undefined;

  constructor(keys: readonly string[], base?: KeyList) {
    this.keys = keys;
    this.#base = base && base.keys.length >= INDEXED_MIN ? base : undefined;
  }

  with(newKeys: readonly string[]): KeyList {
    return new KeyList([...this.keys, ...newKeys], this);
  }

  /** -1 if it is not there. */
  positionOf(key: string): number {
    if (this.keys.length < INDEXED_MIN) return this.keys.indexOf(key);
    if (!this.#base) {
      this.#positions ??= new Map(this.keys.map((one, position) => [one, position]));
      return this.#positions.get(key) ?? -1;
    }
    const position = this.#base.positionOf(key);
    return position === -1 ? this.keys.indexOf(key, this.#base.keys.length) : position;
  }
}

/** A Map for readers; subclasses say what is in it. */
export abstract class ReadonlyTable<T> implements ReadonlyMap<string, T> {
  abstract readonly size: number;
  abstract get(key: string): T | undefined;
  abstract entries(): Generator<[string, T], undefined>;

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  *keys(): Generator<string, undefined> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): Generator<T, undefined> {
    for (const [, value] of this.entries()) yield value;
  }

  forEach(callback: (value: T, key: string, map: ReadonlyMap<string, T>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }

  [Symbol.iterator](): Generator<[string, T], undefined> {
    return this.entries();
  }
}

export class NodeTable<T> extends ReadonlyTable<T> {
  readonly list: KeyList;
  readonly nodes: readonly T[];

  constructor(list: KeyList, nodes: readonly T[]) {
    super();
    this.list = list;
    this.nodes = nodes;
  }

  get size(): number {
    return this.nodes.length;
  }

  get(key: string): T | undefined {
    const position = this.list.positionOf(key);
    return position === -1 ? undefined : this.nodes[position];
  }

  *entries(): Generator<[string, T], undefined> {
    for (let at = 0; at < this.nodes.length; at++) {
      const [key, node] = [this.list.keys[at], this.nodes[at]];
      if (key !== undefined && node !== undefined) yield [key, node];
    }
  }
}
