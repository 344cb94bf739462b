/**
 * Calls of Holdfast's own service, which no AWS client knows: AWS's JSON over HTTP, signed by the SDK's own signer with
 * the credentials that any other call would have.
 *
 * Not for what an AWS operation can do. Retries nothing: all of these only read, and a person waits.
 */
import http from 'node:http';
import https from 'node:https';
import { Failure } from '../output/failure.ts';
import { disposable, type Session } from './session.ts';

const SERVICE = 'holdfast';
const TIMEOUT_MS = 30_000;
const ANSWER_CHARS_MAX = 10_000_000;

/** @throws Failure in the server's words */
export async function askOwnService(session: Session, operation: string, input: object): Promise<unknown> {
  const url = new URL(session.endpoint);
  const body = JSON.stringify(input);
  const headers = await signedHeaders(session, url, operation, body);
  const { status, text } = await exchange(url, headers, body);
  const answer = parsed(text);
  if (status === 200 && answer !== undefined) return answer;
  throw failureOf(answer, status, url);
}

/** Not by fetch, which refuses ports that a server may well have. */
function exchange(url: URL, headers: Record<string, string>, body: string): Promise<{ status: number; text: string }> {
  const request = url.protocol === 'https:' ? https.request : http.request;
  return new Promise((resolve, reject) => {
    const call = request(url, { method: 'POST', headers, timeout: TIMEOUT_MS });
    call.on('timeout', () =>
      call.destroy(new Failure(`No answer within ${TIMEOUT_MS / 1000} s.`, { where: url.href })),
    );
    call.on('error', reject);
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > ANSWER_CHARS_MAX)
          response.destroy(new Failure('The answer is too long.', { where: url.href }));
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    call.end(body);
  });
}

async function signedHeaders(
  session: Session,
  url: URL,
  operation: string,
  body: string,
): Promise<Record<string, string>> {
  const { STSClient } = await import('@aws-sdk/client-sts');
  using client = disposable(new STSClient(session));
  const signer = await client.config.signer({
    name: 'sigv4',
    signingName: SERVICE,
    signingRegion: session.region,
    properties: {},
  });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: {},
    headers: {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Holdfast.${operation}`,
    },
    body,
  });
  return headers;
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function failureOf(answer: object | undefined, status: number, url: URL): Failure {
  const { __type: name, message, Message = message } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof Message !== 'string')
    return new Failure(`The server answers ${status} without words.`, { where: url.href });
  return new Failure(typeof name === 'string' ? `${name}: ${Message}` : Message, { where: url.href });
}
