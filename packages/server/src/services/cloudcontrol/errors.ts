/** Cloud Control's own errors, with texts that say what to do. */
import {
  ClientTokenConflictException$,
  InvalidRequestException$,
  RequestTokenNotFoundException$,
  ResourceNotFoundException$,
  TypeNotFoundException$,
} from '@aws-sdk/client-cloudcontrol';
import type { Connector } from '@holdfast/connector-kit';
import { AwsError } from '@holdfast/wire';

export function typeNotFound(typeName: string, connectors: readonly Connector[]): AwsError {
  const known = connectors.map((each) => each.typeName).join(', ');
  return new AwsError(TypeNotFoundException$, `The type '${typeName}' cannot be found. There are ${known}.`);
}

export function resourceNotFound(typeName: string, identifier: string): AwsError {
  const message = `Resource of type '${typeName}' with identifier '${identifier}' was not found.`;
  return new AwsError(ResourceNotFoundException$, message);
}

export function requestTokenNotFound(token: string): AwsError {
  return new AwsError(RequestTokenNotFoundException$, `Request with token ${token} was not found.`);
}

export function clientTokenConflict(token: string): AwsError {
  const message = `The client token ${token} was used for another request before. Give each request a token of its own.`;
  return new AwsError(ClientTokenConflictException$, message);
}

export function invalidRequest(message: string, cause?: unknown): AwsError {
  return Object.assign(new AwsError(InvalidRequestException$, message), cause === undefined ? {} : { cause });
}
