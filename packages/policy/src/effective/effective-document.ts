/**
 * The document that results for an account: operators gone, keys in lower case, every value a string or a list of
 * strings.
 *
 * Not here: how it comes about (merge/), defaults and validity (effective-policy.ts).
 * Source: organizations spec 4.4; PolicyContent is compact JSON.
 */
import type { JsonNode } from '../json/json-node.ts';
import { parseJson } from '../json/parse-json.ts';

export type EffectiveValue = string | readonly string[] | EffectiveObject;

/** A map and not an object: keys are the author's, and `__proto__` is one like any other. */
export type EffectiveObject = ReadonlyMap<string, EffectiveValue>;

export const EMPTY_DOCUMENT: EffectiveObject = new Map();

/** As AWS prints it in PolicyContent. The order of keys means nothing. */
export function writeEffective(value: EffectiveValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (isEffectiveList(value)) return `[${value.map((item) => JSON.stringify(item)).join(',')}]`;
  return `{${[...value].map(([key, child]) => `${JSON.stringify(key)}:${writeEffective(child)}`).join(',')}}`;
}

/**
 * Reads what `writeEffective` wrote, such as a published document from the store; undefined if it is something else.
 */
export function readEffective(text: string): EffectiveObject | undefined {
  const { value, faults } = parseJson(text);
  return value?.kind === 'object' && faults.length === 0 ? effectiveObject(value) : undefined;
}

export function isEffectiveList(value: EffectiveValue | undefined): value is readonly string[] {
  return Array.isArray(value);
}

export function isEffectiveObject(value: EffectiveValue | undefined): value is EffectiveObject {
  return value !== undefined && typeof value !== 'string' && !isEffectiveList(value);
}

/** The object at a path of keys; empty if there is none, which for pruned documents is the same. */
export function objectAt(value: EffectiveValue | undefined, ...path: readonly string[]): EffectiveObject {
  let at = value;
  for (const key of path) at = isEffectiveObject(at) ? at.get(key) : undefined;
  return isEffectiveObject(at) ? at : EMPTY_DOCUMENT;
}

/** The entries of the object at a path that are objects themselves. */
export function entriesAt(
  value: EffectiveValue | undefined,
  ...path: readonly string[]
): readonly (readonly [key: string, entry: EffectiveObject])[] {
  return [...objectAt(value, ...path)].flatMap(([key, entry]) =>
    isEffectiveObject(entry) ? [[key, entry] as const] : [],
  );
}

export function textAt(object: EffectiveObject, key: string): string | undefined {
  const value = object.get(key);
  return typeof value === 'string' ? value : undefined;
}

export function listAt(object: EffectiveObject, key: string): readonly string[] | undefined {
  const value = object.get(key);
  return isEffectiveList(value) ? value : undefined;
}

function effectiveObject(node: JsonNode): EffectiveObject | undefined {
  if (node.kind !== 'object') return undefined;
  const object = new Map<string, EffectiveValue>();
  for (const { name, value } of node.members) {
    const child = effectiveValue(value);
    if (child === undefined) return undefined;
    object.set(name, child);
  }
  return object;
}

function effectiveValue(node: JsonNode): EffectiveValue | undefined {
  if (node.kind === 'string') return node.text;
  if (node.kind !== 'array') return effectiveObject(node);
  const items = node.items.flatMap((item) => (item.kind === 'string' ? [item.text] : []));
  return items.length === node.items.length ? items : undefined;
}
