/**
 * IAM policy documents: read once, refused when anything in them is not understood, compiled to closures.
 *
 * Not here: which policies apply to a caller (authorize.ts), how their answers combine (evaluate.ts).
 * Source: IAM's "grammar of the IAM JSON policy language".
 */

import { parseJson } from '@holdfast/policy';
import { isKnownConditionKey } from './condition-keys.ts';
import { type Condition, ConditionError, compileCondition } from './conditions.ts';
import { compileNotPrincipal, compilePrincipal, PrincipalError, type PrincipalMatcher } from './principals.ts';
import { compileArnTemplate, compileTemplate, type Lookup, type Matcher, TemplateError } from './template.ts';

/**
 * `identity`: of users, groups, roles, sessions, boundaries, and service control policies, whose grammar is the same.
 * `trust`: who may assume a role. `resource`: on a resource, and resource control policies (more on those in
 * resource-control).
 */
export type PolicyKind = 'identity' | 'trust' | 'resource';

export interface Statement {
  readonly sid: string | undefined;
  readonly effect: 'Allow' | 'Deny';
  /** `action` in lower case. */
  matchesAction(action: string): boolean;
  matchesResource(resource: string, lookup: Lookup): boolean;
  /** Identity policies have none: they speak of whoever they hang on. */
  readonly principal: PrincipalMatcher | undefined;
  /** Whether it speaks of all but some (`NotPrincipal`). */
  readonly sparesPrincipals: boolean;
  readonly conditions: readonly Condition[];
  /** The statement as it stands in the document; for those who ask why. */
  readonly written: Readonly<Record<string, unknown>>;
}

export interface PolicyDocument {
  readonly statements: readonly Statement[];
  /**
   * Whether a condition or a variable in it could be about the resource's tags; when not, nobody needs to read them.
   */
  readonly looksAtTags: boolean;
  /** The same, about the organization that the resource's owner is in. */
  readonly looksAtOwner: boolean;
}

/** Why a document is refused, in words for its author. */
export class PolicyProblem extends Error {
  override readonly name = 'PolicyProblem';
}

const VERSIONS: readonly unknown[] = ['2012-10-17', '2008-10-17'];
const DOCUMENT_MEMBERS: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement']);
const STATEMENT_MEMBERS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
]);

/**
 * In every key of a resource's tag: `aws:ResourceTag/…`, `iam:ResourceTag/…`. Looked for in text that is written anew,
 * without escapes.
 */
const RESOURCE_TAG = 'resourcetag/';
/** `aws:ResourceOrgID`, `aws:ResourceOrgPaths`. */
const RESOURCE_ORGANIZATION = 'resourceorg';

/** @throws PolicyProblem */
export function readPolicy(text: string, kind: PolicyKind): PolicyDocument {
  const document = readObject(text, kind);
  refuseOthers(document, DOCUMENT_MEMBERS);
  const { Version: version, Id: id, Statement: statement } = document;
  if (version !== undefined && !VERSIONS.includes(version)) {
    throw new PolicyProblem('Policy document must be version 2012-10-17 or greater.');
  }
  if (id !== undefined && typeof id !== 'string') throw new PolicyProblem('Syntax errors in policy.');
  const statements: unknown[] = Array.isArray(statement) ? statement : [statement];
  if (statement === undefined || statements.length === 0) throw new PolicyProblem('Syntax errors in policy.');
  const compiled = statements.map((one) => readStatement(one, kind, version === '2012-10-17'));
  const sids = compiled.flatMap(({ sid }) => (sid === undefined || sid === '' ? [] : [sid]));
  if (new Set(sids).size < sids.length)
    throw new PolicyProblem('Statement IDs (SID) in a single policy must be unique.');
  const plain = JSON.stringify(document).toLowerCase();
  return {
    statements: compiled,
    looksAtTags: plain.includes(RESOURCE_TAG),
    looksAtOwner: plain.includes(RESOURCE_ORGANIZATION),
  };
}

/** Why the document is refused; undefined when it is understood. */
export function problemOfPolicy(text: string, kind: PolicyKind): string | undefined {
  try {
    readPolicy(text, kind);
    return undefined;
  } catch (error) {
    if (error instanceof PolicyProblem) return error.message;
    throw error;
  }
}

type Members = Readonly<Record<string, unknown>>;

