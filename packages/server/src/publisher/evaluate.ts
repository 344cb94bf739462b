/**
 * Effective policies of many accounts at once: parsed policies and merged states are shared along the tree.
 *
 * A state is named by what led to it (the revisions attached at each level), so it is right for as long as it is kept,
 * whatever changes meanwhile; accounts without policies of their own share their unit's evaluation.
 * Not here: the database (store/effective-policy-work), when to publish (publisher).
 * Source: organizations spec 4.2, 4.3, 6.
 */
import { createHash } from 'node:crypto';
import type { Instant } from '@holdfast/kernel';
import {
  contributors,
  EMPTY_STATE,
  effectivePolicy,
  type ManagementPolicyType,
  type MergedNode,
  mergeLevel,
  type PolicyDocument,
  writeEffective,
} from '@holdfast/policy';
import type { EffectivePolicyFault } from '../store/effective-policies.ts';
import type { PolicyRevision } from '../store/effective-policy-work.ts';

/** The document that may take effect if there are no faults. */
export interface Evaluation {
  readonly content: string;
  readonly digest: Buffer;
  /** Ids of the policies that gave it a value. */
  readonly contributors: readonly string[];
  readonly faults: readonly EffectivePolicyFault[];
}

export interface Attached {
  /** By root, unit or account, in order of attachment. */
  readonly policiesOf: ReadonlyMap<string, readonly PolicyRevision[]>;
  documentOf(policy: PolicyRevision): PolicyDocument;
}

export interface Evaluator {
  /** `targetIds`: the account and all above it, the root first. */
  evaluate(targetIds: readonly string[], attached: Attached): Evaluation;
}

/** Accounts come in the order of their paths, so that a state dropped is seldom wanted again. */
const STATES_MAX = 5_000;

/** For one type at one moment: whether runs are far enough apart for archiving depends on `now`. */
export function evaluatorOf(type: ManagementPolicyType, now: Instant): Evaluator {
  const states = new Map<string, MergedNode>();
  const evaluations = new WeakMap<MergedNode, Evaluation>();
  return {
    evaluate(targetIds, attached) {
      if (states.size > STATES_MAX) states.clear();
      const state = stateOf(targetIds, attached, states);
      let evaluation = evaluations.get(state);
      if (!evaluation) {
        evaluation = evaluationOf(type, state, now);
        evaluations.set(state, evaluation);
      }
      return evaluation;
    },
  };
}

function stateOf(
  targetIds: readonly string[],
  { policiesOf, documentOf }: Attached,
  states: Map<string, MergedNode>,
): MergedNode {
  let state = EMPTY_STATE;
  let name = '';
  for (const nodeId of targetIds) {
    const policies = policiesOf.get(nodeId);
    if (!policies) continue;
    name += `${policies.map(({ id, revision }) => `${id}.${revision}`).join(',')};`;
    const known = states.get(name);
    state =
      known ??
      mergeLevel(
        state,
        policies.map((policy) => ({ id: policy.id, document: documentOf(policy) })),
      );
    if (!known) states.set(name, state);
  }
  return state;
}

function evaluationOf(type: ManagementPolicyType, state: MergedNode, now: Instant): Evaluation {
  const { document, errors } = effectivePolicy(type, state, now);
  const content = writeEffective(document);
  return {
    content,
    digest: digestOf(type, content),
    contributors: [...contributors(state)].toSorted(),
    faults: errors.map(({ code, message, path, contributingPolicies }) => ({
      errorCode: code,
      errorMessage: message,
      pathToError: path,
      contributingPolicies,
    })),
  };
}

/** Names a document: the same text of another type is another document. */
export function digestOf(type: ManagementPolicyType, content: string): Buffer {
  return createHash('sha256').update(`${type}\n${content}`).digest();
}

/** The account and all above it, the root first, from a path `o-…/r-…/ou-…/<account>/`. */
export function targetIdsOf(path: string): readonly string[] {
  return path.split('/').slice(1, -1);
}
