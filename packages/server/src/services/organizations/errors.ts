/**
 * Errors that many operations of Organizations answer with.
 *
 * Texts are AWS's where a recording shows them (recorded rules B), short and our own elsewhere: clients do not match
 * them.
 */
import {
  AccessDeniedException$,
  AccountNotRegisteredException$,
  AWSOrganizationsNotInUseException$,
  ConcurrentModificationException$,
  ConstraintViolationException$,
  type ConstraintViolationExceptionReason,
  DuplicatePolicyException$,
  EffectivePolicyNotFoundException$,
  HandshakeConstraintViolationException$,
  type HandshakeConstraintViolationExceptionReason,
  HandshakeNotFoundException$,
  InvalidInputException$,
  type InvalidInputExceptionReason,
  MasterCannotLeaveOrganizationException$,
  PolicyNotFoundException$,
  PolicyTypeNotEnabledException$,
  ResourcePolicyNotFoundException$,
  TargetNotFoundException$,
} from '@aws-sdk/client-organizations';
import { AwsError } from '@holdfast/wire';

/** What AWS says to every refusal (recorded rules B.10.7). */
export function accessDenied(): AwsError {
  return new AwsError(AccessDeniedException$, "You don't have permissions to access this resource.");
}

export function notInUse(): AwsError {
  return new AwsError(AWSOrganizationsNotInUseException$, 'Your account is not a member of an organization.');
}

/** Some reasons carry the member's path: `INPUT_REQUIRED:POLICY_TYPE`. */
export type InputReason = InvalidInputExceptionReason | `${InvalidInputExceptionReason}:${string}`;

export function invalidInput(reason: InputReason, message: string): AwsError {
  return new AwsError(InvalidInputException$, message, { Reason: reason });
}

/** AWS answers with one reason that its model has for another error only (organizations spec 2.3). */
type ConstraintReason = ConstraintViolationExceptionReason | 'UPDATE_EXISTING_RESOURCE_POLICY_WITH_TAGS_NOT_SUPPORTED';

export function constraintViolation(reason: ConstraintReason, message: string): AwsError {
  return new AwsError(ConstraintViolationException$, message, { Reason: reason });
}

export function invalidNextToken(): AwsError {
  return invalidInput(
    'INVALID_NEXT_TOKEN',
    'You specified an invalid value for nextToken. You must get the value from the response to a previous call to the API.',
  );
}

export function concurrentModification(what: string): AwsError {
  return new AwsError(ConcurrentModificationException$, `${what} Try again when it has ended.`);
}

export function policyNotFound(): AwsError {
  return new AwsError(PolicyNotFoundException$, "You specified a policy that doesn't exist.");
}

export function targetNotFound(): AwsError {
  return new AwsError(TargetNotFoundException$, "You specified a target that doesn't exist.");
}

export function targetNotSupported(): AwsError {
  return invalidInput('TARGET_NOT_SUPPORTED', 'You specified a target that is not currently supported.');
}

/** Names are unique within a type (organizations spec Q15). */
export function duplicatePolicy(): AwsError {
  return new AwsError(DuplicatePolicyException$, 'A policy of this type with the same name already exists.');
}

export function policyTypeNotEnabled(): AwsError {
  return new AwsError(
    PolicyTypeNotEnabledException$,
    'The policy type is not enabled on the root. Enable it with EnablePolicyType and try again.',
  );
}

/** AWS's words (recorded rules B.1.2). */
export function effectivePolicyTypeNotEnabled(): AwsError {
  return new AwsError(
    EffectivePolicyNotFoundException$,
    'The specified policy type is not enabled. Enable that policy type on your organization root and then retry.',
  );
}

export function accountNotRegistered(): AwsError {
  return new AwsError(AccountNotRegisteredException$, 'The account is not a delegated administrator of the service.');
}

/** AWS's words (recorded rules B.10.12). */
export function resourcePolicyNotFound(): AwsError {
  return new AwsError(ResourcePolicyNotFoundException$, 'No resource-based policy found.');
}

export function handshakeConstraint(reason: HandshakeConstraintViolationExceptionReason, message: string): AwsError {
  return new AwsError(HandshakeConstraintViolationException$, message, { Reason: reason });
}

/** AWS's words, as recorded. */
export function handshakeNotFound(): AwsError {
  return new AwsError(HandshakeNotFoundException$, "You specified a handshake that doesn't exist.");
}

export function masterCannotLeave(): AwsError {
  return new AwsError(
    MasterCannotLeaveOrganizationException$,
    'The management account cannot leave its organization: delete the organization.',
  );
}
