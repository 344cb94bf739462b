/**
 * Merges the policies of one level of the tree (root, OU or account) onto what comes down from above.
 *
 * Cost follows what the level says about places that policies above spoke of too; all else is shared. Callers keep the
 * state of a node for as long as the policies on the way to it stay the same, and merge onto it for each of its
 * children.
 * Source: organizations spec 4.3, normative.
 */
import { intersection, type OperatorSet, opensContainer } from '../document/operators.ts';
import type { PolicyDocument } from '../document/policy-document.ts';
import { type EffectiveValue, isEffectiveList, isEffectiveObject } from '../effective/effective-document.ts';
import { mergeValue } from './merge-value.ts';
import { EMPTY_STATE, freshNode, type MergedNode, type MergedValue, plainValue } from './merged-node.ts';
import { type PolicyPart, partOf } from './policy-part.ts';
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
 * nothing. With a `trace`, all that happens is told to it.
 */
export function mergeLevel(state: MergedNode, policies: readonly AttachedPolicy[], trace?: NodeTrace): MergedNode {
  if (policies.length === 0) return state;
  return mergeNode(
    state,
    policies.map(({ id, document }) => partOf(id, document)),
    trace,
  );
}

function mergeNode(before: MergedNode, peers: readonly PolicyPart[], trace: NodeTrace | undefined): MergedNode {
  const { children, effective } = mergeChildren(before, peers, trace);
  const value = mergeValue(before, peers, trace);
  let allowed: OperatorSet = before.allowed;
  for (const peer of peers) {
    if (!peer.control) continue;
    trace?.controlled(peer, peer.control);
    // INVARIANT (R9): a level narrows what lower levels may do and never widens it; its own peers are not bound by it.
    allowed = intersection(allowed, peer.control.allowed);
  }
  if (value === before.value && children === before.children && allowed === before.allowed) return before;
  return {
    name: before.name,
    value,
    children,
    allowed,
    effective: value === before.value ? effective : effectiveValue(value, before.effective),
  };
}

/** The former list where it says the same, so that documents can be shared. */
function effectiveValue(
  value: MergedValue | undefined,
  before: EffectiveValue | undefined,
): EffectiveValue | undefined {
  const now = plainValue(value);
  if (!isEffectiveList(now) || !isEffectiveList(before) || now.length !== before.length) return now;
  return now.every((item, index) => item === before[index]) ? before : now;
}

type Children = Pick<MergedNode, 'children' | 'effective'>;

function mergeChildren(before: MergedNode, peers: readonly PolicyPart[], trace: NodeTrace | undefined): Children {
  let children: Map<string, MergedNode> | undefined;
  let effective: Map<string, EffectiveValue> | undefined;
  for (const [index, peer] of peers.entries()) {
    for (const [key, part] of peer.children) {
      if (isSaidBefore(peers, index, key)) continue;
      const known = before.children.get(key);
      const group = groupOf(peers, index, key, part);
      if (!known && !opensContainer(before.allowed)) {
        if (trace) for (const refused of group) trace.keyRefused(refused, key);
        continue;
      }
      const child = mergeChild(known, group, trace?.child(key, part.name));
      if (child === known) continue;
      children ??= new Map(before.children);
      children.set(key, child);
      if (child.effective === undefined || child.effective === known?.effective) continue;
      effective ??= new Map(isEffectiveObject(before.effective) ? before.effective : []);
      effective.set(key, child.effective);
    }
  }
  return { children: children ?? before.children, effective: effective ?? before.effective };
}

/** What a part gives where nothing came before it: the same wherever its policy is attached. */
const ALONE = new WeakMap<PolicyPart, MergedNode>();

function mergeChild(
  known: MergedNode | undefined,
  group: readonly PolicyPart[],
  trace: NodeTrace | undefined,
): MergedNode {
  if (known) return mergeNode(known, group, trace);
  const [first] = group;
  if (trace || !first || group.length > 1) return mergeNode(freshNode(first?.name ?? ''), group, trace);
  let alone = ALONE.get(first);
  if (!alone) {
    alone = mergeNode(freshNode(first.name), group, undefined);
    ALONE.set(first, alone);
  }
  return alone;
}

function isSaidBefore(peers: readonly PolicyPart[], index: number, key: string): boolean {
  for (let at = 0; at < index; at++) if (peers[at]?.children.has(key)) return true;
  return false;
}

/** The peers' parts under a key, of which `first` is the first. */
function groupOf(peers: readonly PolicyPart[], index: number, key: string, first: PolicyPart): readonly PolicyPart[] {
  const group = [first];
  for (let at = index + 1; at < peers.length; at++) {
    const part = peers[at]?.children.get(key);
    if (part) group.push(part);
  }
  return group;
}
