/**
 * Reads a request's body up to a limit.
 */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { EndpointLimits } from './limits.ts';

type BodyLimits = Pick<EndpointLimits, 'bodyBytes' | 'drainBytes'>;

/** `too-large`: read to its end and thrown away. */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Uint8Array | 'too-large'> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > limits.drainBytes) request.destroy(new Error('The body is far beyond its limit.'));
    if (bytes <= limits.bodyBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > limits.bodyBytes) return 'too-large';
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, bytes);
}
