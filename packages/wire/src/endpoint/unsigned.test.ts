import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { ManualClock, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type EchoServer, startEcho, wholeService } from '../testing/echo-server.ts';
import { getCallerIdentity, type RawRequest, send, sign } from '../testing/raw-request.ts';
import { tested } from '../testing/services.ts';

const NOW = Date.parse('2030-03-20T05:00:00Z');
const TOKEN = 'header.payload.signature';
let echo: EchoServer;

beforeAll(async () => {
  const { backup, iam, sts } = tested;
  const open = { ...wholeService(sts.sdk, sts.settings), unsigned: ['AssumeRoleWithWebIdentity'] };
  const services = [wholeService(backup.sdk, backup.settings), wholeService(iam.sdk, iam.settings), open];
  echo = await startEcho({ services, clock: new ManualClock(NOW) });
});
beforeEach(() => {
  echo.reply = {};
  echo.unsigned.length = 0;
  echo.invocations.length = 0;
});
afterAll(() => echo[Symbol.asyncDispose]());

const fields = (action: string, more: Readonly<Record<string, string>> = {}): RawRequest => ({
  ...getCallerIdentity,
  body: new URLSearchParams({ Action: action, Version: '2011-06-15', ...more }).toString(),
});
const webIdentity = fields('AssumeRoleWithWebIdentity', {
  RoleArn: 'arn:aws:iam::111122223333:role/Deploy',
  RoleSessionName: 'pipeline',
  WebIdentityToken: TOKEN,
});

test('the SDK, which does not sign it, gets through to an operation that takes no signature', async () => {
  await using own = await startEcho({
    services: [{ ...wholeService(tested.sts.sdk, tested.sts.settings), unsigned: ['AssumeRoleWithWebIdentity'] }],
    clock: systemClock,
  });
  own.reply = { AssumedRoleUser: { AssumedRoleId: 'AROA:pipeline', Arn: 'arn' }, Provider: 'idp' };
  const client = new STSClient({ endpoint: own.url, region: 'eu-central-1', maxAttempts: 1 });
  const answer = await client.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: 'arn:aws:iam::111122223333:role/Deploy',
      RoleSessionName: 'pipeline',
      WebIdentityToken: TOKEN,
    }),
  );
  expect(answer).toMatchObject({ Provider: 'idp' });
  expect(own.unsigned).toMatchObject([
    {
      service: 'sts',
      operation: 'AssumeRoleWithWebIdentity',
      input: { WebIdentityToken: TOKEN },
      sourceIp: '127.0.0.1',
    },
  ]);
  client.destroy();
});

test('its input is checked against the model like any other', async () => {
  const answer = await send(echo.port, fields('AssumeRoleWithWebIdentity', { RoleArn: 'short' }));
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('<Code>ValidationError</Code>');
  expect(echo.unsigned).toEqual([]);
});

test.each<[what: string, request: RawRequest]>([
  ['another operation of the service', fields('GetCallerIdentity')],
  ['an operation that does not exist', fields('AssumeEverything')],
  ['another version', fields('AssumeRoleWithWebIdentity', { Version: '1999-01-01' })],
  ['an operation of another service', { ...fields('ListUsers', { Version: '2010-05-08' }) }],
  ['a path of a REST service', { ...webIdentity, method: 'GET', path: '/backup/plans', body: '' }],
  ['a body that is no form', { ...webIdentity, body: 'Action=%E0%A4%A' }],
])('%s still needs a signature', async (_what, request) => {
  const answer = await send(echo.port, request);
  expect(answer.status).toBe(403);
  expect(answer.body).toContain('Missing Authentication Token');
  expect([...echo.unsigned, ...echo.invocations]).toEqual([]);
});

test('a signature that is there is verified, and then not needed', async () => {
  const good = await send(echo.port, await sign(webIdentity, { service: 'sts', at: NOW }));
  expect(good.status).toBe(200);
  expect(echo.unsigned).toHaveLength(1);
  const request = await sign(webIdentity, { service: 'sts', at: NOW });
  const authorization = (request.headers['authorization'] ?? '').replace(/Signature=.{8}/, 'Signature=00000000');
  const bad = await send(echo.port, { ...request, headers: { ...request.headers, authorization } });
  expect(bad.status).toBe(403);
  expect(echo.unsigned).toHaveLength(1);
});

test('a start of a signature is no request without one', async () => {
  const headers = { ...webIdentity.headers, authorization: 'Bearer x' };
  const answer = await send(echo.port, { ...webIdentity, headers });
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('IncompleteSignature');
});
