/** Calls of Holdfast's own service, which the official clients do not know: signed by the SDK's own signer. */
import type { Credentials, TestServer } from '../../packages/server/src/testing/server.ts';
import { send, sign } from '../../packages/wire/src/testing/raw-request.ts';

export interface OwnAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** @param credentials Default: of the first account's administrator. */
export async function askOwnService(
  { endpoint, management, installation }: TestServer,
  operation: string,
  input: unknown,
  credentials: Credentials = management.credentials,
): Promise<OwnAnswer> {
  const { accessKeyId, secretAccessKey } = credentials;
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `Holdfast.${operation}`,
    host: new URL(endpoint).host,
  };
  const request = { method: 'POST', path: '/', query: {}, headers, body: JSON.stringify(input) };
  const at = installation.clock.now();
  const signing = { service: 'holdfast', region: 'us-east-1', at, accessKeyId, secretAccessKey };
  const { status, body } = await send(Number(new URL(endpoint).port), await sign(request, signing));
  return { status, body: JSON.parse(body) as OwnAnswer['body'] };
}
