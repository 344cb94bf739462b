/**
 * The form of the generated tables of lengths, ranges, patterns and enums (`tools/generate-constraints.ts`).
 *
 * The SDK's schemas hold none of these. What is required, and of which type, the SDK knows itself.
 */

export interface Constraint {
  /** Code points of a string, bytes of a blob, items of a list, entries of a map. */
  readonly length?: Bounds;
  readonly range?: Bounds;
  /** As in the model, for messages; `regex` is what is tested. */
  readonly pattern?: string;
  /** A JavaScript regular expression (flags `u`), each branch anchored. Only where it differs from `pattern`. */
  readonly regex?: string;
  readonly values?: readonly string[];
  /** Bits of an integer; a number without it may have a fraction. */
  readonly integer?: 32 | 64;
  /** Names of the constraints on a list's items and a map's keys and values. */
  readonly item?: string;
  readonly key?: string;
  readonly value?: string;
}

/** Both ends belong to what is allowed; null is no limit. */
export type Bounds = readonly [least: number | null, most: number | null];

export interface ConstraintTable {
  readonly shapes: Readonly<Record<string, Constraint>>;
  /** By structure and member: the name of the constraint. */
  readonly members: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
