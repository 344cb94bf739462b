/**
 * Why a decision is as it is: which statements decided, or which came nearest to allowing it and what they lack.
 *
 * INVARIANT: the outcome is the evaluator's own. This only looks at the same statements again, so it costs nothing
 * where nobody asks.
 */
import type { Condition } from './conditions.ts';
import {
  type Asked,
  applies,
  askedOf,
  evaluate,
  type Layer,
  type Outcome,
  type Policies,
  type Request,
  speaksOf,
} from './evaluate.ts';
import type { PolicyDocument, Statement } from './policy-document.ts';

/** Where a policy hangs. */
export interface Origin {
  readonly layer: Layer;
  /** An ARN, a policy's id, or the name of an inline policy. */
  readonly policy: string;
  /** The name that people know it by, where that is another. */
  readonly name?: string;
  /** What it hangs on: `user ann`, `group Operators`, `ou-ab12-cdefghij`. */
  readonly on: string;
}

export interface Hung {
  readonly document: PolicyDocument;
  readonly origin: Origin;
}

export interface HungLevel {
  readonly nodeId: string;
  readonly policies: readonly Hung[];
}

/** The evaluator's policies, each with its origin. */
export interface HungPolicies {
  readonly isRoot: boolean;
  readonly identity: readonly Hung[];
  readonly boundary: Hung | undefined;
  readonly session: readonly Hung[] | undefined;
  readonly resource: { readonly policy: Hung; readonly accountId: string; readonly required: boolean } | undefined;
  readonly serviceControl: readonly HungLevel[] | undefined;
  readonly resourceControl: readonly HungLevel[] | undefined;
}

/** What keeps a statement from applying. */
export type Miss =
  | { readonly element: 'Action' | 'Principal' | 'Resource'; readonly written: unknown }
  | {
      readonly element: 'Condition';
      readonly operator: string;
      readonly key: string;
      readonly wanted: readonly string[];
      /** Undefined: the request has no such key. */
      readonly actual: readonly string[] | undefined;
    };

export interface Finding {
  readonly origin: Origin;
  /** From 1 on, as people count. */
  readonly statement: number;
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** Empty: it applies. */
  readonly misses: readonly Miss[];
}

export interface Trace {
  readonly outcome: Outcome;
  /** All that deny; or of each layer that had to allow, one that does; or nothing. */
  readonly decidedBy: readonly Finding[];
  /** Of the layer, and of control policies the level, that lacks an allow. */
  readonly nearest: readonly Finding[];
  /** The root, unit or account whose policies allow it not. */
  readonly missingAt?: string;
}

const NEAREST_MAX = 3;

export function trace(policies: HungPolicies, request: Request): Trace {
  const plain = bare(policies);
  const asked = askedOf(plain, request);
  const outcome = evaluate(plain, request);
  switch (outcome.kind) {
    case 'explicitly-denied':
      return { outcome, decidedBy: denials(policies, asked), nearest: [] };
    case 'allowed':
      return { outcome, decidedBy: grants(policies, asked), nearest: [] };
    case 'not-allowed':
      return { outcome, decidedBy: [], ...lacking(policies, outcome.layer, asked) };
  }
}

export function bare({ isRoot, identity, boundary, session, resource, ...controls }: HungPolicies): Policies {
  const documents = (all: readonly Hung[]): PolicyDocument[] => all.map(({ document }) => document);
  const levels = (all: readonly HungLevel[] | undefined) => all?.map((level) => documents(level.policies));
  return {
    isRoot,
    identity: documents(identity),
    boundary: boundary?.document,
    session: session && documents(session),
    resource: resource && { ...resource, policy: resource.policy.document },
    serviceControl: levels(controls.serviceControl),
    resourceControl: levels(controls.resourceControl),
  };
}

