/**
 * restJson1: method and path choose the operation; members stand in path, query and a JSON body.
 *
 * An error's name goes in the header x-amzn-ErrorType: the body's `Code` is something else at AWS Backup (backup spec
 * 15.4).
 */
import { AwsError } from '../aws-error.ts';
import { UnknownOperation } from '../common-errors.ts';
import { type JsonWriter, jsonStructureWriter } from '../output/json.ts';
import { jsonBody, type WireRequest } from '../request.ts';
import type { Api, Member, OperationShape, StructureShape } from '../shape.ts';
import { describeError, type Protocol, remembered } from './protocol.ts';
import { createRouter, type Match, type Route } from './router.ts';

const CONTENT_TYPE = 'application/json';

export function restJson(api: Api): Protocol {
  const route = createRouter([...api.operations.values()].flatMap(routeOf));
  const writer = remembered<StructureShape, JsonWriter>((shape) => jsonStructureWriter(shape));
  return {
    body: 'json',
    find: (request) => {
      const match = route(request.method, request.path, (name) => request.query.some(([own]) => own === name));
      if (!match) throw new AwsError(UnknownOperation, 'No operation answers to this method and path.');
      return { operation: match.operation, raw: (shape) => rawInput(shape, match, request) };
    },
    answer: (operation, output) => ({
      status: operation.http?.status ?? 200,
      contentType: CONTENT_TYPE,
      headers: {},
      body: operation.noOutput ? '' : JSON.stringify(writer(operation.output)(output ?? {})),
    }),
    failure: (error) => {
      const { shape, members } = describeError(api, error);
      const modelled = shape && (shape.httpStatus ?? (shape.fault === 'server' ? 500 : 400));
      return {
        status: modelled ?? error.httpStatus ?? 400,
        contentType: CONTENT_TYPE,
        headers: { 'x-amzn-ErrorType': error.code },
        body: JSON.stringify(shape ? writer(shape.structure)(members) : members),
      };
    },
  };
}

function routeOf({ name, http }: OperationShape): Route[] {
  return http ? [{ operation: name, method: http.method, path: http.path }] : [];
}

function rawInput(shape: OperationShape, match: Match, request: WireRequest): Readonly<Record<string, unknown>> {
  const { members } = shape.input;
  const hasBody = members.some(({ binding }) => binding.in === 'body');
  const body = hasBody ? jsonBody(request.body) : {};
  const raw: Record<string, unknown> = {};
  for (const member of members) {
    const value = rawMember(member, match, request, body);
    if (value !== undefined) raw[member.name] = value;
  }
  return raw;
}

function rawMember(
  member: Member,
  match: Match,
  request: WireRequest,
  body: Readonly<Record<string, unknown>>,
): unknown {
  const { binding, name } = member;
  if (binding.in === 'label') return match.labels[name];
  if (binding.in === 'body') return body[name];
  const values = request.query.filter(([key]) => key === binding.name).map(([, value]) => value);
  if (values.length === 0) return undefined;
  return member.shape().kind === 'list' ? values : values[0];
}
