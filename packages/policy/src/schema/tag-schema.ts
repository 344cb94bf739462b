/**
 * What a tag policy may hold.
 * Source: recorded rules B.4 and B.5.
 */
import type { Finding } from '../document/diagnostic.ts';
import { assignedText, folded, type PolicyNode } from '../document/policy-document.ts';
import { list, map, object, type Schema, single, type ValueRule } from './schema.ts';
import { isTagResourceType } from './tag-resource-types.ts';
import { itemText, TAG_VALUE_LENGTH_MAX, tagKey, tagKeyName } from './value-rules.ts';

const anyText = itemText(TAG_VALUE_LENGTH_MAX);

const tagValue: ValueRule = {
  expected: `${anyText.expected} with at most one *`,
  accepts: (value, context) =>
    anyText.accepts(value, context) && value.text.indexOf('*') === value.text.lastIndexOf('*'),
};

const resourceType: ValueRule = {
  expected: 'service:type or service:ALL_SUPPORTED, such as ec2:instance',
  accepts: ({ kind, text }) => kind === 'string' && isTagResourceType(text),
};

export const TAG_SCHEMA: Schema = object(
  {
    tags: map(
      tagKeyName,
      object(
        {
          tag_key: single(tagKey),
          tag_value: list(tagValue),
          enforced_for: list(resourceType),
          report_required_tag_for: list(resourceType),
        },
        { check: checkTagKey },
      ),
    ),
  },
  { required: ['tags'] },
);

/** A policy key and its tag key are the same but for letter case. */
export function checkTagKey(node: PolicyNode, path: readonly string[]): readonly Finding[] {
  const name = path.at(-1) ?? '';
  const key = node.children.get('tag_key');
  const value = assignedText(key?.node);
  if (!key || value === undefined || folded(value) === folded(name)) return [];
  const message = `tag_key is ${value}, but stands under ${name}`;
  return [{ code: 'value', offset: key.offset, path: [...path, key.name], message, suggestion: `Name both ${value}` }];
}
