/** IAM's errors in IAM's words. Source: the IAM API reference; answers that clients (Terraform among them) look at. */
import {
  DeleteConflictException$,
  EntityAlreadyExistsException$,
  InvalidInputException$,
  LimitExceededException$,
  MalformedPolicyDocumentException$,
  NoSuchEntityException$,
  PolicyNotAttachableException$,
  UnmodifiableEntityException$,
} from '@aws-sdk/client-iam';
import { AwsError, ValidationError } from '@holdfast/wire';
import type { HolderKind } from '../../store/identity-attachments.ts';

export function noSuch(kind: HolderKind, name: string): AwsError {
  return missing(`The ${kind} with name ${name} cannot be found.`);
}

export const noSuchPolicy = (arn: string): AwsError => missing(`Policy ${arn} was not found.`);
export const noSuchKey = (id: string): AwsError => missing(`The Access Key with id ${id} cannot be found.`);

export function noSuchVersion(arn: string, version: string): AwsError {
  return missing(`Policy ${arn} version ${version} does not exist or is not attachable.`);
}

export function noSuchInlinePolicy(kind: HolderKind, name: string): AwsError {
  return missing(`The ${kind} policy with name ${name} cannot be found.`);
}

export const notAttachable = (arn: string): AwsError =>
  new AwsError(NoSuchEntityException$, `Policy ${arn} does not exist or is not attachable.`);

export const onlyForServices = (arn: string): AwsError =>
  new AwsError(PolicyNotAttachableException$, `Cannot attach a Service Role Policy to a Customer Role: ${arn}.`);

export function alreadyExists(kind: 'Group' | 'Role' | 'User', name: string): AwsError {
  return new AwsError(EntityAlreadyExistsException$, `${kind} with name ${name} already exists.`);
}

export function policyAlreadyExists(name: string): AwsError {
  const message = `A policy called ${name} already exists. Duplicate names are not allowed.`;
  return new AwsError(EntityAlreadyExistsException$, message);
}

export const deleteConflict = (message: string): AwsError => new AwsError(DeleteConflictException$, message);

export function quotaExceeded(quota: string, limit: number): AwsError {
  return new AwsError(LimitExceededException$, `Cannot exceed quota for ${quota}: ${limit}`);
}

/** Of all inline policies of one holder together. */
export function inlinePoliciesTooLong(
  holder: { readonly kind: HolderKind; readonly name: string },
  limit: number,
): AwsError {
  const message = `Maximum policy size of ${limit} bytes exceeded for ${holder.kind} ${holder.name}`;
  return new AwsError(LimitExceededException$, message);
}

export const limitExceeded = (message: string): AwsError => new AwsError(LimitExceededException$, message);

export const malformedPolicy = (message: string): AwsError => new AwsError(MalformedPolicyDocumentException$, message);

export const invalidInput = (message: string): AwsError => new AwsError(InvalidInputException$, message);

export const invalid = (message: string): AwsError => new AwsError(ValidationError, message);

export function protectedRole(name: string): AwsError {
  const message = `Cannot perform the operation on the protected role '${name}' - this role is only modifiable by AWS`;
  return new AwsError(UnmodifiableEntityException$, message);
}

export function missing(message: string): AwsError {
  return new AwsError(NoSuchEntityException$, message);
}
