/**
 * Every operation of five services, by the official clients: what a client sends must arrive, what is answered must
 * come back. Constraints are off, so that one kind of sample fits all; they have tests of their own.
 */

import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readApi } from './smithy.ts';
import { ACCESS_KEY, type EchoServer, SECRET_KEY, startEcho, wholeService } from './testing/echo-server.ts';
import { type Extent, sampleOf } from './testing/samples.ts';
import { type AnyClient, clientOf, commandOf, type TestedService, tested } from './testing/services.ts';

/** Their callers have no AWS identity yet: a SAML assertion or a web identity token stands in for one. */
const SENT_UNSIGNED = new Set(['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity']);
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe.each(Object.entries<TestedService>(tested))('%s', (_name, service) => {
  const operations = [...readApi(service.sdk).operations.values()];
  let echo: EchoServer;
  let client: AnyClient;

  beforeAll(async () => {
    const { constraints: _off, ...settings } = service.settings;
    echo = await startEcho({ services: [wholeService(service.sdk, settings)] });
    client = clientOf(service, {
      endpoint: echo.url,
      region: 'eu-central-1',
      credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
      maxAttempts: 1,
    });
  });

  afterAll(async () => {
    client.destroy();
    await echo[Symbol.asyncDispose]();
  });

  const cases = operations
    .filter(({ name }) => !SENT_UNSIGNED.has(name))
    .flatMap((operation) =>
      (['required', 'everything'] as const).map((extent): [string, Extent, typeof operation] => [
        operation.name,
        extent,
        operation,
      ]),
    );

  test.each(cases)('%s (%s members) arrives as sent and is answered as given', async (name, extent, operation) => {
    const input = sampleOf(operation.input, extent);
    const output = sampleOf(operation.output, extent);
    echo.reply = output;
    const { $metadata, ...answer } = await client.send(commandOf(service, name, input));
    const arrived = present(echo.invocations.at(-1), 'the invocation');
    expect(arrived).toMatchObject({
      service: service.settings.name,
      operation: name,
      region: 'eu-central-1',
      identity: 'tester',
    });
    const { sent, added } = splitAdded(arrived.input as Record<string, unknown>, input);
    expect(sent).toEqual(input);
    // Clients fill in idempotency tokens that the caller left out, and nothing else.
    for (const value of Object.values(added)) expect(value).toMatch(UUID);
    expect(answer).toEqual(output);
    expect($metadata).toMatchObject({ httpStatusCode: operation.http?.status ?? 200, requestId: arrived.requestId });
  });
});

test('operations that clients send unsigned are refused: no identity, no answer', async () => {
  const service = tested.sts;
  await using echo = await startEcho({ services: [wholeService(service.sdk, service.settings)] });
  const client = clientOf(service, { endpoint: echo.url, region: 'eu-central-1', maxAttempts: 1 });
  for (const name of SENT_UNSIGNED) {
    const { input } = present(readApi(service.sdk).operations.get(name), name);
    const sent = client.send(commandOf(service, name, sampleOf(input, 'required')));
    await expect(sent).rejects.toMatchObject({
      name: 'MissingAuthenticationToken',
      $metadata: { httpStatusCode: 403 },
    });
  }
  client.destroy();
  expect(echo.invocations).toEqual([]);
});

function splitAdded(
  arrived: Record<string, unknown>,
  input: object,
): Record<'sent' | 'added', Record<string, unknown>> {
  const own = Object.entries(arrived);
  return {
    sent: Object.fromEntries(own.filter(([name]) => name in input)),
    added: Object.fromEntries(own.filter(([name]) => !(name in input))),
  };
}
