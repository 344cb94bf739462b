/** Tags of users, roles and policies. Keys differ by more than letter case. Source: IAM's "tagging IAM resources". */
import { LimitExceededException$, type Tag } from '@aws-sdk/client-iam';
import { AwsError, type Checked } from '@holdfast/wire';
import { refusal } from '../access-denied.ts';
import type { Call } from '../operation.ts';
import { invalidInput } from './errors.ts';
import { TAGS_PER_IDENTITY } from './quotas.ts';

export type Tags = Readonly<Record<string, string>>;

/** `tags` over `existing`. @throws InvalidInput, LimitExceeded */
export function withTags(existing: Tags, tags: readonly Checked<Tag>[] | null | undefined): Tags {
  const given = tags ?? [];
  const keys = given.map(({ Key: key }) => key.toLowerCase());
  if (new Set(keys).size < keys.length) {
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  if (keys.some((key) => key.startsWith('aws:'))) {
    throw invalidInput('Tag keys that begin with aws: belong to AWS.');
  }
  const kept = Object.entries(existing).filter(([key]) => !keys.includes(key.toLowerCase()));
  const added = given.map(({ Key: key, Value: value }): [string, string] => [key, value]);
  const all = Object.fromEntries([...kept, ...added]);
  if (Object.keys(all).length > TAGS_PER_IDENTITY) {
    const message = `The number of tags has reached the maximum limit of ${TAGS_PER_IDENTITY}.`;
    throw new AwsError(LimitExceededException$, message);
  }
  return all;
}

/**
 * Making something with tags takes the permission to tag it, too.
 * @throws AccessDenied
 */
export async function needTagPermission(
  { questions = [], installation, tx, caller }: Call,
  action: 'iam:TagMFADevice' | 'iam:TagPolicy' | 'iam:TagRole' | 'iam:TagUser',
  tags: readonly Checked<Tag>[] | null | undefined,
): Promise<void> {
  if (!tags?.length) return;
  for (const asked of questions) {
    const question = { ...asked, action };
    const decision = await installation.authorizer.decide(tx, caller, question);
    if (!decision.allowed) throw refusal('iam', caller, question, decision.because);
  }
}

export function withoutTags(existing: Tags, keys: readonly string[]): Tags {
  const gone = new Set(keys.map((key) => key.toLowerCase()));
  return Object.fromEntries(Object.entries(existing).filter(([key]) => !gone.has(key.toLowerCase())));
}