function readObject(text: string, kind: PolicyKind): Members {
  const broken = kind === 'trust' ? 'This policy contains invalid Json' : 'Syntax errors in policy.';
  // A repeated name is a fault too: two readers could take the document for two different policies.
  const [fault] = parseJson(text).faults;
  if (fault?.code === 'json-duplicate-key') throw new PolicyProblem(`Syntax errors in policy: ${fault.message}`);
  if (fault) throw new PolicyProblem(broken);
  const value: unknown = JSON.parse(text);
  if (!isMembers(value)) throw new PolicyProblem(broken);
  return value;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuseOthers(value: Members, allowed: ReadonlySet<string>): void {
  const other = Object.keys(value).find((name) => !allowed.has(name));
  if (other !== undefined) throw new PolicyProblem(`Syntax errors in policy: "${other}" is not an element of it.`);
}

function readStatement(value: unknown, kind: PolicyKind, variables: boolean): Statement {
  if (!isMembers(value)) throw new PolicyProblem('Syntax errors in policy.');
  refuseOthers(value, STATEMENT_MEMBERS);
  const { Sid: sid, Effect: effect } = value;
  if (sid !== undefined && (typeof sid !== 'string' || !/^[a-zA-Z0-9 ]*$/.test(sid))) {
    throw new PolicyProblem('Statement IDs (SID) must be alpha-numeric.');
  }
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyProblem('Syntax errors in policy.');
  try {
    return {
      sid,
      effect,
      matchesAction: readActions(value, kind),
      matchesResource: readResources(value, kind, variables),
      principal: readPrincipal(value, kind, effect),
      sparesPrincipals: value.NotPrincipal !== undefined,
      conditions: readConditions(value.Condition, variables),
      written: value,
    };
  } catch (error) {
    const isProblem =
      error instanceof ConditionError || error instanceof TemplateError || error instanceof PrincipalError;
    if (isProblem) throw new PolicyProblem(error.message, { cause: error });
    throw error;
  }
}

/** `Name` or `NotName`, exactly one of them if required. */
function pick(
  value: Members,
  name: string,
  missing: string | undefined,
): { items: string[]; not: boolean } | undefined {
  const not = `Not${name}`;
  if (value[name] !== undefined && value[not] !== undefined) {
    throw new PolicyProblem(`Syntax errors in policy: a statement has ${name} or ${not}, not both.`);
  }
  const given = value[name] ?? value[not];
  if (given === undefined) {
    if (missing === undefined) return undefined;
    throw new PolicyProblem(missing);
  }
  const items: unknown[] = Array.isArray(given) ? given : [given];
  if (items.length === 0 && missing !== undefined) throw new PolicyProblem(missing);
  return { items: items.map(text), not: value[name] === undefined };
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new PolicyProblem('Syntax errors in policy.');
  return value;
}

const ACTION = /^(?:\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/;

function readActions(value: Members, kind: PolicyKind): Statement['matchesAction'] {
  const picked = pick(value, 'Action', 'Policy statement must contain actions.');
  if (!picked) return () => false;
  const patterns = picked.items.map((action) => {
    if (!ACTION.test(action)) {
      throw new PolicyProblem('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
    if (kind === 'trust' && !/^sts:/i.test(action)) {
      throw new PolicyProblem('AssumeRole policy may only specify STS AssumeRole actions.');
    }
    return compileTemplate(action.toLowerCase(), { variables: false, wildcards: true });
  });
  return (action) => patterns.some((matches) => matches(action, noValues)) !== picked.not;
}

const noValues: Lookup = () => undefined;

function readResources(value: Members, kind: PolicyKind, variables: boolean): Statement['matchesResource'] {
  const picked = pick(value, 'Resource', kind === 'trust' ? undefined : 'Policy statement must contain resources.');
  if (kind === 'trust') {
    if (picked) throw new PolicyProblem('Has prohibited field Resource');
    return () => true;
  }
  const patterns: Matcher[] = (picked?.items ?? []).map((resource) => compileArnTemplate(resource, variables));
  const not = picked?.not ?? false;
  return (resource, lookup) => patterns.some((matches) => matches(resource, lookup)) !== not;
}

function readPrincipal(value: Members, kind: PolicyKind, effect: 'Allow' | 'Deny'): PrincipalMatcher | undefined {
  const { Principal: principal, NotPrincipal: notPrincipal } = value;
  if (kind === 'identity') {
    if (principal === undefined && notPrincipal === undefined) return undefined;
    throw new PolicyProblem('Policy document should not specify a principal.');
  }
  if (principal !== undefined && notPrincipal !== undefined) throw new PolicyProblem('Syntax errors in policy.');
  if (principal !== undefined) return compilePrincipal(principal);
  if (notPrincipal === undefined) throw new PolicyProblem('Missing required field Principal');
  if (effect === 'Allow') throw new PolicyProblem('Allow with NotPrincipal is not allowed.');
  return compileNotPrincipal(notPrincipal);
}

function readConditions(value: unknown, variables: boolean): Condition[] {
  if (value === undefined) return [];
  if (!isMembers(value)) throw new PolicyProblem('Syntax errors in policy.');
  return Object.entries(value).flatMap(([operator, keys]) => {
    if (!isMembers(keys)) throw new PolicyProblem('Syntax errors in policy.');
    return Object.entries(keys).map(([key, values]) => {
      if (!isKnownConditionKey(key.toLowerCase())) {
        throw new PolicyProblem(`The condition key ${key} is not known here: it would never match.`);
      }
      return compileCondition(operator, key, conditionValues(values), variables);
    });
  });
}

function conditionValues(values: unknown): string[] {
  const all: unknown[] = Array.isArray(values) ? values : [values];
  return all.map((value) => {
    if (typeof value === 'boolean' || typeof value === 'number') return String(value);
    return text(value);
  });
}
