/**
 * What is wrong with an input, collected while it is read, and where the reader stands.
 */
import type { Violation } from '../contract.ts';

/**
 * Further violations are not kept: one answer needs one, and a body of a million wrong items must not become a million
 * objects.
 */
const MAX_VIOLATIONS = 50;

export class Problems {
  readonly violations: Violation[] = [];
  readonly #path: (string | number)[] = [];

  add(rule: Violation['rule'], value: unknown): void {
    if (this.violations.length < MAX_VIOLATIONS) this.violations.push({ path: [...this.#path], rule, value });
  }

  /** Reads a part that stands at `step` below the present place. */
  within<T>(step: string | number, read: () => T): T {
    this.#path.push(step);
    const value = read();
    this.#path.pop();
    return value;
  }
}
