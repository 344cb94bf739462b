/**
 * awsJson 1.0 and 1.1: everything is a POST to `/`, the operation stands in the header X-Amz-Target.
 *
 * Every fault of the client is answered with 400, whatever the model says (organizations spec 2.2, recorded).
 */
import { AwsError } from '../aws-error.ts';
import { UnknownOperation } from '../common-errors.ts';
import { type JsonWriter, jsonStructureWriter } from '../output/json.ts';
import { headerOf, jsonBody, type WireAnswer, type WireRequest } from '../request.ts';
import type { Api, OperationShape, StructureShape } from '../shape.ts';
import { describeError, type Protocol, remembered } from './protocol.ts';

/** Statuses of the transport, which stay what they are. */
const TRANSPORT_STATUSES = new Set([413]);

export function awsJson(api: Api, version: '1.0' | '1.1', target: string): Protocol {
  const contentType = `application/x-amz-json-${version}`;
  const writer = remembered<StructureShape, JsonWriter>((shape) => jsonStructureWriter(shape));
  return {
    body: 'json',
    find: (request) => {
      const operation = targetOf(request, target);
      return { operation, raw: () => jsonBody(request.body) };
    },
    answer: (operation, output) => ok(contentType, operation.noOutput ? '' : writeOutput(writer, operation, output)),
    failure: (error) => {
      const { shape, members } = describeError(api, error);
      const body = shape ? writer(shape.structure)(members) : members;
      return {
        status: statusOf(error, shape?.fault, shape?.httpStatus),
        contentType,
        headers: {},
        body: JSON.stringify(Object.assign({ __type: error.code }, body)),
      };
    },
  };
}

function ok(contentType: string, body: string): WireAnswer {
  return { status: 200, contentType, headers: {}, body };
}

function writeOutput(
  writer: (shape: StructureShape) => JsonWriter,
  operation: OperationShape,
  output: unknown,
): string {
  return JSON.stringify(writer(operation.output)(output ?? {}));
}

function targetOf(request: WireRequest, service: string): string {
  const header = headerOf(request.headers, 'x-amz-target') ?? '';
  const dot = header.lastIndexOf('.');
  const named = header.slice(0, dot);
  // Some clients say the service's name with its namespace: `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101`.
  const isOurs = named === service || named.endsWith(`.${service}`);
  if (request.method !== 'POST' || request.path !== '/' || !isOurs) {
    throw new AwsError(UnknownOperation, `Expected a POST to / with the header X-Amz-Target: ${service}.<operation>.`);
  }
  return header.slice(dot + 1);
}

function statusOf(error: AwsError, fault: 'client' | 'server' | undefined, modelled: number | undefined): number {
  if (fault === 'server') return modelled ?? 500;
  const status = error.httpStatus ?? 400;
  return fault === undefined && (status >= 500 || TRANSPORT_STATUSES.has(status)) ? status : 400;
}
