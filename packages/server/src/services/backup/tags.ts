/** Rules for tags of vaults, plans and recovery points. Source: backup spec 2.N, 13.3. */
import { tagsFault } from '../../plans/plan-fault.ts';
import type { ReadCall } from '../operation.ts';
import { tagPolicyViolation } from '../tag-policy.ts';
import { invalidParameter, limitExceeded } from './errors.ts';

export const TAGS_MAX = 50;

/** @throws InvalidParameterValueException, LimitExceededException */
export function requireTags(tags: Readonly<Record<string, string>>): void {
  const fault = tagsFault(tags);
  if (fault) throw invalidParameter(`${fault}.`);
  requireTagCount(Object.keys(tags).length);
}

export function requireTagCount(count: number): void {
  if (count > TAGS_MAX) throw limitExceeded(`A resource may have at most ${TAGS_MAX} tags.`);
}

/**
 * Recovery points are none of the types that tag policies can be enforced for.
 * @throws InvalidParameterValueException where the account's tag policy does not allow the tags
 */
export async function requireAllowedTags(
  { db, accountId }: Pick<ReadCall, 'db' | 'accountId'>,
  resourceType: 'backup:backup-vault' | 'backup:backup-plan',
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  const list = Object.entries(tags).map(([key, value]) => ({ key, value }));
  const violation = await tagPolicyViolation(db, accountId, resourceType, list);
  if (violation !== undefined) throw invalidParameter(violation);
}
