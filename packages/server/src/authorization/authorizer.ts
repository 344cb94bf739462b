/**
 * The question that everything asks: may this caller do this to that?
 *
 * The answer is IAM's: explicit deny first, then what identity, boundary, session and resource policies allow.
 * Implemented in authorize.ts and evaluate.ts; the interface stands here so that rooms depend on it and not on how it
 * is done.
 */
import type { Queryable } from '../store/database.ts';
import type { RoleRow } from '../store/identity-roles.ts';
import type { Caller } from './caller.ts';
import type { Finding } from './trace.ts';

/** Values of condition keys, by lower-case key: `aws:sourceip`, `organizations:policytype`. */
export type ConditionContext = Readonly<Record<string, readonly string[]>>;

export interface Question {
  /** `backup:CreateBackupVault` */
  readonly action: string;
  /** The resource's ARN, or `*` where an action has none. */
  readonly resource: string;
  readonly context?: ConditionContext;
  /** The policy that hangs on the resource itself: a role's trust policy, a vault's access policy. */
  readonly resourcePolicy?: {
    readonly document: string;
    /** Without an allow of a trust policy, nobody may. */
    readonly kind: 'trust' | 'resource';
    /** The account that the resource belongs to. */
    readonly accountId: string;
  };
}

export type Decision =
  | { readonly allowed: true }
  | {
      readonly allowed: false;
      /** What an answer may say: IAM's wording without the leading `User: … is not authorized to perform: …`. */
      readonly because: string;
    };

export interface AccessExplanation {
  readonly decision: Decision;
  /** All that deny; or of each layer that had to allow, one that does; or nothing. */
  readonly decidedBy: readonly Finding[];
  /** Where an allow is missing: those that speak of the action, and what they lack. */
  readonly nearest: readonly Finding[];
  /** The root, unit or account whose control policies allow it not. */
  readonly missingAt?: string;
}

/** Why a role cannot be used by the service, or undefined when it may do all that was asked. */
export type RoleProblem =
  | { readonly kind: 'missing' }
  | { readonly kind: 'not-assumable' }
  | { readonly kind: 'denied'; readonly action: string; readonly because: string };

/** Somebody who has no identity here, but an identity provider that vouches for them. */
export interface Federated {
  readonly providerArn: string;
  /** All of them must be allowed. */
  readonly actions: readonly string[];
  /** Condition keys of the token and of the request. */
  readonly context: ConditionContext;
}

export interface Authorizer {
  decide(db: Queryable, caller: Caller, question: Question): Promise<Decision>;
  /**
   * Whether a decision about the caller could hang on tags of a resource: a question may then not be put without them.
   */
  looksAtTags(db: Queryable, caller: Caller): Promise<boolean>;
  /**
   * The same question about somebody else, by ARN, with the statements behind the answer. Undefined: there is no such
   * user, role or account. Who may ask is the asker's matter.
   */
  explain(db: Queryable, principalArn: string, question: Question): Promise<AccessExplanation | undefined>;
  /**
   * Whether `servicePrincipal` (such as `backup.amazonaws.com`) may assume the role and the role may do all of
   * `questions`.
   */
  roleProblem(
    db: Queryable,
    roleArn: string,
    servicePrincipal: string,
    questions: readonly Question[],
  ): Promise<RoleProblem | undefined>;
  /** Whether the role's trust policy, and what binds its account, let them in. */
  mayFederate(db: Queryable, role: RoleRow, federated: Federated): Promise<boolean>;
}
