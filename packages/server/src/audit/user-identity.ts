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
      return { type: 'Root', ...known };
    case 'user':
      return { type: 'IAMUser', ...known, userName: caller.userName };
    case 'session':
      return { type: 'AssumedRole', ...known, sessionContext: sessionContext(caller) };
    default:
      return unreachable(caller);
  }
}

function sessionContext(caller: Extract<Caller, { kind: 'session' }>): object {
  const { accountId, roleArn: arn, sourceIdentity } = caller;
  const userName = arn.slice(arn.lastIndexOf('/') + 1);
  return {
    sessionIssuer: { type: 'Role', principalId: principalIdOf(caller), arn, accountId, userName },
    attributes: { creationDate: wholeSeconds(caller.issuedAt), mfaAuthenticated: 'false' },
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
