/**
 * What an enforced tag policy says of the tags of a request.
 *
 * The effective tag policy of the account that owns the resource decides: for the types in its `enforced_for` a key
 * must be spelled as the policy spells it and have one of its values. Tags that the policy does not name are free, and
 * so are resources without tags; what is tagged already is not looked at. Not here: which effective policy counts
 * (store/effective-policies), the error of each service. Source: AWS Organizations User Guide, "Understanding
 * enforcement of tag policies"; organizations spec 2.3, 4.5.
 */
import type { Queryable } from '../store/database.ts';
import { policyInForce } from '../store/effective-policies.ts';

export interface TagToSet {
  readonly key: string;
  readonly value: string;
}

interface TagRule {
  readonly tag_key?: string;
  readonly tag_value?: readonly string[];
  readonly enforced_for?: readonly string[];
}

/** @param resourceType As tag policies name it: `backup:backup-vault`. Returns the first violation's text. */
export async function tagPolicyViolation(
  db: Queryable,
  accountId: string,
  resourceType: string,
  tags: readonly TagToSet[],
): Promise<string | undefined> {
  if (tags.length === 0) return undefined;
  const policy = await policyInForce(db, accountId, 'TAG_POLICY');
  if (!policy) return undefined;
  const { tags: rules = {} } = JSON.parse(policy.content) as { tags?: Readonly<Record<string, TagRule>> };
  return tags.map((tag) => violation(rules, resourceType, tag)).find((text) => text !== undefined);
}

function violation(
  rules: Readonly<Record<string, TagRule>>,
  resourceType: string,
  { key, value }: TagToSet,
): string | undefined {
  const name = key.toLowerCase();
  const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
  if (!rule?.enforced_for?.some((type) => isOf(type, resourceType))) return undefined;
  if (rule.tag_key !== undefined && rule.tag_key !== key) {
    return `The tag policy does not allow the specified capitalization for the following tag key: '${key}'.`;
  }
  const allowed = rule.tag_value ?? [];
  // A list that names no value allows any.
  if (allowed.length === 0 || allowed.some((pattern) => matches(pattern, value))) return undefined;
  return `The tag policy does not allow the specified value for the following tag key: '${key}'.`;
}

function isOf(enforcedFor: string, resourceType: string): boolean {
  const [service = '', type = ''] = enforcedFor.split(':');
  const isWhole = type === '*' || type.toUpperCase() === 'ALL_SUPPORTED';
  return isWhole ? resourceType.startsWith(`${service}:`) : enforcedFor === resourceType;
}

/** Values of tag policies have one wildcard at most. */
function matches(pattern: string, value: string): boolean {
  const [before = '', after] = pattern.split('*', 2);
  if (after === undefined) return pattern === value;
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after);
}
