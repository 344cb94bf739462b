/**
 * The `Principal` element: who a resource policy or a role's trust policy speaks of.
 * Source: IAM's "policy elements: Principal" page.
 */
import { parseArn } from '@holdfast/kernel';

/** Who asks, as principals are named in policies. */
export type Principal =
  | {
      readonly kind: 'aws';
      readonly accountId: string;
      /** As the caller is printed: a user, a session, the account's root. */
      readonly arn: string;
      /** The user, or the role behind the session. */
      readonly identityArn: string;
      /** AIDA… or AROA… of that user or role; trust policies are kept with it. */
      readonly uniqueId: string;
    }
  | { readonly kind: 'service'; readonly name: string }
  /** Somebody whom an identity provider vouches for, by the provider's ARN. */
  | { readonly kind: 'federated'; readonly providerArn: string };

/**
 * `self`: the very user, session or root that asks. `principal`: the role behind the session, or everybody. `account`:
 * only its account, which leaves the decision to the account's own identity policies.
 */
export type Named = 'self' | 'principal' | 'account' | undefined;

const CLOSENESS = { self: 3, principal: 2, account: 1 } as const;

/** Of two ways in which a caller is named, the one that grants more. */
export function closer(one: Named, other: Named): Named {
  if (one === undefined || other === undefined) return one ?? other;
  return CLOSENESS[one] >= CLOSENESS[other] ? one : other;
}

export type PrincipalMatcher = (principal: Principal) => Named;

export class PrincipalError extends Error {
  override readonly name = 'PrincipalError';
}

/** `Principal`'s value. @throws PrincipalError */
export function compilePrincipal(value: unknown): PrincipalMatcher {
  const matchers = readEntries(value).map(([kind, name]) => matcherOf(kind, name));
  return (principal) => {
    let found: Named;
    for (const matches of matchers) {
      found = closer(found, matches(principal));
      if (found === 'self') break;
    }
    return found;
  };
}

/** `NotPrincipal`'s value: everybody but those named, their accounts included. */
export function compileNotPrincipal(value: unknown): PrincipalMatcher {
  const named = compilePrincipal(value);
  return (principal) => (named(principal) === undefined ? 'principal' : undefined);
}

type Kind = '*' | 'AWS' | 'Service' | 'Federated' | 'CanonicalUser';
const KINDS: readonly string[] = ['AWS', 'Service', 'Federated', 'CanonicalUser'] satisfies Kind[];

function readEntries(value: unknown): [Kind, string][] {
  if (value === '*') return [['*', '*']];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new PrincipalError('Invalid principal');
  const entries = Object.entries(value).flatMap(([kind, names]) => {
    if (!isKind(kind)) throw new PrincipalError(`Invalid principal in policy: "${kind}"`);
    return list(names).map((name): [Kind, string] => [kind, name]);
  });
  if (entries.length === 0) throw new PrincipalError('Missing required field Principal');
  return entries;
}

function isKind(text: string): text is Kind {
  return KINDS.includes(text);
}

function list(names: unknown): string[] {
  const all: unknown[] = Array.isArray(names) ? names : [names];
  return all.map((name) => {
    if (typeof name !== 'string') throw new PrincipalError('Invalid principal in policy');
    return name;
  });
}

function matcherOf(kind: Kind, name: string): PrincipalMatcher {
  switch (kind) {
    case '*':
      return () => 'principal';
    case 'AWS':
      return awsMatcher(name);
    case 'Service':
      if (!/^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/.test(name)) throw invalid(kind, name);
      return (principal) => (principal.kind === 'service' && principal.name === name ? 'principal' : undefined);
    case 'Federated':
      if (!FEDERATED.test(name)) throw invalid(kind, name);
      return (principal) =>
        principal.kind === 'federated' && principal.providerArn === name ? 'principal' : undefined;
    // Nobody signs in this way, so nobody is meant by it.
    case 'CanonicalUser':
      return () => undefined;
  }
}

/** An identity provider by its ARN; those that AWS knows without one by their name, by which nobody gets in here. */
const FEDERATED = /^(?:arn:aws:iam::\d{12}:(?:oidc|saml)-provider\/\S+|[a-z0-9-]+(?:\.[a-z0-9-]+)+)$/;

function awsMatcher(name: string): PrincipalMatcher {
  if (name === '*') return (principal) => (principal.kind === 'aws' ? 'principal' : undefined);
  const account = accountOf(name);
  if (account !== undefined) {
    return (principal) => {
      if (principal.kind !== 'aws' || principal.accountId !== account) return undefined;
      return principal.arn === `arn:aws:iam::${account}:root` ? 'self' : 'account';
    };
  }
  if (UNIQUE_ID.test(name)) {
    return (principal) => (principal.kind === 'aws' && principal.uniqueId === name ? asIdentity(principal) : undefined);
  }
  if (!isIdentityArn(name)) throw invalid('AWS', name);
  return (principal) => {
    if (principal.kind !== 'aws') return undefined;
    if (principal.arn === name) return 'self';
    return principal.identityArn === name ? 'principal' : undefined;
  };
}

/** Named by what it is, which for a session is its role. */
function asIdentity({ arn, identityArn }: Extract<Principal, { kind: 'aws' }>): Named {
  return arn === identityArn ? 'self' : 'principal';
}

/** The account that an entry stands for: its id alone, or its root's ARN. */
function accountOf(name: string): string | undefined {
  const match = /^(?:(\d{12})|arn:aws:iam::(\d{12}):root)$/.exec(name);
  return match?.[1] ?? match?.[2];
}

const UNIQUE_ID = /^A(?:IDA|ROA)[A-Z2-7]{17}$/;

/** Of a user, a role or a session; without wildcards. */
function isIdentityArn(name: string): boolean {
  const arn = parseArn(name);
  if (!arn || !/^\d{12}$/.test(arn.accountId) || /[*?]/.test(name)) return false;
  return arn.service === 'iam'
    ? /^(?:user|role)\/./.test(arn.resource)
    : /^sts:assumed-role(?:\/[^/]+){2}$/.test(`${arn.service}:${arn.resource}`);
}

function invalid(kind: string, name: string): PrincipalError {
  return new PrincipalError(`Invalid principal in policy: "${kind}":"${name}"`);
}
