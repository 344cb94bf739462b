/**
 * A merged policy as flat lists for people: each setting with who set it, and what was tried below and refused.
 *
 * Pure. Paths are the keys of the effective document, joined by slashes where AWS does so too.
 */
import {
  type AppliedControl,
  type EffectiveValue,
  isEffectiveList,
  isEffectiveObject,
  type Origin,
  readEffective,
  type TracedNode,
  traceLevels,
} from '@holdfast/policy';
import type { NamedLevels } from './policy-levels.ts';

export interface Setting {
  readonly path: string;
  readonly value: string;
  /** `policy at node`, for each that shaped it. */
  readonly setBy: string;
}

export interface Refusal {
  readonly path: string;
  /** What was asked for. */
  readonly value: string;
  readonly asked: string;
  /** What forbade it, and with which control. */
  readonly forbiddenBy: string;
}

export interface ExplainedPolicy {
  readonly settings: readonly Setting[];
  readonly refusals: readonly Refusal[];
}

/** Why the effective policy is as it is, by merging the attached documents anew. */
export function explainPolicy({ levels, names }: NamedLevels): ExplainedPolicy {
  const settings: Setting[] = [];
  const refusals: Refusal[] = [];
  collect(traceLevels(levels), [], { settings, refusals, names });
  return { settings, refusals };
}

/** The settings of a published document, without their origins. */
export function settingsOf(content: string): Setting[] {
  const document = readEffective(content);
  return document === undefined ? [] : flatten(document, []);
}

function flatten(value: EffectiveValue, path: readonly string[]): Setting[] {
  if (isEffectiveObject(value)) return [...value].flatMap(([key, child]) => flatten(child, [...path, key]));
  return [{ path: path.join('/'), value: isEffectiveList(value) ? value.join(', ') : value, setBy: '' }];
}

interface Collected {
  readonly settings: Setting[];
  readonly refusals: Refusal[];
  readonly names: ReadonlyMap<string, string>;
}

function collect(node: TracedNode, path: readonly string[], into: Collected): void {
  const { value } = node;
  if (value?.kind === 'single') {
    into.settings.push({ path: path.join('/'), value: value.text, setBy: named(value.origin, into.names) });
  } else if (value) {
    const by = new Set(value.shapedBy.map((origin) => named(origin, into.names)));
    into.settings.push({
      path: path.join('/'),
      value: value.items.map(({ text }) => text).join(', '),
      setBy: [...by].join(', '),
    });
  }
  for (const event of node.events) {
    if (event.kind === 'refused') {
      const asked = typeof event.value === 'string' ? event.value : event.value.join(', ');
      into.refusals.push(refusal(path, `@@${event.operator} ${asked}`, event.origin, event.by, into.names));
    }
    if (event.kind === 'key-refused') {
      into.refusals.push(refusal([...path, event.key], 'a new key', event.origin, event.by, into.names));
    }
  }
  for (const [key, child] of node.children) collect(child, [...path, key], into);
}

function refusal(
  path: readonly string[],
  value: string,
  origin: Origin,
  by: readonly AppliedControl[],
  names: ReadonlyMap<string, string>,
): Refusal {
  const controls = by.map(({ origin: of, allowed }) => {
    const operators = allowed.length === 0 ? '@@none' : allowed.map((operator) => `@@${operator}`).join(', ');
    return `${named(of, names)} (child policies: ${operators})`;
  });
  return { path: path.join('/'), value, asked: named(origin, names), forbiddenBy: controls.join(', ') };
}

function named({ policyId, nodeId }: Origin, names: ReadonlyMap<string, string>): string {
  return `${names.get(policyId) ?? policyId} at ${names.get(nodeId) ?? nodeId}`;
}
