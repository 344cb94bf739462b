/**
 * The model's rules on single values, compiled: length, range, pattern, enum.
 *
 * Source: the Smithy specification of the constraint traits; recorded answers for what AWS counts (code points:
 * recorded rules B.9.4) and for reporting every rule that a value breaks (IAM reports length and pattern together).
 */
import type { Bounds, Constraint } from '../constraints/table.ts';
import type { ViolationKind } from '../service.ts';
import type { Problems } from './problems.ts';

export type Rule<T> = (value: T, problems: Problems) => void;

type Enforced = (kind: ViolationKind) => boolean;

export function textRules(constraint: Constraint, enforced: Enforced): Rule<string> {
  const least = enforced('minLength') ? (constraint.length?.[0] ?? 0) : 0;
  const most = enforced('maxLength') ? (constraint.length?.[1] ?? Infinity) : Infinity;
  const pattern = enforced('pattern') ? constraint.pattern : undefined;
  const regex = pattern === undefined ? undefined : anchored(constraint.regex ?? pattern);
  const values = enforced('enum') ? constraint.values : undefined;
  const allowed = values && new Set(values);
  const longestMatched = constraint.length?.[1] ?? Infinity;
  return (value, problems) => {
    const length = codePoints(value, least, most);
    if (length < least) problems.add({ kind: 'minLength', limit: least }, value);
    if (length > most) problems.add({ kind: 'maxLength', limit: most }, value);
    // A text beyond its limit is refused anyhow and is not worth the time that a pattern can take over it.
    if (regex && pattern !== undefined && value.length <= 2 * longestMatched && !regex.test(value)) {
      problems.add({ kind: 'pattern', pattern }, value);
    }
    if (allowed && values && !allowed.has(value)) problems.add({ kind: 'enum', values }, value);
  };
}

export function sizeRules(
  bounds: Bounds | undefined,
  enforced: Enforced,
): (size: number, value: unknown, problems: Problems) => void {
  const least = enforced('minLength') ? (bounds?.[0] ?? 0) : 0;
  const most = enforced('maxLength') ? (bounds?.[1] ?? Infinity) : Infinity;
  return (size, value, problems) => {
    if (size < least) problems.add({ kind: 'minLength', limit: least }, value);
    if (size > most) problems.add({ kind: 'maxLength', limit: most }, value);
  };
}

export function numberRules(constraint: Constraint, enforced: Enforced): Rule<number> {
  const least = enforced('minValue') ? (constraint.range?.[0] ?? -Infinity) : -Infinity;
  const most = enforced('maxValue') ? (constraint.range?.[1] ?? Infinity) : Infinity;
  return (value, problems) => {
    if (value < least) problems.add({ kind: 'minValue', limit: least }, value);
    if (value > most) problems.add({ kind: 'maxValue', limit: most }, value);
  };
}

const INT32 = 2 ** 31;

/** Whether the value fits the integer type; JSON cannot carry more than 53 bits without loss, so neither do we. */
export function isInteger(value: number, bits: 32 | 64): boolean {
  return bits === 32 ? Number.isInteger(value) && value >= -INT32 && value < INT32 : Number.isSafeInteger(value);
}

/** The models anchor the whole pattern with `^` and `$` without brackets; AWS means each of its branches. */
export function anchored(pattern: string): RegExp {
  return new RegExp(pattern.startsWith('^') && pattern.endsWith('$') ? `^(?:${pattern})$` : pattern, 'u');
}

/** The text's length in code points, or its length in code units where that already settles the question. */
function codePoints(text: string, least: number, most: number): number {
  const units = text.length;
  if (units <= most && units >= 2 * least) return units;
  let count = 0;
  for (const _point of text) count += 1;
  return count;
}