/** In the evaluator's order: the first one is what the answer to the request speaks of. */
function everything({ resourceControl, serviceControl, resource, identity, boundary, session }: HungPolicies): Hung[] {
  return [
    ...(resourceControl ?? []).flatMap((level) => level.policies),
    ...(serviceControl ?? []).flatMap((level) => level.policies),
    ...(resource ? [resource.policy] : []),
    ...identity,
    ...(boundary ? [boundary] : []),
    ...(session ?? []),
  ];
}

function denials(policies: HungPolicies, asked: Asked): Finding[] {
  return statementsOf(everything(policies), 'Deny', asked).filter(isApplying);
}

function grants(policies: HungPolicies, asked: Asked): Finding[] {
  const { identity, boundary, session, resource, serviceControl, resourceControl } = policies;
  const layers: (readonly Hung[])[] = [
    identity,
    resource ? [resource.policy] : [],
    boundary ? [boundary] : [],
    session ?? [],
    ...(serviceControl ?? []).map((level) => level.policies),
    ...(resourceControl ?? []).map((level) => level.policies),
  ];
  return layers.flatMap((layer) => statementsOf(layer, 'Allow', asked).filter(isApplying).slice(0, 1));
}

function lacking(policies: HungPolicies, layer: Layer, asked: Asked): Pick<Trace, 'nearest' | 'missingAt'> {
  const { identity, boundary, session, resource, serviceControl, resourceControl } = policies;
  switch (layer) {
    case 'resource-control':
      return lackingLevel(resourceControl, asked);
    case 'service-control':
      return lackingLevel(serviceControl, asked);
    case 'trust':
    case 'resource':
      return { nearest: nearestOf(resource ? [resource.policy] : [], asked) };
    case 'identity':
      return { nearest: nearestOf(identity, asked) };
    case 'boundary':
      return { nearest: nearestOf(boundary ? [boundary] : [], asked) };
    case 'session':
      return { nearest: nearestOf(session ?? [], asked) };
  }
}

function lackingLevel(levels: readonly HungLevel[] | undefined, asked: Asked): Pick<Trace, 'nearest' | 'missingAt'> {
  const level = levels?.find(({ policies }) => !statementsOf(policies, 'Allow', asked).some(isApplying));
  if (!level) return { nearest: [] };
  return { nearest: nearestOf(level.policies, asked), missingAt: level.nodeId };
}

/** Statements that speak of the action, those first that lack least. */
function nearestOf(policies: readonly Hung[], asked: Asked): Finding[] {
  return statementsOf(policies, 'Allow', asked)
    .filter(({ misses }) => !misses.some(({ element }) => element === 'Action'))
    .sort((one, other) => one.misses.length - other.misses.length)
    .slice(0, NEAREST_MAX);
}

function isApplying({ misses }: Finding): boolean {
  return misses.length === 0;
}

function statementsOf(policies: readonly Hung[], effect: 'Allow' | 'Deny', asked: Asked): Finding[] {
  return policies.flatMap(({ document, origin }) =>
    document.statements.flatMap((statement, index) =>
      statement.effect === effect
        ? [{ origin, statement: index + 1, sid: statement.sid, effect, misses: missesOf(statement, asked) }]
        : [],
    ),
  );
}

function missesOf(statement: Statement, asked: Asked): Miss[] {
  if (applies(statement, asked)) return [];
  const { action, resource, lookup } = asked;
  const { written } = statement;
  const misses: Miss[] = [];
  if (!statement.matchesAction(action))
    misses.push({ element: 'Action', written: written['Action'] ?? written['NotAction'] });
  if (!speaksOf(statement, asked)) {
    misses.push({ element: 'Principal', written: written['Principal'] ?? written['NotPrincipal'] });
  }
  if (!statement.matchesResource(resource, lookup)) {
    misses.push({ element: 'Resource', written: written['Resource'] ?? written['NotResource'] });
  }
  return [...misses, ...statement.conditions.filter((one) => !one.holds(lookup)).map((one) => missOf(one, asked))];
}

function missOf({ operator, key, values }: Condition, { lookup }: Asked): Miss {
  return { element: 'Condition', operator, key, wanted: values, actual: lookup(key.toLowerCase()) };
}
