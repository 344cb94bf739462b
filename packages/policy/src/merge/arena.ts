/**
 * Flat memory for records of whole numbers, each found by its reference.
 *
 * Evaluating a large organization makes millions of nodes. As objects each would be copied twice and visited again and
 * again by the garbage collector, which then costs more than the merge; records in flat memory it never sees. A chunk
 * is freed once no arena holds it.
 * Not here: what the records mean (merge-memory.ts).
 */
import { assert } from '@holdfast/kernel';

/** Where a record begins: number of its chunk and position in it. */
export type Ref = number;

/** No record is there. */
export const NONE: Ref = 0;

const CHUNK_BITS = 16;
const CHUNK_WORDS = 1 << CHUNK_BITS;
const POSITION_MASK = CHUNK_WORDS - 1;
/** References are not negative. */
const CHUNKS_MAX = 1 << (31 - CHUNK_BITS);
/** The first chunk is small, as most arenas are; each further one twice as large. */
const FIRST_CHUNK_WORDS = 1 << 9;
const NO_CHUNK = new Int32Array(0);

/** Where a record begins in its chunk. */
export function positionIn(ref: Ref): number {
  return ref & POSITION_MASK;
}

export class Arena {
  readonly #chunks: Int32Array[];
  readonly #chunksOfBase: number;
  /** Of the last chunk. */
  #used: number;
  #room: number;

  /** With a base, all its records are here too; neither sees what the other adds from now on. */
  constructor(base?: Arena) {
    this.#chunks = base ? base.#chunks.slice() : [];
    this.#chunksOfBase = this.#chunks.length;
    this.#used = 0;
    this.#room = 0;
  }

  /** A record of zeros. */
  allocate(words: number): Ref {
    if (this.#used + words > this.#room) this.#addChunk(words);
    const ref = ((this.#chunks.length - 1) << CHUNK_BITS) | this.#used;
    this.#used += words;
    return ref;
  }

  get(ref: Ref, field: number): number {
    return this.#chunks[ref >>> CHUNK_BITS]?.[(ref & POSITION_MASK) + field] ?? 0;
  }

  set(ref: Ref, field: number, value: number): void {
    (this.#chunks[ref >>> CHUNK_BITS] ?? NO_CHUNK)[(ref & POSITION_MASK) + field] = value;
  }

  /** The chunk of a record, for work on many of its fields: they begin at `positionIn` of it. */
  chunkOf(ref: Ref): Int32Array {
    return this.#chunks[ref >>> CHUNK_BITS] ?? NO_CHUNK;
  }

  isOfBase(ref: Ref): boolean {
    return ref >>> CHUNK_BITS < this.#chunksOfBase;
  }

  /** A record may be longer than a chunk: it then has one of its own. */
  #addChunk(words: number): void {
    const isFirst = this.#chunks.length === 0;
    const own = this.#chunks.length - this.#chunksOfBase;
    const room = Math.min(FIRST_CHUNK_WORDS << Math.min(own, CHUNK_BITS), CHUNK_WORDS);
    this.#chunks.push(new Int32Array(Math.max(room, words + 1)));
    assert(this.#chunks.length <= CHUNKS_MAX, 'an arena holds at most 8 GiB');
    // INVARIANT: the first word of all is no record, so that NONE is none.
    this.#used = isFirst ? 1 : 0;
    this.#room = Math.max(room, words + 1);
  }
}
