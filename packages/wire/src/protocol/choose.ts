/**
 * The protocol that a service speaks, and the one to answer in when no service is known yet because the request is
 * unsigned.
 */
import { unreachable } from '@holdfast/kernel';
import { headerOf, type WireRequest } from '../request.ts';
import type { ProtocolName } from '../service.ts';
import type { Api } from '../shape.ts';
import { awsJson } from './aws-json.ts';
import { awsQuery } from './aws-query.ts';
import { NO_API, type Protocol } from './protocol.ts';
import { restJson } from './rest-json.ts';

export function protocolOf(name: ProtocolName, api: Api): Protocol {
  switch (name.kind) {
    case 'restJson1':
      return restJson(api);
    case 'awsJson':
      return awsJson(api, name.version, name.target);
    case 'awsQuery':
      return awsQuery(api, name.version, name.xmlNamespace);
    default:
      return unreachable(name);
  }
}

const anonymous = {
  json10: awsJson(NO_API, '1.0', ''),
  json11: awsJson(NO_API, '1.1', ''),
  query: awsQuery(NO_API, '', 'https://iam.amazonaws.com/doc/2010-05-08/'),
  rest: restJson(NO_API),
};

export function guessProtocol(request: Pick<WireRequest, 'headers' | 'query'>): Protocol {
  const contentType = headerOf(request.headers, 'content-type') ?? '';
  if (request.headers['x-amz-target'] !== undefined)
    return contentType.includes('json-1.0') ? anonymous.json10 : anonymous.json11;
  const isQuery =
    contentType.startsWith('application/x-www-form-urlencoded') || request.query.some(([name]) => name === 'Action');
  return isQuery ? anonymous.query : anonymous.rest;
}
