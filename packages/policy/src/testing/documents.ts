/**
 * Short ways to write policies in tests.
 *
 * `setting('=red,blue +green -red !append')` is a node with operators: `=` assigns, `+` appends, `-` removes, `!`
 * names what child policies may do (`!none`, `!all`). Lists unless it is one value after `=:`.
 */
import { present } from '@holdfast/kernel';
import { parsePolicy } from '../document/parse-policy.ts';
import type { PolicyDocument } from '../document/policy-document.ts';
import { type EffectiveObject, readEffective, writeEffective } from '../effective/effective-document.ts';
import { effectivePolicy } from '../effective/effective-policy.ts';
import { type Level, mergeLevels } from '../merge/merge-level.ts';
import type { ManagementPolicyType } from '../policy-types.ts';

export const CONTROL = '@@operators_allowed_for_child_policies';

/** A moment after the recordings were made, for what does not depend on time. */
export const NOW = Date.UTC(2026, 8, 13, 7, 40);

export function documentOf(content: unknown): PolicyDocument {
  return present(parsePolicy(JSON.stringify(content)), `a document of ${JSON.stringify(content)}`);
}

/**
 * Levels from the root down; each policy is named by its place, such as `P1.0` for the first one of the second level.
 */
export function levelsOf(...levels: readonly (readonly unknown[])[]): readonly Level[] {
  return levels.map((policies, depth) => ({
    nodeId: `node-${depth}`,
    policies: policies.map((content, index) => ({ id: `P${depth}.${index}`, document: documentOf(content) })),
  }));
}

/** The effective document as plain JSON. */
export function effectiveJson(type: ManagementPolicyType, ...levels: readonly (readonly unknown[])[]): unknown {
  return JSON.parse(writeEffective(effectivePolicy(type, mergeLevels(levelsOf(...levels)), NOW).document));
}

/** A plain document as an effective one. */
export function effectiveOf(value: unknown): EffectiveObject {
  return present(readEffective(JSON.stringify(value)), 'an effective document');
}

const OPERATOR_OF: Readonly<Record<string, string>> = {
  '=': '@@assign',
  '+': '@@append',
  '-': '@@remove',
  '!': CONTROL,
};

export function setting(text: string): Readonly<Record<string, unknown>> {
  const parts = text.split(' ').filter((part) => part !== '');
  return Object.fromEntries(
    parts.map((part) => {
      const operator = present(OPERATOR_OF[part[0] ?? ''], `an operator in ${part}`);
      const names = part
        .slice(1)
        .split(',')
        .filter((name) => name !== '');
      if (part.startsWith('=:')) return [operator, part.slice(2)];
      return [operator, part.startsWith('!') ? names.map((name) => `@@${name}`) : names];
    }),
  );
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A policy that assigns every value of a plain document. */
export function assigned(document: Json): Json {
  if (typeof document !== 'object' || document === null || isList(document)) return { '@@assign': document };
  return Object.fromEntries(Object.entries(document).map(([key, value]) => [key, assigned(value)]));
}

/** The same policy with `control` on every node. */
export function controlled(policy: Json, control: readonly string[]): Json {
  if (typeof policy !== 'object' || policy === null || isList(policy)) return policy;
  const entries = Object.entries(policy).map(([key, value]) => [
    key,
    key.startsWith('@@') ? value : controlled(value, control),
  ]);
  return { ...Object.fromEntries(entries), [CONTROL]: control };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
