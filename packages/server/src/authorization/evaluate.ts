/**
 * IAM's decision over policies that are already at hand. Pure.
 *
 * An explicit deny anywhere is final. Otherwise the identity's policies must allow, and its boundary and its session
 * policies too where there are any. A resource policy that names the caller itself stands in for the identity's
 * policies inside one account; across accounts both must allow. A role's trust policy must allow in any case.
 * Source: IAM's "policy evaluation logic", within one account and across accounts.
 * Stricter than AWS in one corner: a resource policy that names a caller does not reach past its boundary or session
 * policies.
 */
import type { PolicyDocument, Statement } from './policy-document.ts';
import type { Named, Principal } from './principals.ts';
import type { Lookup } from './template.ts';

export interface ResourcePolicy {
  readonly policy: PolicyDocument;
  /** The account that the resource belongs to. */
  readonly accountId: string;
  /** Whether nobody may do anything without its allow, as with trust policies. */
  readonly required: boolean;
}

export interface Policies {
  readonly identity: readonly PolicyDocument[];
  /** The root of an account needs no policy. */
  readonly isRoot: boolean;
  readonly boundary: PolicyDocument | undefined;
  /** Undefined: not a session, or one that was not narrowed. */
  readonly session: readonly PolicyDocument[] | undefined;
  readonly resource: ResourcePolicy | undefined;
}

export interface Request {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly lookup: Lookup;
}

export type Layer = 'identity' | 'boundary' | 'session' | 'resource';

export type Outcome =
  | { readonly kind: 'allowed' }
  /** `sid` is the denying statement's, if it has one. */
  | { readonly kind: 'explicitly-denied'; readonly layer: Layer; readonly sid: string | undefined }
  /** `layer` is the first that lacks an allow. */
  | { readonly kind: 'not-allowed'; readonly layer: Layer };

export function evaluate(policies: Policies, request: Request): Outcome {
  return explicitDeny(policies, request) ?? grant(policies, request);
}

function explicitDeny(policies: Policies, request: Request): Outcome | undefined {
  const layers: [Layer, readonly PolicyDocument[]][] = [
    ['identity', policies.identity],
    ['resource', policies.resource ? [policies.resource.policy] : []],
    ['session', policies.session ?? []],
    ['boundary', policies.boundary ? [policies.boundary] : []],
  ];
  for (const [layer, documents] of layers) {
    for (const { statements } of documents) {
      const denying = statements.find((statement) => statement.effect === 'Deny' && applies(statement, request));
      if (denying) return { kind: 'explicitly-denied', layer, sid: denying.sid };
    }
  }
  return undefined;
}

function grant({ identity, isRoot, boundary, session, resource }: Policies, request: Request): Outcome {
  const named = resource && allowedByResource(resource.policy, request);
  const { principal } = request;
  const sameAccount = !resource || (principal.kind === 'aws' && principal.accountId === resource.accountId);
  const mustAllow = resource !== undefined && (resource.required || !sameAccount);
  if (mustAllow && named === undefined) return { kind: 'not-allowed', layer: 'resource' };
  const byIdentity = isRoot || identity.some((policy) => allows(policy, request));
  if (!byIdentity && !(sameAccount && named === 'principal')) return { kind: 'not-allowed', layer: 'identity' };
  if (session && !session.some((policy) => allows(policy, request))) return { kind: 'not-allowed', layer: 'session' };
  if (boundary && !allows(boundary, request)) return { kind: 'not-allowed', layer: 'boundary' };
  return { kind: 'allowed' };
}

function allows({ statements }: PolicyDocument, request: Request): boolean {
  return statements.some((statement) => statement.effect === 'Allow' && applies(statement, request));
}

function allowedByResource({ statements }: PolicyDocument, request: Request): Named {
  let found: Named;
  for (const statement of statements) {
    if (statement.effect !== 'Allow' || !applies(statement, request)) continue;
    const named = statement.principal?.(request.principal);
    if (named === 'principal') return named;
    found ??= named;
  }
  return found;
}

/** Whether a service may assume a role: its trust policy alone decides. */
export function allowsService(trust: PolicyDocument, request: Request): boolean {
  const denied = trust.statements.some((statement) => statement.effect === 'Deny' && applies(statement, request));
  return !denied && allows(trust, request);
}

function applies(statement: Statement, { principal, action, resource, lookup }: Request): boolean {
  return (
    statement.matchesAction(action.toLowerCase()) &&
    (statement.principal === undefined || statement.principal(principal) !== undefined) &&
    statement.matchesResource(resource, lookup) &&
    statement.conditions.every((condition) => condition(lookup))
  );
}
