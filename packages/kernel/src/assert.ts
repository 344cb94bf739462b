/**
 * Bugs, as opposed to failures: a broken assumption of ours crashes the unit of work and is never caught to be ignored.
 */

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Bug: ${message}`);
}

/** The end of every switch over a union: a new member fails to compile here. */
export function unreachable(value: never): never {
  throw new Error(`Bug: unexpected ${JSON.stringify(value)}`);
}

/** The value, or a crash when our own reasoning said that it must be there. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`Bug: ${what} is missing`);
  return value;
}
