/** The value of an effective document at a path of keys joined by slashes. */
import { type EffectiveObject, type EffectiveValue, isEffectiveObject } from '@holdfast/policy';

/** Keys that hold slashes themselves are found too: the longest key that fits is taken. */
export function valueAt(document: EffectiveObject, path: string): EffectiveValue | undefined {
  return placeAt(document, path)?.value;
}

/** The keys of a path that is there. */
export function keysAt(document: EffectiveObject, path: string): readonly string[] | undefined {
  return placeAt(document, path)?.keys;
}

interface Found {
  readonly keys: readonly string[];
  readonly value: EffectiveValue;
}

function placeAt(value: EffectiveValue, path: string): Found | undefined {
  if (path === '') return { keys: [], value };
  if (!isEffectiveObject(value)) return undefined;
  // Keys of effective documents are in lower case.
  const wanted = path.toLowerCase();
  const keys = [...value.keys()].filter((key) => wanted === key || wanted.startsWith(`${key}/`));
  for (const key of keys.toSorted((one, other) => other.length - one.length)) {
    const child = value.get(key);
    const found = child === undefined ? undefined : placeAt(child, path.slice(key.length + 1));
    if (found) return { keys: [key, ...found.keys], value: found.value };
  }
  return undefined;
}
