/**
 * The canonical form of a request, over which its signature is made.
 *
 * Source: "Create a signed AWS API request" of the IAM user guide. S3 differs (no second encoding, unsigned and chunked
 * payloads) and is not served here.
 */
import { createHash } from 'node:crypto';
import { headerOf, type WireRequest } from '../request.ts';

export function canonicalRequest(request: WireRequest, signedHeaders: readonly string[]): string {
  const headers = signedHeaders.map((name) => `${name}:${headerValue(request, name)}\n`).join('');
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    headers,
    signedHeaders.join(';'),
    // Always of the body that arrived: a body that was changed under way cannot keep its signature.
    sha256Hex(request.body),
  ].join('\n');
}

function headerValue(request: WireRequest, name: string): string {
  return (headerOf(request.headers, name) ?? '').trim().replace(/\s+/g, ' ');
}

/** Dots and double slashes are resolved, then what was already encoded is encoded once more. */
export function canonicalPath(rawPath: string): string {
  const segments: string[] = [];
  for (const segment of rawPath.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop();
    else segments.push(encode(segment));
  }
  const path = `/${segments.join('/')}`;
  return rawPath.endsWith('/') && segments.length > 0 ? `${path}/` : path;
}

export function canonicalQuery(query: WireRequest['query']): string {
  return query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}

/** Everything but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** By code unit, as encoded texts are plain ASCII. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
