/**
 * The trace of one account's merge: the same merge once more, with every step written down.
 *
 * Computed on demand: some 10 µs for each policy on the way to an account, where keeping the traces of all accounts
 * would cost more than merging them. A test holds that replaying a trace gives the merged value.
 */
import { present } from '@holdfast/kernel';
import { type Operator, operatorsOf } from '../document/operators.ts';
import type { WrittenValue } from '../document/policy-document.ts';
import { type Level, mergeLevel } from './merge-level.ts';
import type { PartSource } from './merge-memory.ts';
import { EMPTY_STATE, type MergedNode, type MergedValue } from './merged-node.ts';
import type { AppliedControl, Origin, PlainValue, TraceEvent } from './trace.ts';
import type { NodeTrace } from './trace-recorder.ts';

/** A merged node with its history. */
export interface TracedNode {
  /** The key as the first policy spelled it; empty at the root. */
  readonly name: string;
  readonly value: TracedValue | undefined;
  readonly children: ReadonlyMap<string, TracedNode>;
  readonly controls: readonly AppliedControl[];
  /** All that happened here, in order: what was done, what was refused and why. */
  readonly events: readonly TraceEvent[];
  /** The same place in the merged state. */
  readonly merged: MergedNode;
}

export type TracedValue = Readonly<
  | { kind: 'single'; text: string; origin: Origin }
  /** `shapedBy`: everyone since the last assignment who added or took away items. */
  | { kind: 'list'; items: readonly TracedItem[]; shapedBy: readonly Origin[] }
>;

export interface TracedItem {
  readonly text: string;
  readonly origin: Origin;
}

/** From the root down to the account; with a `path` of folded keys only what lies on it and below. */
export function traceLevels(levels: readonly Level[], path: readonly string[] = []): TracedNode {
  const recorder = new Recorder('', path);
  let state = EMPTY_STATE;
  for (const { nodeId, policies } of levels) {
    recorder.enter(nodeId);
    state = mergeLevel(state, policies, recorder);
  }
  return recorder.traced(state);
}

class Recorder implements NodeTrace {
  readonly #name: string;
  /** Keys of which alone is told here; empty for all. */
  readonly #path: readonly string[];
  readonly #level: { nodeId: string };
  readonly #events: TraceEvent[] = [];
  readonly #controls: AppliedControl[] = [];
  readonly #children = new Map<string, Recorder>();
  #items: TracedItem[] = [];
  #shapedBy: Origin[] = [];

  constructor(name: string, path: readonly string[], level = { nodeId: '' }) {
    this.#name = name;
    this.#path = path;
    this.#level = level;
  }

  enter(nodeId: string): void {
    this.#level.nodeId = nodeId;
  }

  child(key: string, name: string): Recorder | undefined {
    const [only, ...below] = this.#path;
    if (only !== undefined && only !== key) return undefined;
    let child = this.#children.get(key);
    if (!child) {
      child = new Recorder(name, below, this.#level);
      this.#children.set(key, child);
    }
    return child;
  }

  assigned(by: PartSource, value: WrittenValue, before: PlainValue | undefined): void {
    const origin = this.#origin(by, value.offset);
    this.#events.push({ kind: 'assigned', origin, value: plain(value), replaced: before });
    this.#items = value.texts.map((text) => ({ text, origin }));
    this.#shapedBy = [origin];
  }

  outranked(loser: PartSource, value: WrittenValue, winner: PartSource, winning: WrittenValue): void {
    const by = this.#origin(winner, winning.offset);
    this.#events.push({ kind: 'outranked', origin: this.#origin(loser, value.offset), value: plain(value), by });
  }

  appended(by: PartSource, value: WrittenValue, added: readonly string[]): void {
    if (value.texts.length === 0) return;
    const origin = this.#origin(by, value.offset);
    const news = new Set(added);
    const present = value.texts.filter((text) => !news.has(text));
    this.#events.push({ kind: 'appended', origin, items: added, present });
    if (added.length === 0) return;
    this.#items = [...this.#items, ...added.map((text) => ({ text, origin }))];
    this.#shapedBy = [...this.#shapedBy, origin];
  }

  removed(by: PartSource, value: WrittenValue, removed: readonly string[]): void {
    const named = new Set(value.texts);
    if (named.size === 0) return;
    const origin = this.#origin(by, value.offset);
    const absent = [...named.difference(new Set(removed))];
    this.#events.push({ kind: 'removed', origin, items: removed, absent });
    if (removed.length === 0) return;
    this.#items = this.#items.filter(({ text }) => !named.has(text));
    this.#shapedBy = [...this.#shapedBy, origin];
  }

  refused(asking: PartSource, operator: Operator, value: WrittenValue): void {
    const by = this.#controlsAbove().filter(({ allowed }) => !allowed.includes(operator));
    this.#events.push({
      kind: 'refused',
      origin: this.#origin(asking, value.offset),
      operator,
      value: plain(value),
      by,
    });
  }

  keyRefused(asking: PartSource, key: string): void {
    const [only] = this.#path;
    if (only !== undefined && only !== key) return;
    const by = this.#controlsAbove().filter(
      ({ allowed }) => !allowed.includes('assign') || !allowed.includes('append'),
    );
    this.#events.push({ kind: 'key-refused', origin: this.#origin(asking, asking.offset), key, by });
  }

  controlled(by: PartSource): void {
    const control = present(by.node.control, 'control');
    const origin = this.#origin(by, control.offset);
    const allowed = operatorsOf(control.allowed);
    this.#events.push({ kind: 'controlled', origin, allowed });
    this.#controls.push({ origin, allowed });
  }

  traced(merged: MergedNode): TracedNode {
    const children = new Map<string, TracedNode>();
    for (const [key, child] of this.#children) {
      const at = merged.children.get(key);
      if (at) children.set(key, child.traced(at));
    }
    return {
      name: this.#name,
      value: merged.value && this.#value(merged.value),
      children,
      controls: this.#controls,
      events: this.#events,
      merged,
    };
  }

  #value(merged: MergedValue): TracedValue | undefined {
    if (merged.kind === 'list') return { kind: 'list', items: this.#items, shapedBy: this.#shapedBy };
    const [item] = this.#items;
    return item && { kind: 'single', text: item.text, origin: item.origin };
  }

  /** A level's own controls do not bind it. */
  #controlsAbove(): readonly AppliedControl[] {
    return this.#controls.filter(({ origin }) => origin.nodeId !== this.#level.nodeId);
  }

  #origin({ policyId }: PartSource, offset: number): Origin {
    return { policyId, nodeId: this.#level.nodeId, offset };
  }
}

function plain({ isList, texts }: WrittenValue): PlainValue {
  return isList ? texts : (texts[0] ?? '');
}
