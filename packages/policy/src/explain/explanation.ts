/**
 * Why an effective policy is as it is, as data: a tree of its values, each with where it comes from and what lost.
 */
import type { Operator } from '../document/operators.ts';
import type { EffectiveError } from '../effective/effective-error.ts';
import type { PlainValue } from '../merge/trace.ts';
import type { ManagementPolicyType } from '../policy-types.ts';

export interface Explanation {
  readonly accountId: string;
  readonly type: ManagementPolicyType;
  /** Of the whole document; with any, the document is withheld and the last valid one stays in force. */
  readonly errors: readonly EffectiveError[];
  /** From the root down to the account. */
  readonly levels: readonly ExplainedLevel[];
  /** What was asked for; undefined if no policy speaks of it. */
  readonly root: ExplainedNode | undefined;
}

export interface ExplainedLevel {
  readonly nodeId: string;
  readonly nodeName: string;
  readonly kind: 'root' | 'unit' | 'account';
  /** In order of attachment, if `order` says that it is known. */
  readonly policies: readonly { readonly id: string; readonly name: string }[];
  readonly order: 'attachment' | 'unknown';
}

export interface ExplainedNode {
  /** Keys as the effective document has them. */
  readonly path: readonly string[];
  /** The last key as the first policy spelled it. */
  readonly name: string;
  readonly kind: 'container' | 'single' | 'list';
  /** Of a setting as it stands in the document; absent if nothing set it. */
  readonly value: PlainValue | undefined;
  /** Of a list: each item with who brought it. */
  readonly items: readonly ExplainedItem[];
  /** The policy type gives the value where policies give none. */
  readonly isDefault: boolean;
  /** Nothing of it appears in the effective document. */
  readonly isPruned: boolean;
  /** Everyone whom the present value comes from. */
  readonly setBy: readonly Place[];
  /** What policies wanted here and did not get, or had and lost; in the order in which it happened. */
  readonly lost: readonly Loss[];
  /** What lower levels may do here, by whom. */
  readonly locks: readonly Lock[];
  readonly children: readonly ExplainedNode[];
}

export interface ExplainedItem {
  readonly text: string;
  readonly origin: Place;
}

/** A place in an attached policy. */
export interface Place {
  readonly policyId: string;
  readonly policyName: string;
  /** The root, unit or account that the policy is attached to. */
  readonly nodeId: string;
  readonly nodeName: string;
  readonly line: number;
  readonly column: number;
}

export interface Lock {
  readonly origin: Place;
  readonly allowed: readonly Operator[];
}

export interface Loss {
  /**
   * `replaced`: a level below assigned anew. `outranked`: a policy attached earlier to the same node assigned it.
   * `removed`: items that someone took away. `refused`, `key-refused`: a control above forbade it.
   */
  readonly kind: 'replaced' | 'outranked' | 'removed' | 'refused' | 'key-refused';
  /** What was lost or asked for; of a refused key the key. */
  readonly value: PlainValue;
  readonly operator: Operator | undefined;
  /** Who said it. */
  readonly origin: Place;
  /** Who won: the other policy, or the controls that forbid it. */
  readonly by: readonly Place[];
  /** The snapshot does not know the order of attachment, on which the outcome depends. */
  readonly isOrderUnknown: boolean;
}
