/** Whether two answers say the same. */
import type { CaseError } from './cases.ts';

/** AWS lists errors and contributors in varying order: both are compared as sets. */
export function asSet(errors: readonly CaseError[]): readonly CaseError[] {
  return errors
    .map((error) => ({ ...error, ContributingPolicies: error.ContributingPolicies.toSorted() }))
    .toSorted((a, b) => compare(canonical(a), canonical(b)));
}

export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** `value` without the members that `like` does not speak of. */
export function within(value: unknown, like: unknown): unknown {
  if (Array.isArray(value)) {
    const likes: unknown[] = Array.isArray(like) ? like : [];
    return value.map((item, index) => within(item, likes[index]));
  }
  if (typeof value !== 'object' || value === null || typeof like !== 'object' || like === null) return value;
  const members = like as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name in members)
      .map(([name, child]) => [name, within(child, members[name])]),
  );
}

/** The same text for the same structure: keys sorted, lists as they are. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value).toSorted(([a], [b]) => compare(a, b));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
