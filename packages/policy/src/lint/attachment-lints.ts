/**
 * Lints of what policies say to each other: refusals, conflicts at one node, controls that do nothing.
 *
 * Each node with policies is traced once; what its own policies said and how it went is told there.
 */
import { unreachable } from '@holdfast/kernel';
import type { AppliedControl, Origin, PlainValue, TraceEvent } from '../merge/trace.ts';
import type { TracedNode } from '../merge/trace-levels.ts';
import type { OrganizationEvaluation } from '../organization/evaluate-organization.ts';
import { type Names, namesOf } from '../organization/names.ts';
import type { LintFinding } from './lint-finding.ts';
import { LINTS, type LintId } from './lints.ts';

export function* attachmentFindings(evaluation: OrganizationEvaluation): Generator<LintFinding> {
  const names = namesOf(evaluation.snapshot);
  for (const { targetId } of evaluation.snapshot.attachments) {
    const levels = evaluation.levelsOf(targetId);
    if ((levels.at(-1)?.policies.length ?? 0) === 0) continue;
    for (const { node, path } of nodesOf(evaluation.traceOf(targetId), [])) {
      for (const event of node.events) {
        if (event.origin.nodeId !== targetId) continue;
        const found = findingOf(event, node, path, names);
        if (!found) continue;
        const { line, column } = evaluation.documentOf(event.origin.policyId)?.positionOf(event.origin.offset) ?? {};
        const place = line === undefined || column === undefined ? {} : { line, column };
        yield { ...found, policyId: event.origin.policyId, nodeId: targetId, ...place };
      }
    }
  }
}

function* nodesOf(
  node: TracedNode,
  path: readonly string[],
): Generator<{ readonly node: TracedNode; readonly path: readonly string[] }> {
  yield { node, path };
  for (const [key, child] of node.children) yield* nodesOf(child, [...path, key]);
}

function findingOf(
  event: TraceEvent,
  node: TracedNode,
  path: readonly string[],
  names: Names,
): LintFinding | undefined {
  switch (event.kind) {
    case 'refused': {
      const asked = `@@${event.operator} ${shownValue(event.value)}`;
      return finding('refused-override', path, `${asked} is refused by ${controlsNamed(event.by, names)}`);
    }
    case 'key-refused':
      return finding(
        'refused-override',
        [...path, event.key],
        `The key ${event.key} cannot be added: refused by ${controlsNamed(event.by, names)}`,
      );
    case 'outranked': {
      const winner = node.events.find((other) => other.kind === 'assigned' && isSame(other.origin, event.by));
      if (winner?.kind !== 'assigned' || shownValue(winner.value) === shownValue(event.value)) return undefined;
      const how = names.isOrderKnown(event.origin.nodeId)
        ? 'which was attached first'
        : 'if the order of attachment is as the snapshot lists it, which its source does not tell';
      const message = `${shownValue(event.value)} loses against ${shownValue(winner.value)} of ${names.policy(event.by.policyId)}, ${how}`;
      return finding('order-decides', path, message);
    }
    case 'controlled':
      return controlFinding(event, node, path, names);
    case 'assigned':
    case 'appended':
    case 'removed':
      return undefined;
    default:
      return unreachable(event);
  }
}

/** A control does nothing where nobody is below, or where controls above allow no more than it does. */
function controlFinding(
  { origin, allowed }: Extract<TraceEvent, { kind: 'controlled' }>,
  { controls }: TracedNode,
  path: readonly string[],
  names: Names,
): LintFinding | undefined {
  const id = 'control-without-effect';
  if (names.kind(origin.nodeId) === 'account') {
    return finding(id, path, 'An account has nothing below it: its controls bind nobody');
  }
  const above = controls.filter((control) => control.origin.nodeId !== origin.nodeId);
  const left = above.reduce<readonly string[]>(
    (set, control) => set.filter((operator) => control.allowed.some((one) => one === operator)),
    ['assign', 'append', 'remove'],
  );
  if (above.length === 0 || left.some((operator) => !allowed.some((one) => one === operator))) return undefined;
  return finding(id, path, `It allows all that ${controlsNamed(above, names)} leave open: it narrows nothing`);
}

function finding(id: LintId, path: readonly string[], message: string): LintFinding {
  return { id, severity: LINTS[id].severity, message, path };
}

function controlsNamed(controls: readonly AppliedControl[], names: Names): string {
  const named = controls.map(({ origin }) => `${names.policy(origin.policyId)} at ${names.node(origin.nodeId)}`);
  return [...new Set(named)].join(', ');
}

function isSame(a: Origin, b: Origin): boolean {
  return a.policyId === b.policyId && a.nodeId === b.nodeId && a.offset === b.offset;
}

function shownValue(value: PlainValue): string {
  return typeof value === 'string' ? value : `[${value.join(', ')}]`;
}
