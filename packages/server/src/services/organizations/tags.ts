/**
 * Tags in requests: what the model's lengths and patterns do not say.
 * Source: organizations spec 10; recorded rules B.12.7.
 */

import type { Question } from '../../authorization/authorizer.ts';
import type { OrganizationQuotas } from '../../settings.ts';
import type { Queryable } from '../../store/database.ts';
import type { Organization } from '../../store/organizations.ts';
import type { Tag } from '../../store/organizations-tags.ts';
import type { Call } from '../operation.ts';
import { tagPolicyViolation } from '../tag-policy.ts';
import { delegationOf } from './delegation.ts';
import { accessDenied, constraintViolation, invalidInput } from './errors.ts';

interface SentTag {
  readonly Key: string;
  readonly Value: string;
}

/** @throws InvalidInputException for reserved and repeated keys: the whole request is refused */
export function tagsOfRequest(sent: readonly SentTag[] | null | undefined): readonly Tag[] {
  const tags = (sent ?? []).map(({ Key: key, Value: value }) => ({ key, value }));
  refuseSystemKeys(tags.map(({ key }) => key));
  if (new Set(tags.map(({ key }) => key)).size < tags.length) {
    throw invalidInput('DUPLICATE_TAG_KEY', 'The request names a tag key more than once.');
  }
  return tags;
}

export function refuseSystemKeys(keys: readonly string[]): void {
  if (keys.some((key) => key.toLowerCase().startsWith('aws:'))) {
    throw invalidInput('INVALID_SYSTEM_TAGS_PARAMETER', 'Tag keys that begin with aws: are reserved.');
  }
}

export function needTagRoom(count: number, { tagsPerResource }: OrganizationQuotas): void {
  if (count > tagsPerResource) {
    throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED', `A resource can have at most ${tagsPerResource} tags.`);
  }
}

/** By the first letters of a resource's id: what tag policies call it. A delegation policy has no name there. */
const TAGGED_TYPES: readonly (readonly [idStart: RegExp, type: string])[] = [
  [/^r-/, 'organizations:root'],
  [/^ou-/, 'organizations:ou'],
  [/^\d/, 'organizations:account'],
  [/^p-/, 'organizations:policy'],
];

/**
 * All that can be tagged belongs to the management account, so its effective tag policy decides.
 * @param of A resource's id, or what it begins with. @throws ConstraintViolationException (TAG_POLICY_VIOLATION)
 */
export async function needTagsAllowed(
  db: Queryable,
  { managementAccountId }: Organization,
  of: string,
  tags: readonly Tag[],
): Promise<void> {
  const type = TAGGED_TYPES.find(([idStart]) => idStart.test(of))?.[1];
  const violation = type && (await tagPolicyViolation(db, managementAccountId, type, tags));
  if (violation) throw constraintViolation('TAG_POLICY_VIOLATION', violation);
}

/** Creating something with tags needs the right to tag as well, for members from the delegation policy too. */
export async function needTagPermission(
  call: Call,
  organization: Organization,
  arn: string,
  tags: readonly Tag[],
): Promise<void> {
  if (tags.length === 0) return;
  const { managementAccountId } = organization;
  const question: Question = {
    action: 'organizations:TagResource',
    resource: arn,
    context: { ...call.requestContext, 'aws:resourceaccount': [managementAccountId] },
  };
  const decision = await call.installation.authorizer.decide(call.tx, call.caller, question);
  if (!decision.allowed) throw accessDenied();
  if (call.accountId === managementAccountId) return;
  if ((await delegationOf(call, organization, [question])) !== 'granted') throw accessDenied();
}
