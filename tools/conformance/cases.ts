/**
 * Recorded answers of AWS as cases: what was asked, what state it was asked in, what the answer was.
 *
 * `admission` and `effective` need the policy engine alone; all others need a server with an organization in it.
 */
import type { ManagementPolicyType, PolicyType } from '@holdfast/policy';

export type ConformanceCase = EngineCase | LiveCase | UnknownCase;
export type EngineCase = AdmissionCase | EffectiveCase;
export type LiveCase = CallCase | DelegationPolicyCase | PublicationCase | RoleCase | FactCase;

export interface AdmissionCase {
  readonly kind: 'admission';
  readonly id: string;
  readonly type: PolicyType;
  readonly content: string;
  readonly now: number;
  readonly expect: ExpectedAnswer;
}

export interface EffectiveCase {
  readonly kind: 'effective';
  readonly id: string;
  readonly type: ManagementPolicyType;
  readonly levels: readonly CaseLevel[];
  readonly previousEffective: string | undefined;
  readonly now: number;
  /** Documents and errors as parsed JSON; a part that was not recorded is absent. */
  readonly expect: { readonly effective?: unknown; readonly errors?: readonly CaseError[] };
}

export interface CaseLevel {
  readonly at: string;
  readonly policies: readonly { readonly name: string; readonly content: string }[];
}

export interface CaseError {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
  readonly PathToError: string;
  readonly ContributingPolicies: readonly string[];
}

/** What was not recorded is absent. */
export interface ExpectedAnswer {
  readonly code: string;
  readonly reason?: string;
  readonly message?: string;
}

/** One call, sent to a server in the state that was given. */
export interface CallCase {
  readonly kind: 'call';
  readonly id: string;
  readonly service: string;
  /** `management`, `member`, `delegated`, or another in words. */
  readonly caller: string;
  readonly action: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The state, in words. */
  readonly given?: string;
  readonly sessionPolicy?: object;
  readonly sessionCondition?: object;
  /** The organization's delegation policy. */
  readonly resourcePolicy?: object;
  /** The caller's own permissions. */
  readonly identityStatements?: readonly object[];
  readonly expect: ExpectedAnswer & {
    readonly messageStartsWith?: string;
    readonly httpStatus?: number;
    readonly output?: object;
    readonly outputContains?: object;
    readonly outputCounts?: Readonly<Record<string, number>>;
    /** Of an IAM list: how many entries, and whether there are more. */
    readonly count?: number;
    readonly isTruncated?: boolean;
    /** Set: what the management account reads of the same target at the same time. */
    readonly sameAs?: string;
    /** What a read right after shows. */
    readonly after?: object;
  };
}

/** A delegation policy that was put. */
export interface DelegationPolicyCase {
  readonly kind: 'delegation-policy';
  readonly id: string;
  readonly content: string;
  readonly expect: ExpectedAnswer & { readonly stored?: string };
}

/** What was read of an effective policy again and again after changes. */
export interface PublicationCase {
  readonly kind: 'publication';
  readonly id: string;
  readonly type: ManagementPolicyType;
  readonly mutations: readonly { readonly action: string; readonly input: object }[];
  readonly observations: readonly {
    readonly code: string;
    readonly effective?: object;
    /** Seconds since 1970. */
    readonly lastUpdated?: number;
  }[];
  /** Where it is known only in words. */
  readonly expect?: { readonly content: string };
}

/** A role as AWS made it in the account. */
export interface RoleCase {
  readonly kind: 'role';
  readonly id: string;
  readonly expect: {
    readonly Role: Readonly<Record<string, unknown>> & { readonly RoleName: string };
    readonly AttachedPolicies: readonly object[];
    readonly InlinePolicyNames: readonly string[];
  };
}

/** A statement of the recording project, and the cases that show it, if any do. */
export interface FactCase {
  readonly kind: 'fact';
  readonly id: string;
  readonly text: string;
  readonly see: readonly string[];
}

export interface UnknownCase {
  readonly kind: 'unknown';
  readonly id: string;
  /** What it is a case of, for the list of what was skipped. */
  readonly what: string;
}

/** What the answer should have been and what it was. */
export interface Difference {
  readonly expected: unknown;
  readonly actual: unknown;
  /** Helps to see why. */
  readonly hint?: unknown;
}

/** `organizations_inputs` of `organizations_inputs/paths/parent-create`. */
export function recordingOf({ id }: { readonly id: string }): string {
  return id.slice(0, id.indexOf('/'));
}

/** `paths/parent-create` of `organizations_inputs/paths/parent-create`. */
export function nameIn({ id }: { readonly id: string }): string {
  return id.slice(id.indexOf('/') + 1);
}
