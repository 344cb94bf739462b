/**
 * The trace of a merge: where each value comes from, what it replaced, and what was refused by which control.
 *
 * Replaying the events `assigned`, `appended` and `removed` of a node in order gives its value.
 */
import type { Operator } from '../document/operators.ts';

/** One place in one attached policy. */
export interface Origin {
  readonly policyId: string;
  /** The root, OU or account that the policy is attached to. */
  readonly nodeId: string;
  /** In the policy's text; `document.positionOf` makes a line and column of it. */
  readonly offset: number;
}

/** A control on children, in force below the level that wrote it. */
export interface AppliedControl {
  readonly origin: Origin;
  readonly allowed: readonly Operator[];
}

export type PlainValue = string | readonly string[];

export type TraceEvent = Readonly<
  | { kind: 'assigned'; origin: Origin; value: PlainValue; replaced: PlainValue | undefined }
  /** `present`: items left out because they were there already. */
  | { kind: 'appended'; origin: Origin; items: readonly string[]; present: readonly string[] }
  /** `absent`: items that were not there to remove. */
  | { kind: 'removed'; origin: Origin; items: readonly string[]; absent: readonly string[] }
  /** Another policy of the same level assigned first. */
  | { kind: 'outranked'; origin: Origin; value: PlainValue; by: Origin }
  /** `by`: the controls above that do not allow the operator. Never empty. */
  | { kind: 'refused'; origin: Origin; operator: Operator; value: PlainValue; by: readonly AppliedControl[] }
  /** A key, with all below it, that controls above do not let be added to this container. `by` is never empty. */
  | { kind: 'key-refused'; origin: Origin; key: string; by: readonly AppliedControl[] }
  | { kind: 'controlled'; origin: Origin; allowed: readonly Operator[] }
>;
