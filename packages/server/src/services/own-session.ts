/**
 * What users and roots may not call with temporary credentials of their own (GetSessionToken): IAM without MFA, and of
 * STS all but two operations. Credentials of somebody who is signed in to the console reach IAM without MFA too.
 * Source: the STS API reference, GetSessionToken.
 */
import { AwsError, accessDenied, type Invocation, UnrecognizedClient } from '@holdfast/wire';
import type { Caller } from '../authorization/caller.ts';

const STS_OPERATIONS: ReadonlySet<string> = new Set(['AssumeRole', 'GetCallerIdentity']);

type Asked = Pick<Invocation<Caller>, 'service' | 'operation' | 'identity'>;

/** @throws AwsError */
export function refuseBeyondOwnSession({ service, operation, identity }: Asked): void {
  if (identity.kind === 'session' || !identity.ownSession) return;
  if (service === 'sts' && !STS_OPERATIONS.has(operation)) {
    throw accessDenied(`Cannot call ${operation} with session credentials`);
  }
  if (service === 'iam' && identity.mfaAt === undefined && !identity.ownSession.signedIn) {
    throw new AwsError(UnrecognizedClient, 'The security token included in the request is invalid');
  }
}
