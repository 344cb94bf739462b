/**
 * The exact differences of two effective documents, and a document with differences applied.
 *
 * The order of keys means nothing and is not compared; the order of list items is.
 */
import {
  type EffectiveObject,
  type EffectiveValue,
  isEffectiveList,
  isEffectiveObject,
} from '../effective/effective-document.ts';
import type { Edit } from './difference.ts';

/** Empty if the documents are equal. A part that only one of them has is one edit. */
export function editsBetween(before: EffectiveObject, after: EffectiveObject): readonly Edit[] {
  const edits: Edit[] = [];
  collect(before, after, [], edits);
  return edits;
}

function collect(before: EffectiveObject, after: EffectiveObject, path: readonly string[], edits: Edit[]): void {
  if (before === after) return;
  for (const [key, old] of before) {
    const now = after.get(key);
    const at = [...path, key];
    if (isEffectiveObject(old) && isEffectiveObject(now)) collect(old, now, at, edits);
    else if (!isSame(old, now)) edits.push({ path: at, before: old, after: now });
  }
  for (const [key, now] of after) {
    if (before.get(key) === undefined) edits.push({ path: [...path, key], before: undefined, after: now });
  }
}

function isSame(a: EffectiveValue | undefined, b: EffectiveValue | undefined): boolean {
  if (a === b) return true;
  if (!isEffectiveList(a) || !isEffectiveList(b)) return false;
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

/** The document after the edits; it must have what they say was there before. */
export function applyEdits(document: EffectiveObject, edits: readonly Edit[]): EffectiveObject {
  return edits.reduce((at, { path, after }) => withValue(at, path, after), document);
}

function withValue(
  document: EffectiveObject,
  [key, ...below]: readonly string[],
  value: EffectiveValue | undefined,
): EffectiveObject {
  if (key === undefined) return document;
  const copy = new Map(document);
  if (below.length > 0) {
    const child = copy.get(key);
    copy.set(key, withValue(isEffectiveObject(child) ? child : new Map(), below, value));
  } else if (value === undefined) {
    copy.delete(key);
  } else {
    copy.set(key, value);
  }
  return copy;
}

/** A value in a few words. */
export function shown(value: EffectiveValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (isEffectiveObject(value)) return [...value.keys()].join(', ');
  return isEffectiveList(value) ? `[${value.join(', ')}]` : value;
}
