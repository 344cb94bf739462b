/**
 * Merges the policies of one level of the tree (root, OU or account) onto what comes down from above.
 *
 * Cost follows what the level says about places that policies above spoke of too; all else is shared. Callers keep the
 * state of a node for as long as the policies on the way to it stay the same, and merge onto it for each of its
 * children.
 * Source: organizations spec 4.3, normative.
 */
import { ALL_OPERATORS, intersection, type OperatorSet, opensContainer } from '../document/operators.ts';
import type { PolicyDocument } from '../document/policy-document.ts';
import { mergeValue } from './merge-value.ts';
import { EMPTY_STATE, freshNode, MergedNode, NO_CHILDREN } from './merged-node.ts';
import { type KeyList, NodeTable } from './node-table.ts';
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
  const children = mergeChildren(before, peers, trace);
  const value = mergeValue(before, peers, trace);
  let allowed: OperatorSet = before.allowed;
  for (const peer of peers) {
    if (!peer.control) continue;
    trace?.controlled(peer, peer.control);
    // INVARIANT (R9): a level narrows what lower levels may do and never widens it; its own peers are not bound by it.
    allowed = intersection(allowed, peer.control.allowed);
  }
  if (value === before.value && children === before.children && allowed === before.allowed) return before;
  return new MergedNode(before.name, value, children, allowed);
}

function mergeChildren(
  { children, allowed }: MergedNode,
  peers: readonly PolicyPart[],
  trace: NodeTrace | undefined,
): NodeTable<MergedNode> {
  let nodes: MergedNode[] | undefined;
  let newKeys: string[] | undefined;
  for (let index = 0; index < peers.length; index++) {
    const parts = peers[index]?.children;
    for (let at = 0; parts && at < parts.nodes.length; at++) {
      const key = parts.list.keys[at];
      const part = parts.nodes[at];
      if (key === undefined || part === undefined || isSaidBefore(peers, index, key)) continue;
      const position = positionOf(part, key, children.list);
      const known = position === -1 ? undefined : children.nodes[position];
      const group = groupOf(peers, index, key, part);
      if (!known && !opensContainer(allowed)) {
        if (trace) for (const refused of group) trace.keyRefused(refused, key);
        continue;
      }
      const child = mergeChild(known, group, trace?.child(key, part.name));
      if (child === known) continue;
      nodes ??= children.nodes.slice();
      if (position === -1) {
        newKeys ??= [];
        newKeys.push(key);
        nodes.push(child);
      } else {
        nodes[position] = child;
      }
    }
  }
  if (!nodes) return children;
  const list = newKeys ? children.list.with(newKeys) : children.list;
  return new NodeTable(list, nodes);
}

function mergeChild(
  known: MergedNode | undefined,
  group: readonly PolicyPart[],
  trace: NodeTrace | undefined,
): MergedNode {
  const [first] = group;
  if (first && group.length === 1 && !trace && (!known || isAloneAfter(known, first))) {
    first.alone ??= mergeNode(freshNode(first.name), group, undefined);
    return first.alone;
  }
  return mergeNode(known ?? freshNode(first?.name ?? ''), group, trace);
}

/** What one policy assigns to an unlocked setting is the same whatever it replaces. */
function isAloneAfter({ allowed, children, name }: MergedNode, part: PolicyPart): boolean {
  return part.isAssignment && allowed === ALL_OPERATORS && children === NO_CHILDREN && name === part.name;
}

/** Most parts meet the same list of keys again and again: where they were found there is kept with them. */
function positionOf(part: PolicyPart, key: string, list: KeyList): number {
  if (part.foundIn === list) return part.foundAt;
  const position = list.positionOf(key);
  part.foundIn = list;
  part.foundAt = position;
  return position;
}

function isSaidBefore(peers: readonly PolicyPart[], index: number, key: string): boolean {
  for (let at = 0; at < index; at++) if (peers[at]?.children.has(key)) return true;
  return false;
}

/** The peers' parts under a key, of which `first` is the first. */
function groupOf(peers: readonly PolicyPart[], index: number, key: string, first: PolicyPart): readonly PolicyPart[] {
  let group: PolicyPart[] | undefined;
  for (let at = index + 1; at < peers.length; at++) {
    const part = peers[at]?.children.get(key);
    if (!part) continue;
    group ??= [first];
    group.push(part);
  }
  return group ?? first.only;
}
