/**
 * AWS Backup's errors as its operations throw them.
 *
 * The body's `Code` is a number where AWS's is known and absent elsewhere; `Context` holds the variable parts of the
 * message.
 * Source: backup spec 2.Q, 15.4, 15.6.
 */
import {
  AlreadyExistsException$,
  InvalidParameterValueException$,
  InvalidRequestException$,
  InvalidResourceStateException$,
  LimitExceededException$,
  MissingParameterValueException$,
  ResourceNotFoundException$,
  ServiceUnavailableException$,
} from '@aws-sdk/client-backup';
import { unreachable } from '@holdfast/kernel';
import { AwsError, accessDenied } from '@holdfast/wire';
import type { Fault } from '../../plans/fault.ts';

export interface Details {
  readonly Code?: string;
  readonly Context?: string;
}

export function invalidParameter(message: string, details: Details = {}): AwsError {
  return new AwsError(InvalidParameterValueException$, message, { ...details });
}

export function missingParameter(message: string): AwsError {
  return new AwsError(MissingParameterValueException$, message);
}

export function invalidRequest(message: string, details: Details = {}): AwsError {
  return new AwsError(InvalidRequestException$, message, { ...details });
}

export function invalidState(message: string): AwsError {
  return new AwsError(InvalidResourceStateException$, message);
}

export function notFound(message: string): AwsError {
  return new AwsError(ResourceNotFoundException$, message);
}

export function limitExceeded(message: string): AwsError {
  return new AwsError(LimitExceededException$, message);
}

export function serviceUnavailable(message: string): AwsError {
  return new AwsError(ServiceUnavailableException$, message);
}

export interface Existing {
  readonly arn: string;
  readonly creatorRequestId: string | null;
}

export function alreadyExists(message: string, existing: Existing): AwsError {
  return new AwsError(AlreadyExistsException$, message, {
    Arn: existing.arn,
    ...(existing.creatorRequestId !== null && { CreatorRequestId: existing.creatorRequestId }),
  });
}

/** What AWS answers for a vault that is not there or another account's, where it does not say that it is missing. */
export function insufficientPrivileges(): AwsError {
  return accessDenied('Insufficient privileges to perform this action.');
}

export function invalidToken(): AwsError {
  return invalidParameter('Invalid NextToken.');
}

const ERROR_IN_RULE = 'ERROR_3015';

export function faultError(fault: Fault): AwsError {
  switch (fault.kind) {
    case 'invalid':
      return fault.rule === undefined
        ? invalidParameter(fault.message)
        : invalidParameter(`Error in rule ${fault.rule} : ${fault.message}`, {
            Code: ERROR_IN_RULE,
            Context: JSON.stringify([fault.rule, fault.message]),
          });
    case 'missing':
      return missingParameter(fault.message);
    case 'limit':
      return limitExceeded(fault.message);
    default:
      return unreachable(fault.kind);
  }
}

export function noSuchJob(kind: 'backup' | 'copy' | 'restore', id: string): AwsError {
  return notFound(`Cannot find ${kind} job with ID ${id}.`);
}
