/**
 * The effective policy of an account: what the merge left, with defaults, and what is wrong with it.
 *
 * Also what of it takes effect: an invalid document is withheld whole and the last valid one stays.
 * Source: organizations spec 4.5, 5.7, 6; recorded rules A.11, B.7, B.8.
 */
import type { Instant } from '@holdfast/kernel';
import type { MergedNode } from '../merge/merged-node.ts';
import type { ManagementPolicyType } from '../policy-types.ts';
import { type EffectiveObject, EMPTY_DOCUMENT, isEffectiveObject, writeEffective } from './effective-document.ts';
import type { EffectiveError } from './effective-error.ts';
import { validateTags, withTagDefaults } from './tag-policy.ts';
import { backupValidation } from './validate-backup.ts';

export interface EffectivePolicy {
  readonly type: ManagementPolicyType;
  /** The merge it comes from, with the trace of every value. */
  readonly state: MergedNode;
  readonly document: EffectiveObject;
  /** Empty if the document may take effect. */
  readonly errors: readonly EffectiveError[];
}

/** `now` is the time of the evaluation: whether runs are far enough apart for archiving depends on the next two. */
export function effectivePolicy(type: ManagementPolicyType, state: MergedNode, now: Instant): EffectivePolicy {
  return effectivePolicies(type, now)(state);
}

/**
 * The same for many states at one moment: the same state gives the very same object, and what states share is judged
 * once.
 */
export function effectivePolicies(type: ManagementPolicyType, now: Instant): (state: MergedNode) => EffectivePolicy {
  const policies = new WeakMap<MergedNode, EffectivePolicy>();
  const validate = validation(type, now);
  return (state) => {
    let policy = policies.get(state);
    if (!policy) {
      const document = effectiveDocument(type, state);
      policy = { type, state, document, errors: validate(document, state) };
      policies.set(state, policy);
    }
    return policy;
  };
}

export interface Publication {
  /** PolicyContent: what is in force. */
  readonly content: string;
  /** Of the latest evaluation, whose document is withheld if there are any. */
  readonly errors: readonly EffectiveError[];
}

/** `previousContent` is the last one in force; undefined if there was none, which counts as `{}`. */
export function publish(previousContent: string | undefined, next: EffectivePolicy): Publication {
  const content = next.errors.length === 0 ? writeEffective(next.document) : (previousContent ?? '{}');
  return { content, errors: next.errors };
}

function effectiveDocument(type: ManagementPolicyType, state: MergedNode): EffectiveObject {
  if (type === 'TAG_POLICY') return withTagDefaults(state);
  return isEffectiveObject(state.effective) ? state.effective : EMPTY_DOCUMENT;
}

function validation(
  type: ManagementPolicyType,
  now: Instant,
): (document: EffectiveObject, state: MergedNode) => readonly EffectiveError[] {
  if (type === 'BACKUP_POLICY') {
    const validate = backupValidation(now);
    return (_document, state) => validate(state);
  }
  if (type === 'TAG_POLICY') return validateTags;
  // No rules of effective policies of other types are known.
  return () => [];
}
