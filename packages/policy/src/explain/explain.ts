/**
 * Explains the effective policy of one account, or a part of it.
 *
 * The trace comes from merging the account's levels once more (merge/trace-levels.ts); this gives its places names,
 * lines and columns and says what lost.
 */
import { unreachable } from '@holdfast/kernel';
import type { Operator } from '../document/operators.ts';
import { folded, type PolicyDocument } from '../document/policy-document.ts';
import { type EffectiveObject, type EffectiveValue, isEffectiveObject } from '../effective/effective-document.ts';
import type { Level } from '../merge/merge-level.ts';
import type { AppliedControl, Origin, PlainValue, TraceEvent } from '../merge/trace.ts';
import type { TracedNode } from '../merge/trace-levels.ts';
import type { OrganizationEvaluation } from '../organization/evaluate-organization.ts';
import { type Names, namesOf } from '../organization/names.ts';
import type { ExplainedLevel, ExplainedNode, Explanation, Lock, Loss, Place } from './explanation.ts';

/**
 * `path`: keys, or a text of keys joined by slashes; the whole document without. Keys are found in any letter case.
 * A key with a slash in it can only be given in a list. Undefined for an account that is not in the organization.
 */
export function explain(
  evaluation: OrganizationEvaluation,
  accountId: string,
  path: readonly string[] | string = [],
): Explanation | undefined {
  const policy = evaluation.policyOf(accountId);
  if (!policy) return undefined;
  const keys = (typeof path === 'string' ? path.split('/').filter((key) => key !== '') : path).map(folded);
  const levels = evaluation.levelsOf(accountId);
  const names = namesOf(evaluation.snapshot);
  const explainer = new Explainer(levels, names);
  const traced = keys.reduce<TracedNode | undefined>(
    (at, key) => at?.children.get(key),
    evaluation.traceOf(accountId, keys),
  );
  const document = keys.reduce<EffectiveValue | undefined>(
    (at, key) => (isEffectiveObject(at) ? at.get(key) : undefined),
    policy.document,
  );
  return {
    accountId,
    type: evaluation.type,
    errors: policy.errors,
    levels: levels.map((level) => explainedLevel(level, names)),
    root: traced ? explainer.node(traced, document, keys) : defaultNode(document, keys),
  };
}

function explainedLevel({ nodeId, policies }: Level, names: Names): ExplainedLevel {
  return {
    nodeId,
    nodeName: names.node(nodeId),
    kind: names.kind(nodeId),
    policies: policies.map(({ id }) => ({ id, name: names.policy(id) })),
    order: names.isOrderKnown(nodeId) ? 'attachment' : 'unknown',
  };
}

/** What no policy speaks of and the type adds all the same. */
function defaultNode(value: EffectiveValue | undefined, path: readonly string[]): ExplainedNode | undefined {
  if (value === undefined) return undefined;
  const isContainer = isEffectiveObject(value);
  return {
    ...emptyNode(path),
    kind: isContainer ? 'container' : kindOf(value),
    value: isContainer ? undefined : value,
    isDefault: true,
    children: isContainer ? [...value].flatMap(([key, child]) => defaultNode(child, [...path, key]) ?? []) : [],
  };
}

function emptyNode(path: readonly string[]): Omit<ExplainedNode, 'kind'> {
  return {
    path,
    name: path.at(-1) ?? '',
    value: undefined,
    items: [],
    isDefault: false,
    isPruned: false,
    setBy: [],
    lost: [],
    locks: [],
    children: [],
  };
}

function kindOf(value: PlainValue): 'single' | 'list' {
  return typeof value === 'string' ? 'single' : 'list';
}

class Explainer {
  readonly #names: Names;
  readonly #documents: ReadonlyMap<string, PolicyDocument>;

  constructor(levels: readonly Level[], names: Names) {
    this.#names = names;
    this.#documents = new Map(levels.flatMap(({ policies }) => policies.map(({ id, document }) => [id, document])));
  }

