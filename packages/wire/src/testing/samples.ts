/**
 * Values of any shape, made so that a mistake on the way shows: every scalar differs, texts hold what encodings stumble
 * over.
 */
import { unreachable } from '@holdfast/kernel';
import type { Shape, StructureShape } from '../shape.ts';

export type Extent = 'required' | 'everything';

/** Shapes may hold themselves: below this depth optional members are left out. */
const DEPTH_MAX = 5;
const KEYS = ['a key/with & signs', 'constructor'];

export function sampleOf(structure: StructureShape, extent: Extent): Record<string, unknown> {
  return new Sampler(extent).structure(structure, 0);
}

class Sampler {
  readonly #extent: Extent;
  #count = 0;

  constructor(extent: Extent) {
    this.#extent = extent;
  }

  structure({ members, union }: StructureShape, depth: number): Record<string, unknown> {
    const wanted = union ? [] : members.filter(({ required }) => required || this.#wants(depth));
    // A form cannot tell a structure without members from one that is absent.
    const chosen = wanted.length === 0 && depth > 0 ? members.slice(0, 1) : wanted;
    return Object.fromEntries(chosen.map((member) => [member.name, this.#value(member.shape(), depth + 1)]));
  }

  #wants(depth: number): boolean {
    return this.#extent === 'everything' && depth < DEPTH_MAX;
  }

  #value(shape: Shape, depth: number): unknown {
    this.#count += 1;
    switch (shape.kind) {
      case 'string':
        return `${this.#count} é 日本 \u{1F600} <&"'> /?#[]@!$()*+,;=% ~tilde`;
      case 'number':
        return this.#count;
      case 'boolean':
        return this.#count % 2 === 0;
      case 'timestamp':
        return new Date(Date.UTC(2030, 2, 20, 5, 0, 0) + this.#count * 61_007);
      case 'blob':
        return Uint8Array.from([0, 255, 128, this.#count % 256]);
      case 'list':
        return depth > DEPTH_MAX ? [] : [this.#value(shape.item, depth), this.#value(shape.item, depth)];
      case 'map':
        return depth > DEPTH_MAX ? {} : Object.fromEntries(KEYS.map((key) => [key, this.#value(shape.value, depth)]));
      case 'structure':
        return this.structure(shape, depth);
      default:
        return unreachable(shape);
    }
  }
}
