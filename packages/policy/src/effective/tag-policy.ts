/**
 * Effective tag policies: their defaults and their limits.
 * Source: organizations spec 4.5; recorded rules B.2.7, B.2.8, B.9.1, B.9.2.
 */
import { contributors, type MergedNode, mergedAt } from '../merge/merged-node.ts';
import {
  type EffectiveObject,
  type EffectiveValue,
  entriesAt,
  listAt,
  objectAt,
  writeEffective,
} from './effective-document.ts';
import { type EffectiveError, united } from './effective-error.ts';

/** UTF-8 bytes of the compact document with defaults. */
export const TAG_DOCUMENT_BYTES_MAX = 395_000;
/** Tag keys that one resource type may be asked for. */
export const REQUIRED_TAGS_MAX = 50;
/** A message names so many keys and counts the rest. */
const NAMED_KEYS_MAX = 5;

const ANY_VALUE: readonly string[] = ['*'];

/** Each key that any policy names gets a `tag_key` and a `tag_value`; a list that was emptied stays empty. */
export function withTagDefaults(state: MergedNode): EffectiveObject {
  const rules = mergedAt(state, ['tags'])?.children;
  if (!rules || rules.size === 0) return new Map();
  const tags = new Map<string, EffectiveValue>();
  for (const [key, rule] of rules) {
    const settings = new Map(objectAt(rule.effective));
    if (!settings.has('tag_key')) settings.set('tag_key', key);
    if (!settings.has('tag_value')) settings.set('tag_value', ANY_VALUE);
    tags.set(key, settings);
  }
  return new Map([['tags', tags]]);
}

export function validateTags(document: EffectiveObject, state: MergedNode): readonly EffectiveError[] {
  return united([...sizeErrors(document), ...requiredTagErrors(document, state)]);
}

function sizeErrors(document: EffectiveObject): readonly EffectiveError[] {
  const bytes = utf8Length(writeEffective(document));
  if (bytes <= TAG_DOCUMENT_BYTES_MAX) return [];
  const limit = `exceeds the maximum limit of ${TAG_DOCUMENT_BYTES_MAX} bytes`;
  return [tooMany(`Effective policy size is ${bytes} bytes, which ${limit}`, [])];
}

/** How many tags are required of the resource type of which most are. */
export function mostRequiredTags(document: EffectiveObject): number {
  return Math.max(0, ...[...requiredTags(document).values()].map((group) => group.length));
}

/** Tag keys that are required, by resource type. */
function requiredTags(document: EffectiveObject): ReadonlyMap<string, readonly { readonly key: string }[]> {
  const asked = entriesAt(document, 'tags').flatMap(([key, rule]) =>
    [...new Set(listAt(rule, 'report_required_tag_for'))].map((resourceType) => ({ key, resourceType })),
  );
  return Map.groupBy(asked, ({ resourceType }) => resourceType);
}

function requiredTagErrors(document: EffectiveObject, state: MergedNode): readonly EffectiveError[] {
  return [...requiredTags(document)].flatMap(([resourceType, group]) => {
    if (group.length <= REQUIRED_TAGS_MAX) return [];
    const keys = group.map(({ key }) => key).toSorted(inTextOrder);
    const policies = new Set<string>();
    for (const key of keys) contributors(mergedAt(state, ['tags', key, 'report_required_tag_for']), policies);
    const named = `${keys.slice(0, NAMED_KEYS_MAX).join(', ')} and ${keys.length - NAMED_KEYS_MAX} more`;
    const message =
      `Resource type '${resourceType}' has ${keys.length} tags for 'report_required_tag_for', which exceeds the maximum ` +
      `limit of ${REQUIRED_TAGS_MAX}. Contributing tag keys include: ${named}`;
    return [tooMany(message, [...policies])];
  });
}

function tooMany(message: string, contributingPolicies: readonly string[]): EffectiveError {
  return { code: 'ELEMENTS_TOO_MANY', message, path: 'tags', contributingPolicies };
}

function inTextOrder(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Without an encoder, which neither the language nor `types: []` has. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else bytes += code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
