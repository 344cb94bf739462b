/**
 * One JSON document from a provider's address: bounded in time and size, and from nowhere else: redirects are refused,
 * and certificates are checked against the system's or the operator's own authority.
 */
import { Buffer } from 'node:buffer';
import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { SECOND_MS } from '@holdfast/kernel';

/** From the connection to the last byte. */
const TIMEOUT_MS = 5 * SECOND_MS;
const BODY_BYTES_MAX = 262_144;

export class FetchError extends Error {
  override readonly name = 'FetchError';
}

export interface FetchOptions {
  /** Of the authority that signed the provider's certificate, in PEM. Undefined: the system's. */
  readonly ca: string | undefined;
  /** Default: five seconds. */
  readonly timeoutMs?: number;
}

/** @throws FetchError */
export async function fetchJson(url: URL, options: FetchOptions): Promise<unknown> {
  try {
    const response = await get(url, options);
    const { statusCode = 0 } = response;
    if (statusCode !== 200) {
      response.destroy();
      throw new FetchError(`${url.href} answered ${statusCode}.`);
    }
    return JSON.parse(await read(response));
  } catch (cause) {
    if (cause instanceof FetchError) throw cause;
    throw new FetchError(`${url.href} could not be read: ${(cause as Error).message}`, { cause });
  }
}

function get(url: URL, { ca, timeoutMs = TIMEOUT_MS }: FetchOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const common = {
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: 'application/json' },
    } as const;
    const request =
      url.protocol === 'https:'
        ? https.get(url, { ...common, ...(ca !== undefined && { ca }) }, resolve)
        : http.get(url, common, resolve);
    request.on('error', reject);
  });
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > BODY_BYTES_MAX) throw new FetchError(`the answer is larger than ${BODY_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
