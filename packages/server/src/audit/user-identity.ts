/**
 * Who did it, in the form of a record's `userIdentity`. Source: CloudTrail's "userIdentity element".
 */
import { isoTime, unreachable } from '@holdfast/kernel';
import { type Caller, principalIdOf } from '../authorization/caller.ts';

export interface UserIdentity {
  readonly type: string;
  readonly [member: string]: unknown;
}

export function userIdentityOf(caller: Caller): UserIdentity {
  const known = {
    principalId: caller.userId,
    arn: caller.arn,
    accountId: caller.accountId,
    accessKeyId: caller.accessKeyId,
  };
  switch (caller.kind) {
    case 'root':
      return { type: 'Root', ...known, ...ownSession(caller) };
    case 'user':
      return { type: 'IAMUser', ...known, userName: caller.userName, ...ownSession(caller) };
    case 'session':
      return { type: 'AssumedRole', ...known, sessionContext: sessionContext(caller) };
    default:
      return unreachable(caller);
  }
}

/** Whose account it is, for another account that is told: names and keys are nobody's business there. */
export function foreignIdentityOf({ userId, accountId }: Caller): UserIdentity {
  return { type: 'AWSAccount', principalId: userId, accountId };
}

/** Of temporary credentials that somebody has as itself. */
function ownSession(caller: Extract<Caller, { kind: 'root' | 'user' }>): object {
  return caller.ownSession ? { sessionContext: { attributes: attributes(caller, caller.ownSession.issuedAt) } } : {};
}

function attributes({ mfaAt }: Caller, issuedAt: number): object {
  return { creationDate: wholeSeconds(issuedAt), mfaAuthenticated: String(mfaAt !== undefined) };
}

function sessionContext(caller: Extract<Caller, { kind: 'session' }>): object {
  const { accountId, roleArn: arn, sourceIdentity, federatedProvider } = caller;
  const userName = arn.slice(arn.lastIndexOf('/') + 1);
  return {
    sessionIssuer: { type: 'Role', principalId: principalIdOf(caller), arn, accountId, userName },
    ...(federatedProvider !== undefined && { webIdFederationData: { federatedProvider, attributes: {} } }),
    attributes: attributes(caller, caller.issuedAt),
    ...(sourceIdentity !== undefined && { sourceIdentity }),
  };
}

/** The name that LookupEvents finds the record by. */
export function usernameOf(caller: Caller): string {
  switch (caller.kind) {
    case 'root':
      return 'root';
    case 'user':
      return caller.userName;
    case 'session':
      return caller.sessionName;
    default:
      return unreachable(caller);
  }
}

/** `2030-09-16T21:20:50Z` */
export function wholeSeconds(at: number): string {
  return `${isoTime(at).slice(0, 19)}Z`;
}
