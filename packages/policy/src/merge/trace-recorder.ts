/**
 * What the merge tells about one place while it goes on, if somebody listens.
 */
import type { Operator } from '../document/operators.ts';
import type { WrittenValue } from '../document/policy-document.ts';
import type { PartSource } from './merge-memory.ts';
import type { PlainValue } from './trace.ts';

export interface NodeTrace {
  /** The place below under a folded key; undefined if nobody listens there. */
  child(key: string, name: string): NodeTrace | undefined;
  assigned(by: PartSource, value: WrittenValue, before: PlainValue | undefined): void;
  outranked(loser: PartSource, value: WrittenValue, winner: PartSource, winning: WrittenValue): void;
  appended(by: PartSource, value: WrittenValue, added: readonly string[]): void;
  removed(by: PartSource, value: WrittenValue, removed: readonly string[]): void;
  refused(asking: PartSource, operator: Operator, value: WrittenValue): void;
  keyRefused(asking: PartSource, key: string): void;
  controlled(by: PartSource): void;
}
