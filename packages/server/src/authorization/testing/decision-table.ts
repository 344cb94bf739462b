/**
 * Decisions as data: a row is a rule, the policies that are given, what is asked, and what is decided.
 *
 * Statements are short: they allow `backup:*` on `*` unless they say otherwise, those of resource control policies and
 * of resources speak of everybody. A decision reads `allow`, `deny by <layer>`, or `no <layer>`: the first that lacks
 * one.
 */
import type { ConditionContext } from '../authorizer.ts';
import { evaluate, type Policies } from '../evaluate.ts';
import { type PolicyKind, readPolicy } from '../policy-document.ts';
import type { Principal } from '../principals.ts';

export const ME = '111111111111';
export const OTHER = '222222222222';
export const VAULT = `arn:aws:backup:us-east-1:${ME}:backup-vault:prod`;

export type Statement = Readonly<Record<string, unknown>>;
/** One policy of one statement, or of several. */
export type Short = Statement | readonly Statement[];

export interface Given {
  readonly isRoot?: boolean;
  /** One policy, or several. */
  readonly identity?: Statement | readonly Short[];
  readonly boundary?: Short;
  readonly session?: readonly Short[];
  readonly resource?: { readonly policy: Short; readonly of?: string; readonly isTrust?: boolean };
  /** Policies of each level, the organization's root first. */
  readonly service?: readonly (readonly Short[])[];
  readonly control?: readonly (readonly Short[])[];
}

export interface Asked {
  readonly action?: string;
  readonly resource?: string;
  readonly context?: ConditionContext;
  readonly by?: Principal;
}

export type DecisionRow = readonly [rule: string, given: Given, asked: Asked, decision: string];

const identityOf = (kind: string, arn: string, identityArn: string, uniqueId: string): Principal => ({
  kind: 'aws',
  accountId: ME,
  arn: `arn:aws:${kind}::${ME}:${arn}`,
  identityArn: `arn:aws:iam::${ME}:${identityArn}`,
  uniqueId,
});
export const ANN = identityOf('iam', 'user/ann', 'user/ann', 'AIDAAAAAAAAAAAAAAAAAA');
export const SESSION = identityOf('sts', 'assumed-role/Ops/s1', 'role/team/Ops', 'AROAAAAAAAAAAAAAAAAAA');
export const ROOT = identityOf('iam', 'root', 'root', ME);

export function document(statements: Short, usual: Statement = {}, version = '2012-10-17'): string {
  const list: readonly Statement[] = isList(statements) ? statements : [statements];
  const full = list.map((statement) => ({
    Effect: 'Allow',
    ...('NotAction' in statement ? {} : { Action: 'backup:*' }),
    ...('NotResource' in statement ? {} : { Resource: '*' }),
    ...('NotPrincipal' in statement ? {} : usual),
    ...statement,
  }));
  return JSON.stringify({ Version: version, Statement: full });
}

function isList(value: Short): value is readonly Statement[] {
  return Array.isArray(value);
}

export function policyOf(statements: Short, kind: PolicyKind = 'identity') {
  const usual = kind === 'identity' ? {} : { Principal: '*' };
  const text = document(statements, kind === 'trust' ? { ...usual, Resource: undefined } : usual);
  return readPolicy(text, kind);
}

export function decide(given: Given, asked: Asked = {}): string {
  const { action = 'backup:CreateBackupVault', resource = VAULT, context = {}, by = ANN } = asked;
  const outcome = evaluate(policiesOf(given), { principal: by, action, resource, lookup: (key) => context[key] });
  switch (outcome.kind) {
    case 'allowed':
      return 'allow';
    case 'explicitly-denied':
      return `deny by ${outcome.layer}`;
    case 'not-allowed':
      return `no ${outcome.layer}`;
  }
}

function policiesOf({ isRoot = false, identity = [], boundary, session, resource, service, control }: Given): Policies {
  const identities: readonly Short[] = isList(identity as Short)
    ? (identity as readonly Short[])
    : [identity as Statement];
  const levels = (all: Given['service'], kind: PolicyKind) =>
    all?.map((level) => level.map((policy) => policyOf(policy, kind)));
  return {
    isRoot,
    identity: identities.map((policy) => policyOf(policy)),
    boundary: boundary && policyOf(boundary),
    session: session?.map((policy) => policyOf(policy)),
    resource: resource && {
      policy: policyOf(resource.policy, resource.isTrust ? 'trust' : 'resource'),
      accountId: resource.of ?? ME,
      required: resource.isTrust ?? false,
    },
    serviceControl: levels(service, 'identity'),
    resourceControl: levels(control, 'resource'),
  };
}
