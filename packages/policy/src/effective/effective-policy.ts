/**
 * The effective policy of an account: what the merge left, with defaults, and what is wrong with it.
 *
 * Also what of it takes effect: an invalid document is withheld whole and the last valid one stays.
 * Source: organizations spec 4.5, 5.7, 6; recorded rules A.11, B.7, B.8.
 */
import type { Instant } from '@holdfast/kernel';
import type { Ref } from '../merge/arena.ts';
import { effectiveOf } from '../merge/effective-view.ts';
import type { MergeMemory } from '../merge/merge-memory.ts';
import { type MergedNode, nodeIn, placeOf } from '../merge/merged-node.ts';
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
  const judge = judgeOf(type, now);
  return (state) => {
    let policy = policies.get(state);
    if (!policy) {
      const { memory, ref } = placeOf(state);
      policy = judge(memory, ref);
      policies.set(state, policy);
    }
    return policy;
  };
}

export type Judge = (memory: MergeMemory, state: Ref) => EffectivePolicy;

/** Judges states where they lie; calls with the same state make policies that are equal and not the same. */
export function judgeOf(type: ManagementPolicyType, now: Instant): Judge {
  const validate = validation(type, now);
  return (memory, state) => new JudgedPolicy(type, memory, state, validate(memory, state));
}

/** Its document and its state are objects only once somebody looks at them. */
class JudgedPolicy implements EffectivePolicy {
  readonly type: ManagementPolicyType;
  readonly errors: readonly EffectiveError[];
  readonly #memory: MergeMemory;
  readonly #ref: Ref;

  constructor(type: ManagementPolicyType, memory: MergeMemory, ref: Ref, errors: readonly EffectiveError[]) {
    this.type = type;
    this.errors = errors;
    this.#memory = memory;
    this.#ref = ref;
  }

  get state(): MergedNode {
    return nodeIn(this.#memory, this.#ref);
  }

  get document(): EffectiveObject {
    return documentOf(this.type, this.#memory, this.#ref);
  }
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

function documentOf(type: ManagementPolicyType, memory: MergeMemory, state: Ref): EffectiveObject {
  if (type === 'TAG_POLICY') return withTagDefaults(nodeIn(memory, state));
  const document = effectiveOf(memory, state);
  return isEffectiveObject(document) ? document : EMPTY_DOCUMENT;
}

function validation(type: ManagementPolicyType, now: Instant): (memory: MergeMemory, state: Ref) => Errors {
  if (type === 'BACKUP_POLICY') return backupValidation(now);
  if (type === 'TAG_POLICY') {
    return (memory, state) => validateTags(documentOf(type, memory, state), nodeIn(memory, state));
  }
  // No rules of effective policies of other types are known.
  return () => [];
}

type Errors = readonly EffectiveError[];