  node(traced: TracedNode, document: EffectiveValue | undefined, path: readonly string[]): ExplainedNode {
    const { value, events, controls } = traced;
    const plain = document === undefined || isEffectiveObject(document) ? undefined : document;
    return {
      path,
      name: traced.name,
      kind: plain === undefined ? 'container' : kindOf(plain),
      value: plain,
      items:
        value?.kind === 'list' ? value.items.map(({ text, origin }) => ({ text, origin: this.#place(origin) })) : [],
      isDefault: plain !== undefined && value === undefined,
      isPruned: document === undefined,
      setBy: this.#setBy(value),
      lost: canLose(events) ? lossesOf(events).map((loss) => this.#loss(loss)) : [],
      locks: controls.map((control) => this.#lock(control)),
      children: this.#children(traced, isEffectiveObject(document) ? document : undefined, path),
    };
  }

  #children(
    traced: TracedNode,
    document: EffectiveObject | undefined,
    path: readonly string[],
  ): readonly ExplainedNode[] {
    const children: ExplainedNode[] = [];
    let found = 0;
    for (const [key, child] of traced.children) {
      const value = document?.get(key);
      if (value !== undefined) found++;
      children.push(this.node(child, value, [...path, key]));
    }
    // What else the document has comes from the policy type.
    if (!document || found === document.size) return children;
    for (const [key, child] of document) {
      const added = traced.children.has(key) ? undefined : defaultNode(child, [...path, key]);
      if (added) children.push(added);
    }
    return children;
  }

  #setBy(value: TracedNode['value']): readonly Place[] {
    if (!value) return [];
    return (value.kind === 'single' ? [value.origin] : value.shapedBy).map((origin) => this.#place(origin));
  }

  #loss({ origin, by, ...loss }: RawLoss): Loss {
    const isOrderUnknown = loss.kind === 'outranked' && !this.#names.isOrderKnown(origin.nodeId);
    return { ...loss, origin: this.#place(origin), by: by.map((winner) => this.#place(winner)), isOrderUnknown };
  }

  #lock({ origin, allowed }: AppliedControl): Lock {
    return { origin: this.#place(origin), allowed };
  }

  #place({ policyId, nodeId, offset }: Origin): Place {
    const { line, column } = this.#documents.get(policyId)?.positionOf(offset) ?? { line: 1, column: 1 };
    const [policyName, nodeName] = [this.#names.policy(policyId), this.#names.node(nodeId)];
    return { policyId, policyName, nodeId, nodeName, line, column };
  }
}

interface RawLoss extends Pick<Loss, 'kind' | 'value' | 'operator'> {
  readonly origin: Origin;
  readonly by: readonly Origin[];
}

/** Most places have one assignment and nothing else. */
function canLose(events: readonly TraceEvent[]): boolean {
  const [first] = events;
  return events.length > 1 || (first !== undefined && first.kind !== 'assigned' && first.kind !== 'controlled');
}

/** What stands at a place while its history goes on. */
interface Held {
  readonly text: string;
  readonly origin: Origin;
  readonly operator: Operator;
}

/** Goes through what happened at a place and notes what did not come through. */
function lossesOf(events: readonly TraceEvent[]): readonly RawLoss[] {
  const losses: RawLoss[] = [];
  let held: readonly Held[] = [];
  let isList = false;
  const lose = (kind: RawLoss['kind'], lost: readonly Held[], by: Origin): void => {
    for (const [origin, group] of Map.groupBy(lost, (item) => item.origin)) {
      const texts = group.map(({ text }) => text);
      const value = isList ? texts : (texts[0] ?? '');
      losses.push({ kind, value, operator: group[0]?.operator, origin, by: [by] });
    }
  };
  for (const event of events) {
    const { origin } = event;
    switch (event.kind) {
      case 'assigned':
        lose('replaced', held, origin);
        isList = typeof event.value !== 'string';
        held = listOf(event.value).map((text) => ({ text, origin, operator: 'assign' }));
        break;
      case 'appended':
        isList ||= event.items.length > 0;
        held = [...held, ...event.items.map((text) => ({ text, origin, operator: 'append' as const }))];
        break;
      case 'removed': {
        const gone = new Set(event.items);
        lose(
          'removed',
          held.filter(({ text }) => gone.has(text)),
          origin,
        );
        held = held.filter(({ text }) => !gone.has(text));
        break;
      }
      case 'outranked':
        losses.push({ kind: 'outranked', value: event.value, operator: 'assign', origin, by: [event.by] });
        break;
      case 'refused':
        losses.push({ ...event, by: originsOf(event.by) });
        break;
      case 'key-refused':
        losses.push({ kind: 'key-refused', value: event.key, operator: undefined, origin, by: originsOf(event.by) });
        break;
      case 'controlled':
        break;
      default:
        unreachable(event);
    }
  }
  return losses;
}

function originsOf(controls: readonly AppliedControl[]): readonly Origin[] {
  return controls.map(({ origin }) => origin);
}

function listOf(value: PlainValue): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
