/**
 * A request as it came over the wire, and an answer as it will go: what protocols and signature checks work on.
 * Raw path and query are kept, because signatures are made over them.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from './aws-error.ts';
import { MalformedHttpRequest } from './common-errors.ts';

export interface WireRequest {
  readonly method: string;
  /** As sent, percent-encoded. */
  readonly path: string;
  /** Decoded once, here: what is signed and what is read can never differ. */
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

export interface WireAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Splits a request target such as `/backup-vaults/?maxResults=5`. */
export function splitTarget(target: string): { path: string; query: WireRequest['query'] } {
  const mark = target.indexOf('?');
  if (mark === -1) return { path: target, query: [] };
  return { path: target.slice(0, mark), query: parseQuery(target.slice(mark + 1)) };
}

/** Fields of a query or form. The largest input there is, fifty tags of each kind, has a few hundred. */
const FIELDS_MAX = 5_000;

/** Names and values of a query or form; a plus sign is a space, as in every form. */
export function parseQuery(text: string): [string, string][] {
  if (text === '') return [];
  const fields = text.split('&', FIELDS_MAX + 1);
  if (fields.length > FIELDS_MAX) {
    throw new AwsError(MalformedHttpRequest, `The request has more than ${FIELDS_MAX} parameters.`);
  }
  return fields.flatMap<[string, string]>((field) => {
    if (field === '') return [];
    const equals = field.indexOf('=');
    const name = equals === -1 ? field : field.slice(0, equals);
    return [[decodeQuery(name), equals === -1 ? '' : decodeQuery(field.slice(equals + 1))]];
  });
}

function decodeQuery(text: string): string {
  return decode(text.includes('+') ? text.replaceAll('+', ' ') : text);
}

export function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw Object.assign(new AwsError(MalformedHttpRequest, 'The request holds a broken percent-encoding.'), { cause });
  }
}

export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  // The name may be the caller's: `__proto__` and `constructor` are no headers.
  const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
  return Array.isArray(value) ? value.join(',') : value;
}

/** A body that is not what its protocol says: broken JSON, broken UTF-8, a list where an object belongs. */
export class Unreadable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unreadable';
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function bodyText(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch (cause) {
    throw new Unreadable('The body is not valid UTF-8.', { cause });
  }
}

/** Objects and lists inside one another. No input has more than ten; what walks a value recurses as deep as it is. */
const DEPTH_MAX = 64;

/** The members of a JSON object; an empty body has none. */
export function jsonBody(body: Uint8Array): Readonly<Record<string, unknown>> {
  if (body.byteLength === 0) return {};
  const text = bodyText(body);
  if (isDeep(text)) throw new Unreadable(`The body has more than ${DEPTH_MAX} objects and lists inside one another.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    if (cause instanceof Unreadable) throw cause;
    throw new Unreadable('The body is not valid JSON.', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Unreadable('The body must be a JSON object.');
  }
  return value as Readonly<Record<string, unknown>>;
}

/** Whether more than DEPTH_MAX brackets are open at once, those in texts left out. */
function isDeep(json: string): boolean {
  let open = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (inText) {
      if (char === '\\') at++;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === '{' || char === '[') {
      open++;
      if (open > DEPTH_MAX) return true;
    } else if (char === '}' || char === ']') open--;
  }
  return false;
}
