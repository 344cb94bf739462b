/**
 * Condition keys that follow from the request alone, whatever the operation.
 * Source: IAM's "global condition context keys"; backup spec 14.2; organizations spec 10.
 */
import type { Invocation } from '@holdfast/wire';
import type { ConditionContext } from '../authorization/authorizer.ts';
import type { Caller } from '../authorization/caller.ts';

/** Input members that hold tags, as `[{ Key, Value }]` or as a map, and members that hold tag keys alone. */
const TAG_MEMBERS = ['Tags', 'BackupVaultTags', 'BackupPlanTags', 'RecoveryPointTags'];
const TAG_KEY_MEMBERS = ['TagKeys', 'TagKeyList'];

type Request = Pick<Invocation<Caller>, 'sourceIp' | 'userAgent' | 'region' | 'input'>;

export function requestContext(invocation: Request): ConditionContext {
  const context: Record<string, readonly string[]> = {
    'aws:sourceip': [invocation.sourceIp],
    'aws:useragent': [invocation.userAgent],
    'aws:requestedregion': [invocation.region],
    // The endpoint itself speaks HTTP; TLS in front of it is not seen.
    'aws:securetransport': ['false'],
  };
  const { input } = invocation;
  if (!isMembers(input)) return context;
  const tags = TAG_MEMBERS.flatMap((name) => tagsOf(input[name]));
  for (const [key, value] of tags) context[`aws:requesttag/${key.toLowerCase()}`] = [value];
  const keys = [...tags.map(([key]) => key), ...TAG_KEY_MEMBERS.flatMap((name) => textsOf(input[name]))];
  if (keys.length > 0) context['aws:tagkeys'] = keys;
  return context;
}

function tagsOf(value: unknown): [string, string][] {
  if (Array.isArray(value)) {
    const items: unknown[] = value;
    return items.flatMap((tag): [string, string][] => {
      if (!isMembers(tag) || typeof tag['Key'] !== 'string') return [];
      return [[tag['Key'], typeof tag['Value'] === 'string' ? tag['Value'] : '']];
    });
  }
  if (!isMembers(value)) return [];
  return Object.entries(value).flatMap(([key, text]): [string, string][] =>
    typeof text === 'string' ? [[key, text]] : [],
  );
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
