/**
 * Calls of Holdfast's own service, which no AWS client knows: AWS's JSON over HTTP, signed by the SDK's own signer with
 * the credentials that any other call would have.
 *
 * Not for what an AWS operation can do. Retries nothing: all of these only read, and a person waits.
 */
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
  const { response, text } = await exchange(url, headers, body);
  if (text.length > ANSWER_CHARS_MAX) throw new Failure('The answer of the server is too long.', { where: url.href });
  const answer = parsed(text);
  if (response.ok && answer !== undefined) return answer;
  throw failureOf(answer, response.status, url);
}

async function exchange(
  url: URL,
  headers: Record<string, string>,
  body: string,
): Promise<{ response: Response; text: string }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal });
    return { response, text: await response.text() };
  } catch (error) {
    if (signal.aborted)
      throw new Failure(`No answer within ${TIMEOUT_MS / 1000} s.`, { where: url.href, cause: error });
    // What fetch throws says nothing; its cause is the connection's error.
    throw error instanceof Error && error.cause !== undefined ? error.cause : error;
  }
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
