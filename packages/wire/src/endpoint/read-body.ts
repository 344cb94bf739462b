/**
 * Reads a request's body up to a limit: its own, and that of all bodies that are being read side by side. Nobody has
 * said yet who sends them.
 */
import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { EndpointLimits } from './limits.ts';

type BodyLimits = Pick<EndpointLimits, 'bodyBytes' | 'drainBytes'>;

/** What bodies that are being read may hold together beyond the first bytes of each. */
export class BodyRoom {
  readonly #limits: Pick<EndpointLimits, 'smallBodyBytes' | 'largeBodiesBytes'>;
  #taken = 0;

  constructor(limits: Pick<EndpointLimits, 'smallBodyBytes' | 'largeBodiesBytes'>) {
    this.#limits = limits;
  }

  /** For a body that has grown from `before` to `after` bytes. */
  take(before: number, after: number): boolean {
    const more = this.#counted(after) - this.#counted(before);
    if (this.#taken + more > this.#limits.largeBodiesBytes) return false;
    this.#taken += more;
    return true;
  }

  give(bytes: number): void {
    this.#taken -= this.#counted(bytes);
  }

  #counted(bytes: number): number {
    return Math.max(0, bytes - this.#limits.smallBodyBytes);
  }
}

/** `too-large`, `no-room`: read to its end and thrown away. */
export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
  room?: BodyRoom,
): Promise<Uint8Array | 'too-large' | 'no-room'> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  /** Of `chunks`. */
  let kept = 0;
  let verdict: 'too-large' | 'no-room' | undefined;
  try {
    for await (const chunk of request as AsyncIterable<Uint8Array>) {
      bytes += chunk.byteLength;
      if (bytes > limits.drainBytes) request.destroy(new Error('The body is far beyond its limit.'));
      if (bytes > limits.bodyBytes) verdict = 'too-large';
      else if (verdict === undefined && room?.take(kept, bytes) === false) verdict = 'no-room';
      if (verdict === undefined) {
        chunks.push(chunk);
        kept = bytes;
      } else {
        chunks.length = 0;
        room?.give(kept);
        kept = 0;
      }
    }
  } finally {
    room?.give(kept);
  }
  if (verdict !== undefined) return verdict;
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, bytes);
}
