/**
 * Who signed a request: the identity behind an access key.
 * Source: IAM's principal ARNs; spec/organizations 2.1 for what kinds of callers the services tell apart.
 */
import type { Queryable } from '../store/database.ts';
import type { Standing } from '../store/identity-standing.ts';
import { type Membership, membershipOf } from '../store/organizations.ts';
import type { Principal } from './principals.ts';

interface CallerOf {
  readonly accountId: string;
  /**
   * As GetCallerIdentity prints it: `arn:aws:iam::1…:user/x`, `arn:aws:sts::1…:assumed-role/R/session`,
   * `arn:aws:iam::1…:root`.
   */
  readonly arn: string;
  /** As GetCallerIdentity prints it: `AIDA…`, `AROA…:session`, the account id for root. */
  readonly userId: string;
  readonly accessKeyId: string;
  /**
   * As the statement found it that found the key of this very request; never older. Absent: whoever needs it reads it,
   * as for callers that signed nothing, and where a transaction is tried again.
   */
  readonly standing?: Standing;
  /**
   * When the caller proved to hold an MFA device: with this request, or when the temporary credentials were made.
   * Absent: never.
   */
  readonly mfaAt?: number;
}

/** Temporary credentials that a user or root has as itself. */
export interface OwnSession {
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Of somebody who is signed in to the console; otherwise GetSessionToken made them. */
  readonly signedIn: boolean;
}

export type Caller =
  | (CallerOf & { readonly kind: 'root'; readonly ownSession?: OwnSession })
  | (CallerOf & { readonly kind: 'user'; readonly userName: string; readonly ownSession?: OwnSession })
  | (CallerOf & {
      readonly kind: 'session';
      /** The assumed role; its policies decide. */
      readonly roleArn: string;
      readonly sessionName: string;
      /** Session policies given to AssumeRole: the session may do what the role and these both allow. */
      readonly sessionPolicies: readonly string[];
      /** Managed policies given to AssumeRole to the same end. */
      readonly sessionPolicyArns: readonly string[];
      readonly sessionTags: Readonly<Record<string, string>>;
      /** Of those tags, the ones that go along to sessions made from this one. Default: none. */
      readonly transitiveTagKeys?: readonly string[];
      readonly sourceIdentity?: string;
      /** ARN of the identity provider that vouched for who assumed the role. Absent: somebody with an access key did. */
      readonly federatedProvider?: string;
      readonly issuedAt: number;
      readonly expiresAt: number;
    });

/** The unique id of the user or role whose policies decide; the account's id for root. */
export function principalIdOf(caller: Caller): string {
  return caller.kind === 'session' ? (caller.userId.split(':', 1)[0] ?? '') : caller.userId;
}

/** The ARN that `aws:PrincipalArn` holds: of the user, the role behind a session, or root. */
export function identityArnOf(caller: Caller): string {
  return caller.kind === 'session' ? caller.roleArn : caller.arn;
}

export function principalOf(caller: Caller): Principal {
  const { accountId, arn } = caller;
  return { kind: 'aws', accountId, arn, identityArn: identityArnOf(caller), uniqueId: principalIdOf(caller) };
}

/** The place of the caller's account in its organization; undefined: it is in none. */
export async function membershipOfCaller(
  db: Queryable,
  { standing, accountId }: Caller,
): Promise<Membership | undefined> {
  return standing ? standing.membership : membershipOf(db, accountId);
}
