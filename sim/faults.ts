/**
 * Faults with a probability each, drawn from a seed, counted: a fault that never fired proves nothing.
 */
import { type Random, seededRandom } from '@holdfast/kernel';

export class Faults<Name extends string> {
  readonly #random: Random;
  readonly #probability: Readonly<Record<Name, number>>;
  readonly #hits: Set<string>;

  constructor(seed: number, probability: Readonly<Record<Name, number>>, hits: Set<string>) {
    this.#random = seededRandom(seed);
    this.#probability = probability;
    this.#hits = hits;
  }

  /** A number from 0 to 1, without 1. */
  draw(): number {
    const [high = 0, low = 0] = this.#random.bytes(2);
    return (high * 256 + low) / 65_536;
  }

  /** Whether the fault is tried now. Whoever tries it says with `hit` when it had something to strike. */
  strikes(name: Name): boolean {
    return this.draw() < this.#probability[name];
  }

  hit(name: Name): void {
    this.#hits.add(name);
  }
}
