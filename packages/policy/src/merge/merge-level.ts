/**
 * Merges the policies of one level of the tree (root, OU or account) onto what comes down from above.
 *
 * Cost follows what the level says about places that policies above spoke of too; all else is shared. Callers keep the
 * state of a node for as long as the policies on the way to it stay the same, and merge onto it for each of its
 * children.
 * Not here: the merge itself (level-merge.ts).
 * Source: organizations spec 4.3, normative.
 */
import type { PolicyDocument } from '../document/policy-document.ts';
import { partOf } from './compile-policy.ts';
import { LevelMerge } from './level-merge.ts';
import { MergeMemory } from './merge-memory.ts';
import { EMPTY_STATE, type MergedNode, nodeIn, placeOf } from './merged-node.ts';
import type { NodeTrace } from './trace-recorder.ts';

export interface AttachedPolicy {
  readonly id: string;
  readonly document: PolicyDocument;
}

export interface Level {
  /** The root, OU or account. */
  readonly nodeId: string;
  /** In order of attachment: of two that assign the same, the first wins. */
  readonly policies: readonly AttachedPolicy[];
}

/** From the root down to the account. */
export function mergeLevels(levels: readonly Level[]): MergedNode {
  return levels.reduce((state, { policies }) => mergeLevel(state, policies), EMPTY_STATE);
}

/**
 * The state after one more level, whose policies come in order of attachment; the very same state if they change
 * nothing. States made from one another share their memory, which is freed with the last of them. With a `trace`, all
 * that happens is told to it.
 */
export function mergeLevel(state: MergedNode, policies: readonly AttachedPolicy[], trace?: NodeTrace): MergedNode {
  if (policies.length === 0) return state;
  const { memory, ref } = state === EMPTY_STATE ? emptyPlace() : placeOf(state);
  const merged = mergeIn(memory).merge(ref, partsOf(policies, memory), trace);
  return merged === ref ? state : nodeIn(memory, merged);
}

const MERGES = new WeakMap<MergeMemory, LevelMerge>();

/** Kept with the memory: its stacks are made once. */
function mergeIn(memory: MergeMemory): LevelMerge {
  let merge = MERGES.get(memory);
  if (!merge) {
    merge = new LevelMerge(memory);
    MERGES.set(memory, merge);
  }
  return merge;
}

/** In a memory of its own: what is made from the empty state must not stay with it. */
function emptyPlace(): { readonly memory: MergeMemory; readonly ref: number } {
  const memory = new MergeMemory();
  return { memory, ref: memory.empty };
}

function partsOf(policies: readonly AttachedPolicy[], memory: MergeMemory): readonly number[] {
  return policies.map(({ id, document }) => partOf(memory, id, document));
}
