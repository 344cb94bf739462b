/**
 * Every error that five services model, by the official clients: each must come back as its own class, with its message
 * and all its other members.
 */
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AwsError } from './aws-error.ts';
import { accessDenied, Throttling } from './common-errors.ts';
import type { ErrorShape } from './shape.ts';
import { readApi } from './smithy.ts';
import { ACCESS_KEY, type EchoServer, SECRET_KEY, startEcho, wholeService } from './testing/echo-server.ts';
import { sampleOf } from './testing/samples.ts';
import { type AnyClient, clientOf, commandOf, type TestedService, tested } from './testing/services.ts';

const MESSAGE = 'A message with <markup> & "quotes", é and 日本.';

describe.each(Object.entries<TestedService>(tested))('%s', (_name, service) => {
  const { settings, sdk } = service;
  const api = readApi(sdk);
  let echo: EchoServer;
  let client: AnyClient;

  beforeAll(async () => {
    const { constraints: _off, ...rest } = settings;
    echo = await startEcho({ services: [wholeService(sdk, rest)] });
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

  /** Whatever any operation throws; which one it is plays no part. */
  async function thrown(error: Error): Promise<Record<string, unknown>> {
    const operation = present([...api.operations.values()][0], 'an operation');
    echo.reply = error;
    const command = commandOf(service, operation.name, sampleOf(operation.input, 'required'));
    return client.send(command).then(
      () => Promise.reject(new Error('the call succeeded')),
      (caught: Record<string, unknown>) => caught,
    );
  }

  test.each([...api.errors])('%s comes back as its own class', async (name, shape) => {
    const members = withoutMessage(sampleOf(shape.structure, 'everything'));
    const error = await thrown(
      new AwsError(sdk[`${name}$`] as ConstructorParameters<typeof AwsError>[0], MESSAGE, members),
    );
    expect(error).toBeInstanceOf(sdk[name]);
    expect(error).toMatchObject({ ...members, message: MESSAGE });
    const status = statusOf(shape, settings.protocol.kind);
    expect(error['$metadata']).toMatchObject({ httpStatusCode: status });
  });

  test('an error that no model lists keeps code, text and status', async () => {
    const error = await thrown(new AwsError(Throttling, MESSAGE));
    const name = settings.protocol.kind === 'awsQuery' ? 'Throttling' : 'ThrottlingException';
    expect(error).toMatchObject({ name, message: MESSAGE, $metadata: { httpStatusCode: 400 } });
  });

  test('a refused caller gets what the service calls it', async () => {
    const error = await thrown(accessDenied(MESSAGE));
    const name = settings.protocol.kind === 'awsQuery' ? 'AccessDenied' : 'AccessDeniedException';
    const httpStatusCode = settings.protocol.kind === 'awsJson' ? 400 : 403;
    expect(error).toMatchObject({ name, message: MESSAGE, $metadata: { httpStatusCode } });
  });

  test('a failure of ours tells nothing but its request id, under which the log tells all', async () => {
    const cause = new Error('connection to 10.0.0.7 refused: password authentication failed');
    const error = await thrown(cause);
    expect(JSON.stringify(error)).not.toMatch(/10\.0\.0\.7|password/);
    expect(error).toMatchObject({
      name: settings.internalFailure === undefined ? 'InternalFailure' : 'ServiceException',
      $metadata: { httpStatusCode: 500 },
    });
    const { requestId } = error['$metadata'] as { requestId: string };
    expect(echo.log.events.filter(({ level }) => level === 'error').at(-1)).toMatchObject({
      level: 'error',
      event: 'request.failed',
      fields: { requestId, error: cause },
    });
  });

  test('an answer that does not fit its shape is a failure of ours, and is not sent', async () => {
    const operation = present(
      [...api.operations.values()].find(({ output }) =>
        output.members.some((member) => member.shape().kind === 'string'),
      ),
      'an operation that answers with a text',
    );
    const member = present(
      operation.output.members.find((one) => one.shape().kind === 'string'),
      'the text',
    );
    echo.reply = { [member.name]: 42 };
    const sent = client.send(commandOf(service, operation.name, sampleOf(operation.input, 'required')));
    await expect(sent).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    const logged = echo.log.events.filter(({ event }) => event === 'request.failed').at(-1);
    expect(logged?.fields).toMatchObject({ service: settings.name, operation: operation.name });
    expect(String(logged?.fields['error'])).toContain(`${member.name} must be a string`);
  });
});

function withoutMessage(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([name]) => name.toLowerCase() !== 'message'));
}

function statusOf(shape: ErrorShape, protocol: string): number {
  if (protocol === 'awsJson') return shape.fault === 'server' ? (shape.httpStatus ?? 500) : 400;
  return shape.query?.httpStatus ?? shape.httpStatus ?? (shape.fault === 'server' ? 500 : 400);
}
