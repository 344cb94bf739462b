/**
 * A management policy as the merge wants it: keys folded to lower case, operators sorted out, values as text.
 *
 * Immutable; read once per content of a policy and shared by every account that the policy reaches.
 * Not here: reading (read-document.ts), what a policy type allows (schema/), merging (merge/).
 */
import type { JsonScalar, Position } from '../json/json-node.ts';
import type { OperatorSet } from './operators.ts';

export interface PolicyDocument {
  readonly root: PolicyNode;
  /** Line and column of an offset that a node or a trace names. */
  readonly positionOf: (offset: number) => Position;
}

/** One JSON object of the document. A setting has operators, a container has children; a fragment may have neither. */
export interface PolicyNode {
  readonly offset: number;
  readonly assign: WrittenValue | undefined;
  readonly append: WrittenValue | undefined;
  readonly remove: WrittenValue | undefined;
  readonly control: WrittenControl | undefined;
  /** By folded key, in the order written. */
  readonly children: ReadonlyMap<string, PolicyChild>;
}

export interface PolicyChild {
  /** The key as written. */
  readonly name: string;
  readonly offset: number;
  readonly node: PolicyNode;
}

export interface WrittenValue {
  /** The operator as written. */
  readonly name: string;
  readonly offset: number;
  /** A list is several values, even with one item; a scalar is exactly one. */
  readonly isList: boolean;
  /** With kind and spelling, for checks and diagnostics. */
  readonly scalars: readonly JsonScalar[];
  /** The same as text, which is how policies merge: `12`, `true` and `null` become strings. */
  readonly texts: readonly string[];
}

export interface WrittenControl {
  readonly offset: number;
  readonly allowed: OperatorSet;
}

/** Keys, operators and control values are compared without regard to letter case. */
export function folded(key: string): string {
  return key.toLowerCase();
}

/** The text a node's `@@assign` gives a single-valued setting below it; undefined if it gives none. */
export function assignedText(node: PolicyNode | undefined, ...path: readonly string[]): string | undefined {
  const assign = nodeAt(node, ...path)?.assign;
  return assign && !assign.isList ? assign.texts[0] : undefined;
}

export function nodeAt(node: PolicyNode | undefined, ...path: readonly string[]): PolicyNode | undefined {
  return path.reduce<PolicyNode | undefined>((at, key) => at?.children.get(key)?.node, node);
}
