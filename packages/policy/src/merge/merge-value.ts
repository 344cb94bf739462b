/**
 * The value of one setting after one more level of the organization tree.
 *
 * Pure: the same policies merge to the same value in server, CLI and browser.
 * Source: organizations spec 4.3, rules R1 to R9, R15.
 */
import { allows, type Operator } from '../document/operators.ts';
import type { PolicyNode, WrittenValue } from '../document/policy-document.ts';
import { type MergedItem, type MergedNode, type MergedValue, plainValue } from './merged-node.ts';
import type { AppliedControl, Origin, PlainValue, TraceEvent } from './trace.ts';

/** What one policy of a level says at one path. Peers come in order of attachment. */
export interface Peer {
  readonly policyId: string;
  readonly nodeId: string;
  readonly node: PolicyNode;
}

/** Adds to `events` what happened; the value is the same object if nothing did. */
export function mergeValue(before: MergedNode, peers: readonly Peer[], events: TraceEvent[]): MergedValue | undefined {
  let value = before.value;
  // R2: one assignment, then all appends, then all removals, in whatever order their policies were attached.
  for (const operator of ['assign', 'append', 'remove'] as const) {
    if (!peers.some(({ node }) => node[operator])) continue;
    const steps = stepsOf(peers, operator);
    if (allows(before.allowed, operator)) value = APPLY[operator](value, steps, events);
    else events.push(...steps.map(({ origin, plain }) => refusal(origin, operator, plain, before.controls)));
  }
  return value;
}

interface Step {
  readonly origin: Origin;
  readonly written: WrittenValue;
  readonly plain: PlainValue;
}

type Apply = (value: MergedValue | undefined, steps: readonly Step[], events: TraceEvent[]) => MergedValue | undefined;

const APPLY: Readonly<Record<Operator, Apply>> = { assign, append, remove };

function stepsOf(peers: readonly Peer[], operator: Operator): readonly Step[] {
  return peers.flatMap(({ policyId, nodeId, node }) => {
    const written = node[operator];
    if (!written) return [];
    const plain = written.isList ? written.texts : (written.texts[0] ?? '');
    return [{ origin: { policyId, nodeId, offset: written.offset }, written, plain }];
  });
}

/** R1: of several, the policy attached first wins. R15: what it repeats stays repeated. */
function assign(before: MergedValue | undefined, [first, ...others]: readonly Step[], events: TraceEvent[]) {
  if (!first) return before;
  const { origin, written, plain } = first;
  events.push({ kind: 'assigned', origin, value: plain, replaced: plainValue(before) });
  for (const other of others) events.push({ kind: 'outranked', origin: other.origin, value: other.plain, by: origin });
  const value: MergedValue = written.isList
    ? { kind: 'list', items: written.texts.map((text) => ({ text, origin })), shapedBy: [origin] }
    : { kind: 'single', text: written.texts[0] ?? '', origin };
  return value;
}

/** R4: what is there already is left out, what is new goes to the end. */
function append(before: MergedValue | undefined, steps: readonly Step[], events: TraceEvent[]) {
  const items = [...itemsOf(before)];
  const known = new Set(items.map(({ text }) => text));
  const shapedBy = [...shapersOf(before)];
  for (const { origin, written } of steps) {
    const present = written.texts.filter((text) => known.has(text));
    const added = [...new Set(written.texts)].filter((text) => !known.has(text));
    for (const text of added) {
      known.add(text);
      items.push({ text, origin });
    }
    if (added.length > 0) shapedBy.push(origin);
    if (written.texts.length > 0) events.push({ kind: 'appended', origin, items: added, present });
  }
  if (items.length === itemsOf(before).length) return before;
  const value: MergedValue = { kind: 'list', items, shapedBy };
  return value;
}

/** R6: removing what is not there does nothing; a list that was never set stays unset. */
function remove(before: MergedValue | undefined, steps: readonly Step[], events: TraceEvent[]) {
  let items = before?.kind === 'list' ? before.items : [];
  const shapedBy = [...shapersOf(before)];
  for (const { origin, written } of steps) {
    const named = new Set(written.texts);
    const removed = items.filter(({ text }) => named.has(text)).map(({ text }) => text);
    const absent = [...named.difference(new Set(removed))];
    items = items.filter(({ text }) => !named.has(text));
    if (removed.length > 0) shapedBy.push(origin);
    if (named.size > 0) events.push({ kind: 'removed', origin, items: removed, absent });
  }
  if (before?.kind !== 'list' || items.length === before.items.length) return before;
  const value: MergedValue = { kind: 'list', items, shapedBy };
  return value;
}

function itemsOf(value: MergedValue | undefined): readonly MergedItem[] {
  if (value?.kind === 'single') return [{ text: value.text, origin: value.origin }];
  return value?.items ?? [];
}

function shapersOf(value: MergedValue | undefined): readonly Origin[] {
  if (value?.kind === 'single') return [value.origin];
  return value?.shapedBy ?? [];
}

function refusal(
  origin: Origin,
  operator: Operator,
  value: PlainValue,
  controls: readonly AppliedControl[],
): TraceEvent {
  return {
    kind: 'refused',
    origin,
    operator,
    value,
    by: controls.filter(({ allowed }) => !allowed.includes(operator)),
  };
}
