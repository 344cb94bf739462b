/**
 * Session tags: those that a request passes, and those that go along from the session that asks.
 * Source: the IAM user guide, "pass session tags in STS" and "chaining roles with session tags".
 */
import type { Tag } from '@aws-sdk/client-sts';
import { AwsError, type Checked, ValidationError } from '@holdfast/wire';
import type { ConditionContext } from '../../authorization/authorizer.ts';
import type { Caller } from '../../authorization/caller.ts';

export interface SessionTags {
  readonly tags: Readonly<Record<string, string>>;
  /** Keys of those that go along to sessions made from this one. */
  readonly transitiveKeys: readonly string[];
}

export const NO_TAGS: SessionTags = { tags: {}, transitiveKeys: [] };

/** @throws ValidationError for tags that cannot be a session's */
export function passedTags(tags: readonly Checked<Tag>[], transitiveKeys: readonly string[]): SessionTags {
  const keys = new Set(tags.map(({ Key: key }) => key.toLowerCase()));
  if (keys.size < tags.length) {
    throw new AwsError(ValidationError, 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (!transitiveKeys.every((key) => keys.has(key.toLowerCase()))) {
    const message = 'The specified transitive tag key must be included in the requested tags.';
    throw new AwsError(ValidationError, message);
  }
  const entries = tags.map(({ Key: key, Value: value }): [string, string] => [key, value]);
  return { tags: Object.fromEntries(entries), transitiveKeys };
}

/** What the asking session hands on. */
export function inheritedTags(caller: Caller): SessionTags {
  if (caller.kind !== 'session') return NO_TAGS;
  const transitiveKeys = caller.transitiveTagKeys ?? [];
  const handedOn = new Set(transitiveKeys.map((key) => key.toLowerCase()));
  const entries = Object.entries(caller.sessionTags).filter(([key]) => handedOn.has(key.toLowerCase()));
  return { tags: Object.fromEntries(entries), transitiveKeys };
}

/** @throws ValidationError when a passed tag would replace one that is handed on */
export function joinedTags(inherited: SessionTags, passed: SessionTags): SessionTags {
  const handedOn = new Set(Object.keys(inherited.tags).map((key) => key.toLowerCase()));
  const replaced = Object.keys(passed.tags).find((key) => handedOn.has(key.toLowerCase()));
  if (replaced !== undefined) {
    throw new AwsError(ValidationError, `The session tag ${replaced} is transitive and cannot be overridden.`);
  }
  return {
    tags: { ...inherited.tags, ...passed.tags },
    transitiveKeys: [...inherited.transitiveKeys, ...passed.transitiveKeys],
  };
}

export function hasTags({ tags }: SessionTags): boolean {
  return Object.keys(tags).length > 0;
}

/** Condition keys of the request. */
export function contextOfTags({ tags, transitiveKeys }: SessionTags): ConditionContext {
  const keys = Object.keys(tags);
  return {
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:requesttag/${key.toLowerCase()}`, [value]])),
    ...(keys.length > 0 && { 'aws:tagkeys': keys }),
    ...(transitiveKeys.length > 0 && { 'sts:transitivetagkeys': transitiveKeys }),
  };
}
