/**
 * IAM's decision over policies that are already at hand. Pure.
 *
 * An explicit deny anywhere is final. Then every level of the organization above the resource (resource control) and
 * above the caller (service control) must allow; those grant nothing themselves. Then the identity's policies must
 * allow, and its boundary and its session policies too where there are any. Inside one account a resource policy that
 * names the role of a session, or everybody, stands in for the identity's policies; one that names the very user or
 * session stands in for boundary and session policies too. Across accounts both sides must allow. A role's trust policy
 * must allow in any case.
 * Not here: which policies bind whom (policies-in-force), why in detail (trace).
 * Source: IAM's "policy evaluation logic", "permissions boundaries" (resource-based policies); organizations spec 11.
 */
import type { PolicyDocument, Statement } from './policy-document.ts';
import { closer, type Named, type Principal } from './principals.ts';
import type { Lookup } from './template.ts';

export interface ResourcePolicy {
  readonly policy: PolicyDocument;
  /** The account that the resource belongs to. */
  readonly accountId: string;
  /** Whether nobody may do anything without its allow, as with trust policies. */
  readonly required: boolean;
}

/** What hangs on the organization's root, on each unit below it and on the account; each must let a request pass. */
export type Levels = readonly (readonly PolicyDocument[])[];

export interface Policies {
  readonly identity: readonly PolicyDocument[];
  /** The root of an account needs no policy. */
  readonly isRoot: boolean;
  readonly boundary: PolicyDocument | undefined;
  /** Undefined: not a session, or one that was not narrowed. */
  readonly session: readonly PolicyDocument[] | undefined;
  readonly resource: ResourcePolicy | undefined;
  /** Above the caller's account. Undefined: the caller is bound by none. */
  readonly serviceControl: Levels | undefined;
  /** Above the resource's account. Undefined: the resource or the action is bound by none. */
  readonly resourceControl: Levels | undefined;
}

export interface Request {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly lookup: Lookup;
}

export type Layer = 'resource-control' | 'service-control' | 'trust' | 'resource' | 'identity' | 'boundary' | 'session';

export type Outcome =
  | { readonly kind: 'allowed' }
  | { readonly kind: 'explicitly-denied'; readonly layer: Layer; readonly policy: PolicyDocument }
  /** `layer` is the first that lacks an allow. */
  | { readonly kind: 'not-allowed'; readonly layer: Layer };

export function evaluate(policies: Policies, request: Request): Outcome {
  const asked = askedOf(policies, request);
  return explicitDeny(policies, asked) ?? missingControl(policies, asked) ?? grant(policies, asked);
}

/** A request as statements are compared with it: the action in lower case. */
export interface Asked extends Request {
  /** A deny of all but some denies whoever has a boundary, whomever it spares. */
  readonly isBounded: boolean;
}

export function askedOf({ boundary }: Pick<Policies, 'boundary'>, request: Request): Asked {
  return { ...request, action: request.action.toLowerCase(), isBounded: boundary !== undefined };
}

/** The layer of the resource's own policy has another name where it says who may become a role. */
export function layerOf({ required }: ResourcePolicy): 'trust' | 'resource' {
  return required ? 'trust' : 'resource';
}

function explicitDeny(policies: Policies, request: Asked): Outcome | undefined {
  const { resourceControl, serviceControl, resource, identity, boundary, session } = policies;
  return (
    denialIn('resource-control', resourceControl?.flat(), request) ??
    denialIn('service-control', serviceControl?.flat(), request) ??
    (resource && denialIn(layerOf(resource), [resource.policy], request)) ??
    denialIn('identity', identity, request) ??
    (boundary && denialIn('boundary', [boundary], request)) ??
    denialIn('session', session, request)
  );
}

function denialIn(layer: Layer, documents: readonly PolicyDocument[] | undefined, request: Asked): Outcome | undefined {
  const policy = documents?.find((document) => denies(document, request));
  return policy && { kind: 'explicitly-denied', layer, policy };
}

function missingControl({ resourceControl, serviceControl }: Policies, request: Asked): Outcome | undefined {
  if (!passes(resourceControl, request)) return { kind: 'not-allowed', layer: 'resource-control' };
  if (!passes(serviceControl, request)) return { kind: 'not-allowed', layer: 'service-control' };
  return undefined;
}

function passes(levels: Levels | undefined, request: Asked): boolean {
  return levels?.every((level) => level.some((policy) => allows(policy, request))) ?? true;
}

function grant({ identity, isRoot, boundary, session, resource }: Policies, request: Asked): Outcome {
  const named = resource && allowedByResource(resource.policy, request);
  const { principal } = request;
  const sameAccount = !resource || (principal.kind === 'aws' && principal.accountId === resource.accountId);
  const mustAllow = resource !== undefined && (resource.required || !sameAccount);
  if (mustAllow && named === undefined) return { kind: 'not-allowed', layer: layerOf(resource) };
  if (sameAccount && named === 'self') return { kind: 'allowed' };
  const byIdentity = isRoot || identity.some((policy) => allows(policy, request));
  if (!byIdentity && !(sameAccount && named === 'principal')) return { kind: 'not-allowed', layer: 'identity' };
  if (boundary && !allows(boundary, request)) return { kind: 'not-allowed', layer: 'boundary' };
  if (session && !session.some((policy) => allows(policy, request))) return { kind: 'not-allowed', layer: 'session' };
  return { kind: 'allowed' };
}

function denies({ statements }: PolicyDocument, request: Asked): boolean {
  return statements.some((statement) => statement.effect === 'Deny' && applies(statement, request));
}

function allows({ statements }: PolicyDocument, request: Asked): boolean {
  return statements.some((statement) => statement.effect === 'Allow' && applies(statement, request));
}

function allowedByResource({ statements }: PolicyDocument, request: Asked): Named {
  let found: Named;
  for (const statement of statements) {
    if (statement.effect !== 'Allow' || !applies(statement, request)) continue;
    found = closer(found, statement.principal?.(request.principal));
    if (found === 'self') break;
  }
  return found;
}

/**
 * Whether a service, or somebody whom a provider vouches for, may take a role: its trust policy decides, and what binds
 * the role's account.
 */
export function trusts(trust: PolicyDocument, resourceControl: Levels | undefined, request: Request): boolean {
  const asked = askedOf({ boundary: undefined }, request);
  const all = [trust, ...(resourceControl ?? []).flat()];
  return !all.some((policy) => denies(policy, asked)) && passes(resourceControl, asked) && allows(trust, asked);
}

export function applies(statement: Statement, asked: Asked): boolean {
  const { action, resource, lookup } = asked;
  return (
    statement.matchesAction(action) &&
    speaksOf(statement, asked) &&
    statement.matchesResource(resource, lookup) &&
    statement.conditions.every((condition) => condition.holds(lookup))
  );
}

export function speaksOf(
  { principal: matches, sparesPrincipals }: Statement,
  { principal, isBounded }: Pick<Asked, 'principal' | 'isBounded'>,
): boolean {
  return matches === undefined || matches(principal) !== undefined || (sparesPrincipals && isBounded);
}
