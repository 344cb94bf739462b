/** Rules for tags of vaults, plans and recovery points. Source: backup spec 2.N, 13.3. */
import { tagsFault } from '../../plans/plan-fault.ts';
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
