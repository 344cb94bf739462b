/**
 * The operators of management policies and sets of them.
 * Source: organizations spec 4.1; letter case as recorded (recorded rules A.2.5, B.3.6).
 */

export type Operator = 'assign' | 'append' | 'remove';

/** Which operators a level may still use: a bit each, so that intersecting two controls is one step. */
export type OperatorSet = number;

const BIT: Readonly<Record<Operator, OperatorSet>> = { assign: 1, append: 2, remove: 4 };

export const OPERATORS: readonly Operator[] = ['assign', 'append', 'remove'];
export const NO_OPERATORS: OperatorSet = 0;
export const ALL_OPERATORS: OperatorSet = 7;

export function allows(set: OperatorSet, operator: Operator): boolean {
  return (set & BIT[operator]) !== 0;
}

/** Whether new keys may be added to a container: assign and append open it, remove alone does not (rule R12). */
export function opensContainer(set: OperatorSet): boolean {
  return (set & (BIT.assign | BIT.append)) !== 0;
}

export function intersection(a: OperatorSet, b: OperatorSet): OperatorSet {
  return a & b;
}

export function union(a: OperatorSet, b: OperatorSet): OperatorSet {
  return a | b;
}

export function operatorsOf(set: OperatorSet): readonly Operator[] {
  return OPERATORS.filter((operator) => allows(set, operator));
}

/** By the names they bear in a control's list, in lower case. */
export const CONTROL_VALUES: ReadonlyMap<string, OperatorSet> = new Map([
  ['@@all', ALL_OPERATORS],
  ['@@none', NO_OPERATORS],
  ['@@assign', BIT.assign],
  ['@@append', BIT.append],
  ['@@remove', BIT.remove],
]);

/** By the names they bear as keys, in lower case. */
export const OPERATOR_KEYS: ReadonlyMap<string, Operator> = new Map([
  ['@@assign', 'assign'],
  ['@@append', 'append'],
  ['@@remove', 'remove'],
]);

export const CONTROL_KEY = '@@operators_allowed_for_child_policies';
