/**
 * The trace of one account's merge: the same merge once more, with every step written down.
 *
 * Computed on demand: some 10 µs for each policy on the way to an account, where keeping the traces of all accounts
 * would cost more than merging them. A test holds that replaying a trace gives the merged value.
 */
import { present } from '@holdfast/kernel';
import { type Operator, operatorsOf } from '../document/operators.ts';
import type { WrittenValue } from '../document/policy-document.ts';
import { partOf } from './compile-policy.ts';
import { LevelMerge } from './level-merge.ts';
import type { Level } from './merge-level.ts';
import { MergeMemory, type PartSource } from './merge-memory.ts';
import type { AppliedControl, Origin, PlainValue, TraceEvent } from './trace.ts';
import type { NodeTrace } from './trace-recorder.ts';

/** A place in the merged state with its history. */
export interface TracedNode {
  /** The key as the first policy spelled it; empty at the root. */
  readonly name: string;
  readonly value: TracedValue | undefined;
  readonly children: ReadonlyMap<string, TracedNode>;
  readonly controls: readonly AppliedControl[];
  /** All that happened here, in order: what was done, what was refused and why. */
  readonly events: readonly TraceEvent[];
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
  return traceIn(new MergeMemory(), levels, path);
}

/** The same with policies that are ready to be merged in the memory, or become so. */
export function traceIn(memory: MergeMemory, levels: readonly Level[], path: readonly string[]): TracedNode {
  const merge = new LevelMerge(memory);
  const level = { nodeId: '' };
  const recorder = new Recorder('', path, level);
  let state = memory.empty;
  for (const { nodeId, policies } of levels) {
    level.nodeId = nodeId;
    const parts = policies.map(({ id, document }) => partOf(memory, id, document));
    state = merge.merge(state, parts, recorder);
  }
  return recorder;
}

const NO_CONTROLS: readonly AppliedControl[] = [];
const NO_CHILDREN: ReadonlyMap<string, Recorder> = new Map();

/** Becomes the traced node: every place that it is told of is one in the merged state. */
class Recorder implements NodeTrace, TracedNode {
  readonly name: string;
  readonly events: TraceEvent[] = [];
  /** Keys of which alone is told here; empty for all. */
  readonly #path: readonly string[];
  readonly #level: { readonly nodeId: string };
  #controls: AppliedControl[] | undefined;
  #children: Map<string, Recorder> | undefined;

  constructor(name: string, path: readonly string[], level: { readonly nodeId: string }) {
    this.name = name;
    this.#path = path;
    this.#level = level;
  }

  get value(): TracedValue | undefined {
    return valueAfter(this.events);
  }

  get controls(): readonly AppliedControl[] {
    return this.#controls ?? NO_CONTROLS;
  }

  get children(): ReadonlyMap<string, TracedNode> {
    return this.#children ?? NO_CHILDREN;
  }

  child(key: string, name: string): Recorder | undefined {
    const only = this.#path[0];
    if (only !== undefined && only !== key) return undefined;
    this.#children ??= new Map();
    let child = this.#children.get(key);
    if (!child) {
      child = new Recorder(name, only === undefined ? this.#path : this.#path.slice(1), this.#level);
      this.#children.set(key, child);
    }
    return child;
  }

  assigned(by: PartSource, value: WrittenValue, before: PlainValue | undefined): void {
    this.events.push({
      kind: 'assigned',
      origin: this.#origin(by, value.offset),
      value: plain(value),
      replaced: before,
    });
  }

  outranked(loser: PartSource, value: WrittenValue, winner: PartSource, winning: WrittenValue): void {
    const by = this.#origin(winner, winning.offset);
    this.events.push({ kind: 'outranked', origin: this.#origin(loser, value.offset), value: plain(value), by });
  }

  appended(by: PartSource, value: WrittenValue, added: readonly string[]): void {
    if (value.texts.length === 0) return;
    const news = new Set(added);
    const present = value.texts.filter((text) => !news.has(text));
    this.events.push({ kind: 'appended', origin: this.#origin(by, value.offset), items: added, present });
  }

  removed(by: PartSource, value: WrittenValue, removed: readonly string[]): void {
    const named = new Set(value.texts);
    if (named.size === 0) return;
    const absent = [...named.difference(new Set(removed))];
    this.events.push({ kind: 'removed', origin: this.#origin(by, value.offset), items: removed, absent });
  }

  refused(asking: PartSource, operator: Operator, value: WrittenValue): void {
    const by = this.#controlsAbove().filter(({ allowed }) => !allowed.includes(operator));
    const origin = this.#origin(asking, value.offset);
    this.events.push({ kind: 'refused', origin, operator, value: plain(value), by });
  }

  keyRefused(asking: PartSource, key: string): void {
    const [only] = this.#path;
    if (only !== undefined && only !== key) return;
    const by = this.#controlsAbove().filter(
      ({ allowed }) => !allowed.includes('assign') || !allowed.includes('append'),
    );
    this.events.push({ kind: 'key-refused', origin: this.#origin(asking, asking.offset), key, by });
  }

  controlled(by: PartSource): void {
    const control = present(by.node.control, 'control');
    const origin = this.#origin(by, control.offset);
    const allowed = operatorsOf(control.allowed);
    this.events.push({ kind: 'controlled', origin, allowed });
    this.#controls ??= [];
    this.#controls.push({ origin, allowed });
  }

  /** A level's own controls do not bind it. */
  #controlsAbove(): readonly AppliedControl[] {
    return this.controls.filter(({ origin }) => origin.nodeId !== this.#level.nodeId);
  }

  #origin({ policyId }: PartSource, offset: number): Origin {
    return { policyId, nodeId: this.#level.nodeId, offset };
  }
}

/** What the events left: each item with who brought it. */
function valueAfter(events: readonly TraceEvent[]): TracedValue | undefined {
  let value: TracedValue | undefined;
  for (const event of events) {
    if (event.kind === 'assigned') value = assignedValue(event.value, event.origin);
    else if (event.kind === 'appended' && event.items.length > 0) {
      const items = event.items.map((text) => ({ text, origin: event.origin }));
      value = {
        kind: 'list',
        items: [...itemsOf(value), ...items],
        shapedBy: [...shapersOf(value), event.origin],
      };
    } else if (event.kind === 'removed' && event.items.length > 0) {
      const gone = new Set(event.items);
      value = {
        kind: 'list',
        items: itemsOf(value).filter(({ text }) => !gone.has(text)),
        shapedBy: [...shapersOf(value), event.origin],
      };
    }
  }
  return value;
}

function assignedValue(value: PlainValue, origin: Origin): TracedValue {
  if (typeof value === 'string') return { kind: 'single', text: value, origin };
  return { kind: 'list', items: value.map((text) => ({ text, origin })), shapedBy: [origin] };
}

function itemsOf(value: TracedValue | undefined): readonly TracedItem[] {
  return value?.kind === 'single' ? [{ text: value.text, origin: value.origin }] : (value?.items ?? []);
}

function shapersOf(value: TracedValue | undefined): readonly Origin[] {
  return value?.kind === 'single' ? [value.origin] : (value?.shapedBy ?? []);
}

function plain({ isList, texts }: WrittenValue): PlainValue {
  return isList ? texts : (texts[0] ?? '');
}
