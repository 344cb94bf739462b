/**
 * What is wrong with a policy's content, where, and what to do about it. AWS only says that it is malformed.
 */
import type { Position } from '../json/json-node.ts';

export type DiagnosticCode =
  | 'json-syntax'
  | 'json-duplicate-key'
  | 'json-too-deep'
  /** Two keys of one object differ only in letter case. */
  | 'key-collision'
  /** The document, or a value where a node is due, is not an object. */
  | 'not-an-object'
  /** A key beginning with `@@` that is no operator. */
  | 'unknown-operator'
  /** An operator's value has the wrong kind: an object, a list in a list, null, a list for a single value. */
  | 'operator-value'
  /** The operator has no place here: on a container, or append and remove on a single-valued setting. */
  | 'operator-not-allowed'
  /** A list of child controls that is empty, repeats itself or names something else. */
  | 'control-value'
  | 'unknown-key'
  | 'missing-key'
  /** A user-chosen key breaks the rule for its place. */
  | 'key-name'
  | 'value'
  | 'too-few-elements'
  | 'too-many-elements'
  /** Settings that are fine alone and refused together. */
  | 'conflict'
  | 'schedule-interval'
  | 'schedule-ended';

export interface Diagnostic extends Position {
  readonly code: DiagnosticCode;
  readonly severity: 'error';
  /** Keys as written, from the root to the fault. */
  readonly path: readonly string[];
  readonly message: string;
  readonly suggestion?: string;
}

/** A diagnostic before its line and column are worked out. */
export interface Finding {
  readonly code: DiagnosticCode;
  readonly offset: number;
  readonly path: readonly string[];
  readonly message: string;
  readonly suggestion?: string;
}

/** More than anybody reads; a hostile document must not cost more than this. */
export const DIAGNOSTICS_MAX = 100;

export function diagnosticsOf(
  findings: readonly Finding[],
  positionOf: (offset: number) => Position,
): readonly Diagnostic[] {
  return findings
    .toSorted((a, b) => a.offset - b.offset)
    .slice(0, DIAGNOSTICS_MAX)
    .map(({ offset, ...finding }) => ({ ...finding, severity: 'error', ...positionOf(offset) }));
}
