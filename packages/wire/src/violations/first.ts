/**
 * Which of several broken rules an answer tells of, for services that tell of one: what could not even be read, then
 * what is missing, then the rest in the order of the model's members.
 */
import { AwsError } from '../aws-error.ts';
import { Serialization } from '../common-errors.ts';
import type { Violation } from '../contract.ts';

export type Violations = readonly [Violation, ...Violation[]];

export function mostBasic(violations: Violations): Violation {
  const byKind = (kind: Violation['rule']['kind']) => violations.find(({ rule }) => rule.kind === kind);
  return byKind('type') ?? byKind('required') ?? violations[0];
}

export function serializationError(expected: string, value: unknown): AwsError {
  return new AwsError(Serialization, `${wireType(value)} cannot be converted to ${expected}`);
}

/** What stood on the wire, in the words of AWS's JSON reader; never the value itself. */
function wireType(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  if (Array.isArray(value)) return 'START_ARRAY';
  return typeof value === 'object' ? 'START_OBJECT' : `${typeof value}_VALUE`.toUpperCase();
}
