/**
 * Requests made by hand, signed by the SDK's own signer: for what an official client would never send.
 */
import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Instant } from '@holdfast/kernel';
import { SignatureV4 } from '@smithy/signature-v4';
import { ACCESS_KEY, SECRET_KEY } from './echo-server.ts';

export interface RawRequest {
  readonly method: string;
  /** Percent-encoded, as it goes over the wire. */
  readonly path: string;
  readonly query: Record<string, string | string[]>;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Signing {
  readonly service: string;
  readonly at: Instant;
  readonly region?: string;
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
}

/** The hash that the SDK's signer wants: SHA-256, keyed for HMAC. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {
    throw new Error('not needed');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function signer({
  service,
  region = 'eu-central-1',
  accessKeyId,
  secretAccessKey,
  sessionToken,
}: Signing): SignatureV4 {
  const credentials = { accessKeyId: accessKeyId ?? ACCESS_KEY, secretAccessKey: secretAccessKey ?? SECRET_KEY };
  return new SignatureV4({
    service,
    region,
    sha256: Sha256,
    applyChecksum: false,
    credentials: sessionToken === undefined ? credentials : { ...credentials, sessionToken },
  });
}

const TARGET = { protocol: 'http:', hostname: '127.0.0.1' };

export async function sign(request: RawRequest, signing: Signing): Promise<RawRequest> {
  const signed = await signer(signing).sign({ ...TARGET, ...request }, { signingDate: new Date(signing.at) });
  return { ...request, headers: signed.headers };
}

export async function presign(request: RawRequest, signing: Signing, expiresIn: number): Promise<RawRequest> {
  const signed = await signer(signing).presign(
    { ...TARGET, ...request },
    { signingDate: new Date(signing.at), expiresIn },
  );
  return { ...request, headers: signed.headers, query: signed.query as RawRequest['query'] };
}

export function send(port: number, { method, path, query, headers, body }: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = {
      port,
      host: '127.0.0.1',
      method,
      path: path + queryText(query),
      headers: { ...headers, ...length },
    };
    const sent = httpRequest(options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function queryText(query: RawRequest['query']): string {
  const fields = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${encode(name)}=${encode(value)}`),
  );
  return fields.length === 0 ? '' : `?${fields.join('&')}`;
}

export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A request that every test service understands. */
export const describePolicy: RawRequest = {
  method: 'POST',
  path: '/',
  query: {},
  headers: {
    host: 'holdfast.test',
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSOrganizationsV20161128.DescribePolicy',
  },
  body: '{"PolicyId":"p-examplepolicy"}',
};

export const getBackupPlan: RawRequest = {
  method: 'GET',
  path: '/backup/plans/orgs%2F1234',
  query: {},
  headers: { host: 'holdfast.test' },
  body: '',
};

export const getCallerIdentity: RawRequest = {
  method: 'POST',
  path: '/',
  query: {},
  headers: { host: 'holdfast.test', 'content-type': 'application/x-www-form-urlencoded' },
  body: 'Action=GetCallerIdentity&Version=2011-06-15',
};
