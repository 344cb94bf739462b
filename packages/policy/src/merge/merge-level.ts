/**
 * Merges the policies of one level of the tree (root, OU or account) onto what comes down from above.
 *
 * Cost follows what the level says, not what it inherits. Callers keep the state of a node for as long as the
 * policies on the way to it stay the same, and merge onto it for each of its children.
 * Source: organizations spec 4.3, normative.
 */
import { intersection, opensContainer, operatorsOf } from '../document/operators.ts';
import type { PolicyDocument } from '../document/policy-document.ts';
import { mergeValue, type Peer } from './merge-value.ts';
import { EMPTY_STATE, effectiveOf, freshNode, type MergedNode } from './merged-node.ts';
import type { AppliedControl, TraceEvent } from './trace.ts';

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
  return levels.reduce(mergeLevel, EMPTY_STATE);
}

/** The very same state if the level has no policies. */
export function mergeLevel(state: MergedNode, { nodeId, policies }: Level): MergedNode {
  if (policies.length === 0) return state;
  return mergeNode(
    state,
    policies.map(({ id, document }) => ({ policyId: id, nodeId, node: document.root })),
  );
}

function mergeNode(before: MergedNode, peers: readonly Peer[]): MergedNode {
  const events: TraceEvent[] = [];
  const value = mergeValue(before, peers, events);
  const children = mergeChildren(before, peers, events);
  const controls = controlsOf(peers);
  for (const { origin, allowed } of controls) events.push({ kind: 'controlled', origin, allowed });
  if (events.length === 0 && children === before.children) return before;
  return {
    name: before.name,
    value,
    children,
    // INVARIANT (R9): a level narrows what lower levels may do and never widens it; its own peers are not bound by it.
    allowed: peers.reduce(
      (set, { node }) => (node.control ? intersection(set, node.control.allowed) : set),
      before.allowed,
    ),
    controls: controls.length === 0 ? before.controls : [...before.controls, ...controls],
    events: events.length === 0 ? before.events : [...before.events, ...events],
    effective: effectiveOf(value, children, before),
  };
}

function mergeChildren(
  before: MergedNode,
  peers: readonly Peer[],
  events: TraceEvent[],
): ReadonlyMap<string, MergedNode> {
  let changed: Map<string, MergedNode> | undefined;
  for (const [key, group] of peersByKey(peers)) {
    const known = before.children.get(key);
    if (!known && !opensContainer(before.allowed)) {
      events.push(...group.map((peer) => keyRefusal(key, peer, before.controls)));
      continue;
    }
    const child = mergeNode(known ?? freshNode(group[0]?.name ?? key), group);
    if (child === known) continue;
    changed ??= new Map(before.children);
    changed.set(key, child);
  }
  return changed ?? before.children;
}

/** The peers of each child, keys in the order in which they are first seen. */
function peersByKey(peers: readonly Peer[]): ReadonlyMap<string, readonly NamedPeer[]> {
  const groups = new Map<string, NamedPeer[]>();
  for (const { policyId, nodeId, node } of peers) {
    for (const [key, child] of node.children) {
      const peer = { policyId, nodeId, node: child.node, name: child.name };
      const group = groups.get(key);
      if (group) group.push(peer);
      else groups.set(key, [peer]);
    }
  }
  return groups;
}

interface NamedPeer extends Peer {
  readonly name: string;
}

function controlsOf(peers: readonly Peer[]): readonly AppliedControl[] {
  return peers.flatMap(({ policyId, nodeId, node: { control } }) =>
    control ? [{ origin: { policyId, nodeId, offset: control.offset }, allowed: operatorsOf(control.allowed) }] : [],
  );
}

function keyRefusal(key: string, { policyId, nodeId, node }: Peer, controls: readonly AppliedControl[]): TraceEvent {
  const by = controls.filter(({ allowed }) => !allowed.includes('assign') || !allowed.includes('append'));
  return { kind: 'key-refused', origin: { policyId, nodeId, offset: node.offset }, key, by };
}
