import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FetchError, fetchJson } from './fetch-json.ts';
import { CERTIFICATE, CERTIFICATE_KEY } from './testing/certificate.ts';

const server = createServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY }, (request, response) => {
  if (request.url === '/silent') response.write('{');
  else response.end('{"a":1}');
});
let url: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test('a certificate of the operator’s own authority is trusted', async () => {
  expect(await fetchJson(new URL(url), { ca: CERTIFICATE })).toEqual({ a: 1 });
});

test('a certificate that no authority of the system signed is not', async () => {
  await expect(fetchJson(new URL(url), { ca: undefined })).rejects.toThrow(FetchError);
});

test('an answer that does not come to its end is given up', async () => {
  const answer = fetchJson(new URL('/silent', url), { ca: CERTIFICATE, timeoutMs: 200 });
  await expect(answer).rejects.toThrow(/silent could not be read/);
});
