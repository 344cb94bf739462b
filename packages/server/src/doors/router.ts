/**
 * Finds the door for a request, reads its body, writes its answer. A path without a door is left to the AWS endpoint,
 * which answers it like any other that it does not know.
 *
 * A body must say that it is JSON: a page of another origin cannot send such a request without asking first, and is
 * never told yes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from '@holdfast/kernel';
import { defaultLimits, readBody } from '@holdfast/wire';
import { type Door, type DoorAnswer, DoorError, type DoorRequest } from './door.ts';

export const BODY_BYTES_MAX = 65_536;

/** @returns false: the request is about something else and was not touched */
export type Doors = (request: IncomingMessage, response: ServerResponse) => boolean;

export function openDoors(doors: readonly Door[], log: Logger): Doors {
  const byPath = new Map<string, Map<string, Door>>();
  for (const door of doors) {
    const methods = byPath.get(door.path) ?? new Map<string, Door>();
    if (methods.has(door.method)) throw new Error(`Bug: two doors for ${door.method} ${door.path}`);
    byPath.set(door.path, methods.set(door.method, door));
  }
  return (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const methods = byPath.get(path);
    if (!methods) return false;
    void serve(methods, path, log, request, response);
    return true;
  };
}

async function serve(
  methods: ReadonlyMap<string, Door>,
  path: string,
  log: Logger,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const about = { door: `${request.method ?? ''} ${path}` };
  try {
    send(response, await answerOf(methods, log, about, request));
  } catch (error) {
    // The client has gone, or sends on and on; there is nobody to answer.
    log.debug('door.aborted', { ...about, error });
    response.destroy();
  }
}

async function answerOf(
  methods: ReadonlyMap<string, Door>,
  log: Logger,
  about: { readonly door: string },
  request: IncomingMessage,
): Promise<DoorAnswer> {
  const door = methods.get(request.method ?? '');
  const bytesMax = door?.bodyBytesMax ?? BODY_BYTES_MAX;
  const body = await readBody(request, { ...defaultLimits, bodyBytes: bytesMax });
  try {
    if (!door) {
      const allow = [...methods.keys()].join(', ');
      throw new DoorError(`This path takes ${allow}.`, { status: 405, code: 'MethodNotAllowed', headers: { allow } });
    }
    if (typeof body === 'string') {
      throw new DoorError(`The body is larger than ${bytesMax} bytes.`, { status: 413, code: 'RequestEntityTooLarge' });
    }
    const answer = await door.answer(requestOf(request, body));
    log.debug('door.answered', about);
    return answer;
  } catch (error) {
    if (error instanceof DoorError) {
      const { status, code, message, headers } = error;
      log.debug('door.refused', { ...about, code });
      return { status, headers, body: { code, message } };
    }
    log.error('door.failed', { ...about, error });
    return {
      status: 500,
      body: { code: 'InternalFailure', message: 'The request failed because of an internal error.' },
    };
  }
}

function requestOf({ headers, socket }: IncomingMessage, body: Uint8Array): DoorRequest {
  const sourceIp = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  return { headers, sourceIp, body: body.byteLength === 0 ? {} : membersOf(headers['content-type'], body) };
}

/** @throws DoorError */
function membersOf(contentType: string | undefined, body: Uint8Array): Readonly<Record<string, unknown>> {
  if (!/^application\/json\s*(?:;|$)/i.test(contentType ?? '')) {
    throw new DoorError('The body must be sent with the content type application/json.', {
      status: 415,
      code: 'UnsupportedMediaType',
    });
  }
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new DoorError('The body must be a JSON object.', { status: 400, code: 'InvalidBody' });
  }
  return { ...value };
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new DoorError('The body is not JSON.', { status: 400, code: 'InvalidBody', cause });
  }
}

function send(response: ServerResponse, { status, headers, body }: DoorAnswer): void {
  const text = body === undefined ? '' : `${JSON.stringify(body)}\n`;
  response.writeHead(status ?? (body === undefined ? 204 : 200), {
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...mutable(headers),
  });
  response.end(text);
}

function mutable(headers: DoorAnswer['headers'] = {}): Record<string, string | string[]> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]));
}
