/**
 * The value of one setting after one more level of the organization tree.
 *
 * Pure: the same policies merge to the same value in server, CLI and browser.
 * Source: organizations spec 4.3, rules R1 to R9, R15.
 */
import { allows, type Operator } from '../document/operators.ts';
import type { MergedNode, MergedValue } from './merged-node.ts';
import type { PolicyPart } from './policy-part.ts';
import type { NodeTrace } from './trace-recorder.ts';

/** What the peers of a level, in order of attachment, make of a value; the same object if they leave it alone. */
export function mergeValue(
  before: MergedNode,
  peers: readonly PolicyPart[],
  trace: NodeTrace | undefined,
): MergedValue | undefined {
  let value = before.value;
  // R2: one assignment, then all appends, then all removals, in whatever order their policies were attached.
  if (isSaid(peers, 'assign', before, trace)) value = assign(value, peers, trace);
  if (isSaid(peers, 'append', before, trace)) value = append(value, peers, trace);
  if (isSaid(peers, 'remove', before, trace)) value = remove(value, peers, trace);
  return value;
}

/** Whether a peer uses the operator and may (R7: what it may not do is passed over). */
function isSaid(
  peers: readonly PolicyPart[],
  operator: Operator,
  { allowed }: MergedNode,
  trace: NodeTrace | undefined,
): boolean {
  let said = false;
  for (const peer of peers) {
    if (!peer[operator]) continue;
    said = true;
    if (!allows(allowed, operator)) trace?.refused(peer, operator, peer[operator]);
  }
  return said && allows(allowed, operator);
}

/** R1: of several, the policy attached first wins. */
function assign(
  before: MergedValue | undefined,
  peers: readonly PolicyPart[],
  trace: NodeTrace | undefined,
): MergedValue | undefined {
  let winner: PolicyPart | undefined;
  let value = before;
  for (const peer of peers) {
    if (!peer.assign) continue;
    if (winner) {
      trace?.outranked(peer, peer.assign, winner);
      continue;
    }
    winner = peer;
    value = peer.assigned;
    trace?.assigned(peer, peer.assign, before);
  }
  return value;
}

/** R4: what is there already is left out, what is new goes to the end. */
function append(
  before: MergedValue | undefined,
  peers: readonly PolicyPart[],
  trace: NodeTrace | undefined,
): MergedValue | undefined {
  const texts = [...textsOf(before)];
  const known = new Set(texts);
  const shapedBy = new Set(shapersOf(before));
  const sizeBefore = texts.length;
  for (const peer of peers) {
    if (!peer.append) continue;
    const added = [...new Set(peer.append.texts)].filter((text) => !known.has(text));
    trace?.appended(peer, peer.append, added);
    if (added.length === 0) continue;
    for (const text of added) known.add(text);
    texts.push(...added);
    shapedBy.add(peer.policyId);
  }
  return texts.length === sizeBefore ? before : { kind: 'list', texts, shapedBy: [...shapedBy] };
}

/** R6: removing what is not there does nothing; a list that was never set stays unset. */
function remove(
  before: MergedValue | undefined,
  peers: readonly PolicyPart[],
  trace: NodeTrace | undefined,
): MergedValue | undefined {
  let texts = before?.kind === 'list' ? before.texts : [];
  const shapedBy = new Set(shapersOf(before));
  const sizeBefore = texts.length;
  for (const peer of peers) {
    if (!peer.remove) continue;
    const named = new Set(peer.remove.texts);
    const removed = texts.filter((text) => named.has(text));
    trace?.removed(peer, peer.remove, removed);
    if (removed.length === 0) continue;
    texts = texts.filter((text) => !named.has(text));
    shapedBy.add(peer.policyId);
  }
  if (before?.kind !== 'list' || texts.length === sizeBefore) return before;
  return { kind: 'list', texts, shapedBy: [...shapedBy] };
}

function textsOf(value: MergedValue | undefined): readonly string[] {
  if (value?.kind === 'single') return [value.text];
  return value?.texts ?? [];
}

function shapersOf(value: MergedValue | undefined): readonly string[] {
  if (value?.kind === 'single') return [value.policyId];
  return value?.shapedBy ?? [];
}
