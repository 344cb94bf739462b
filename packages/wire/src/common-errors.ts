/**
 * Errors that every AWS service knows and no model lists. Codes are those of the JSON protocols; awsQuery has its own
 * spellings (protocol/aws-query.ts). Statuses are those of restJson and awsQuery; awsJson answers 400 for every fault
 * of the client.
 *
 * Source: "Common errors" of the API references of AWS Backup, IAM and STS; backup spec 15.4.
 */
import { AwsError, type CommonError } from './aws-error.ts';

const common = (code: string, httpStatus: number): CommonError => ({ code, httpStatus });

export const AccessDenied = common('AccessDeniedException', 403);
export const ExpiredToken = common('ExpiredTokenException', 403);
export const IncompleteSignature = common('IncompleteSignatureException', 400);
export const InternalFailure = common('InternalFailure', 500);
export const InvalidSignature = common('InvalidSignatureException', 403);
export const MalformedHttpRequest = common('MalformedHttpRequestException', 400);
export const MissingAction = common('MissingActionException', 400);
export const MissingAuthenticationToken = common('MissingAuthenticationTokenException', 403);
export const NotImplemented = common('NotImplementedException', 501);
export const RequestEntityTooLarge = common('RequestEntityTooLargeException', 413);
export const Serialization = common('SerializationException', 400);
export const ServiceUnavailable = common('ServiceUnavailable', 503);
export const Throttling = common('ThrottlingException', 400);
export const UnknownOperation = common('UnknownOperationException', 404);
export const UnrecognizedClient = common('UnrecognizedClientException', 403);
export const ValidationError = common('ValidationError', 400);

export function accessDenied(message: string): AwsError {
  return new AwsError(AccessDenied, message);
}
