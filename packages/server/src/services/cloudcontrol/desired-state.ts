/**
 * A desired state, checked: properties by the connector's schema, tags as every resource has them, secrets split off.
 *
 * Whether the resource can be reached is not tried here: the agent that reaches it may be another host's. A first
 * backup tells.
 */
import { type Connector, checkProperties } from '@holdfast/connector-kit';

export interface DesiredState {
  readonly identifier: string;
  readonly name: string | undefined;
  readonly properties: Readonly<Record<string, string | number>>;
  readonly secrets: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** What is wrong with a desired state, all of it, for the StatusMessage of the failed request. */
export class StateFault extends Error {
  override readonly name = 'StateFault';
}

const TAGS_MAX = 50;
const TAG_KEY_CHARS_MAX = 128;
const TAG_VALUE_CHARS_MAX = 256;

export function checkDesiredState(
  connector: Connector,
  desired: unknown,
  random: { bytes(count: number): Uint8Array },
): DesiredState {
  if (!isObject(desired)) throw new StateFault('Model validation failed: the desired state must be a JSON object.');
  const { Tags: tagList, ...given } = desired;
  const identifierProperty = connector.identifierProperty;
  const made = given[identifierProperty] === undefined ? connector.newIdentifier(random) : undefined;
  const stated = made === undefined ? given : { ...given, [identifierProperty]: made };
  const checked = checkProperties(connector.properties, stated);
  const tags = checkTags(tagList);
  const faults = [...(checked.ok ? [] : checked.faults), ...tags.faults];
  if (!checked.ok || faults.length > 0) throw new StateFault(`Model validation failed: ${faults.join('; ')}.`);
  return {
    identifier: String(checked.properties[identifierProperty]),
    name: connector.nameOf(checked.properties),
    properties: checked.properties,
    secrets: checked.secrets,
    tags: tags.tags,
  };
}

function checkTags(list: unknown): { readonly tags: Record<string, string>; readonly faults: string[] } {
  if (list === undefined || list === null) return { tags: {}, faults: [] };
  if (!Array.isArray(list)) return { tags: {}, faults: ['Tags must be a list of objects with Key and Value'] };
  if (list.length > TAGS_MAX) return { tags: {}, faults: [`Tags has ${list.length} items, ${TAGS_MAX} are allowed`] };
  const tags = new Map<string, string>();
  const faults: string[] = [];
  for (const [index, tag] of list.entries()) {
    const fault = tagFault(tag, tags);
    if (fault !== undefined) faults.push(`Tags/${index} ${fault}`);
    else if (isTag(tag)) tags.set(tag.Key, tag.Value);
  }
  return { tags: Object.fromEntries(tags), faults };
}

function tagFault(tag: unknown, before: ReadonlyMap<string, string>): string | undefined {
  if (!isTag(tag)) return 'must have a Key and a Value, both strings';
  if (tag.Key === '' || tag.Key.length > TAG_KEY_CHARS_MAX)
    return `must have a Key of 1 to ${TAG_KEY_CHARS_MAX} characters`;
  if (tag.Value.length > TAG_VALUE_CHARS_MAX) return `must have a Value of at most ${TAG_VALUE_CHARS_MAX} characters`;
  if (/^aws:/i.test(tag.Key)) return 'must have a Key that does not begin with aws:';
  return before.has(tag.Key) ? `has the Key ${tag.Key} once more` : undefined;
}

function isTag(tag: unknown): tag is { readonly Key: string; readonly Value: string } {
  return isObject(tag) && typeof tag['Key'] === 'string' && typeof tag['Value'] === 'string';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
