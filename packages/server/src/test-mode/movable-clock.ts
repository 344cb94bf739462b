/**
 * The clock of test mode: the machine's, moved ahead. It stands still while what became due is worked off, so that each
 * thing happens at the moment it was due, and runs on from wherever it was left.
 */
import type { Clock, Instant } from '@holdfast/kernel';

export class MovableClock implements Clock {
  readonly #machine: Clock;
  #aheadMs = 0;
  #standing: Instant | undefined;

  constructor(machine: Clock) {
    this.#machine = machine;
  }

  now(): Instant {
    return this.#standing ?? this.#machine.now() + this.#aheadMs;
  }

  /** How far the clock is ahead of the machine's. */
  get aheadMs(): number {
    return this.now() - this.#machine.now();
  }

  standAt(at: Instant): void {
    this.#standing = at;
  }

  /** From where it stands. */
  run(): void {
    this.#aheadMs = this.aheadMs;
    this.#standing = undefined;
  }

  /** The machine's time again. */
  reset(): void {
    this.#aheadMs = 0;
    this.#standing = undefined;
  }
}
