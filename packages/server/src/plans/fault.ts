/**
 * What is wrong with a plan or a selection. Services turn it into AWS's errors, the reconciler into a recorded fact.
 */
export interface Fault {
  readonly kind: 'invalid' | 'missing' | 'limit';
  readonly message: string;
  /** The name of the rule at fault. */
  readonly rule?: string;
}
