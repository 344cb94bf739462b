/**
 * What the merge tells about one place while it goes on, if somebody listens.
 */
import type { Operator } from '../document/operators.ts';
import type { WrittenControl, WrittenValue } from '../document/policy-document.ts';
import type { MergedValue } from './merged-node.ts';
import type { PolicyPart } from './policy-part.ts';

export interface NodeTrace {
  /** The place below under a folded key; undefined if nobody listens there. */
  child(key: string, name: string): NodeTrace | undefined;
  assigned(by: PolicyPart, value: WrittenValue, before: MergedValue | undefined): void;
  outranked(loser: PolicyPart, value: WrittenValue, winner: PolicyPart): void;
  appended(by: PolicyPart, value: WrittenValue, added: readonly string[]): void;
  removed(by: PolicyPart, value: WrittenValue, removed: readonly string[]): void;
  refused(asking: PolicyPart, operator: Operator, value: WrittenValue): void;
  keyRefused(asking: PolicyPart, key: string): void;
  controlled(by: PolicyPart, control: WrittenControl): void;
}
