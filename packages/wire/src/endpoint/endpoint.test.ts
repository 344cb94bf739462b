import { connect } from 'node:net';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { ManualClock } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { defineService } from '../define-service.ts';
import { ACCESS_KEY, type EchoServer, SECRET_KEY, startEcho, wholeService } from '../testing/echo-server.ts';
import {
  describePolicy,
  getBackupPlan,
  getCallerIdentity,
  type RawRequest,
  send,
  sign,
} from '../testing/raw-request.ts';
import { tested } from '../testing/services.ts';

const NOW = Date.parse('2030-03-20T05:00:00Z');
const LIMIT = 2_000;
const clock = new ManualClock(NOW);
let echo: EchoServer;

/** STS with one operation. */
const oneOperation = defineService({
  ...tested.sts.settings,
  sdk: sts,
  handlers: { getCallerIdentity: { name: 'GetCallerIdentity', run: { handle: async () => ({}) } } },
  notImplemented: [
    'AssumeRole',
    'AssumeRoleWithSAML',
    'AssumeRoleWithWebIdentity',
    'AssumeRoot',
    'DecodeAuthorizationMessage',
    'GetAccessKeyInfo',
    'GetDelegatedAccessToken',
    'GetFederationToken',
    'GetSessionToken',
    'GetWebIdentityToken',
  ],
});

function withoutHandlers({ sdk, settings }: (typeof tested)['backup' | 'organizations']) {
  return { ...wholeService(sdk, settings), handlers: new Map([['DescribePolicy', '']]) };
}

beforeAll(async () => {
  const { backup, organizations, iam } = tested;
  const services = [
    withoutHandlers(backup),
    withoutHandlers(organizations),
    oneOperation,
    wholeService(iam.sdk, iam.settings),
  ];
  echo = await startEcho({ services, clock, limits: { bodyBytes: LIMIT, drainBytes: 100_000 } });
});
beforeEach(() => {
  echo.reply = {};
  echo.invocations.length = 0;
});
afterAll(() => echo[Symbol.asyncDispose]());

const signed = async (service: string, request: RawRequest) =>
  send(echo.port, await sign(request, { service, at: NOW }));
const withBody = (body: string): RawRequest => ({ ...describePolicy, body });

test('every answer carries its request id, and the time of our clock', async () => {
  const good = await signed('sts', getCallerIdentity);
  const bad = await send(echo.port, getBackupPlan);
  for (const { headers } of [good, bad]) {
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['x-amz-request-id']).toBe(headers['x-amzn-requestid']);
    expect(headers.date).toBe('Wed, 20 Mar 2030 05:00:00 GMT');
  }
  expect(good.body).toContain(`<RequestId>${good.headers['x-amzn-requestid']}</RequestId>`);
  expect(good.headers['x-amzn-requestid']).not.toBe(bad.headers['x-amzn-requestid']);
});

test('an invocation says where it came from', async () => {
  await signed('sts', { ...getCallerIdentity, headers: { ...getCallerIdentity.headers, 'user-agent': 'tester/1' } });
  expect(echo.invocations).toMatchObject([{ sourceIp: '127.0.0.1', userAgent: 'tester/1', region: 'eu-central-1' }]);
});

test('the log follows each request: service, operation, status, and the code of a refusal; never its content', async () => {
  await signed('sts', getCallerIdentity);
  const { headers } = await signed('organizations', withBody('{"PolicyId":"secret-text"}'));
  const [good, refused] = echo.log.events.slice(-2);
  expect(good).toMatchObject({
    event: 'request.answered',
    fields: { service: 'sts', operation: 'GetCallerIdentity', status: 200 },
  });
  expect(refused).toEqual({
    level: 'debug',
    event: 'request.answered',
    fields: {
      requestId: headers['x-amzn-requestid'],
      service: 'organizations',
      code: 'InvalidInputException',
      status: 400,
    },
  });
});

test.each<[protocol: string, service: string, request: RawRequest, code: string]>([
  ['restJson', 'backup', getBackupPlan, '"x-amzn-errortype":"NotImplementedException"'],
  [
    'awsJson',
    'organizations',
    {
      ...describePolicy,
      headers: { ...describePolicy.headers, 'x-amz-target': 'AWSOrganizationsV20161128.CloseAccount' },
    },
    '"__type":"NotImplementedException"',
  ],
  [
    'awsQuery',
    'sts',
    { ...getCallerIdentity, body: 'Action=AssumeRole&Version=2011-06-15' },
    '<Code>NotImplemented</Code>',
  ],
])(
  'an operation that is not implemented is answered with 501 in the form of %s',
  async (_protocol, service, request, code) => {
    const answer = await signed(service, request);
    expect(answer.status).toBe(501);
    expect(JSON.stringify(answer.headers) + answer.body).toContain(code);
    expect(answer.body).toMatch(/Holdfast does not implement \w+ of .*docs\/reference\/operations\.md/);
    expect(echo.invocations).toEqual([]);
  },
);

test.each<[what: string, service: string, request: RawRequest, status: number, text: string]>([
  [
    'path of AWS Backup',
    'backup',
    { ...getBackupPlan, path: '/nonsense' },
    404,
    '"x-amzn-errortype":"UnknownOperationException"',
  ],
  [
    'method of AWS Backup',
    'backup',
    { ...getBackupPlan, method: 'PATCH' },
    404,
    '"x-amzn-errortype":"UnknownOperationException"',
  ],
  [
    'target of AWS Organizations',
    'organizations',
    { ...describePolicy, headers: { ...describePolicy.headers, 'x-amz-target': 'AWSOrganizationsV20161128.Nonsense' } },
    400,
    '"__type":"UnknownOperationException"',
  ],
  [
    'service in the target',
    'organizations',
    { ...describePolicy, headers: { ...describePolicy.headers, 'x-amz-target': 'DynamoDB_20120810.DescribePolicy' } },
    400,
    '"__type":"UnknownOperationException"',
  ],
  [
    'action of STS',
    'sts',
    { ...getCallerIdentity, body: 'Action=Nonsense&Version=2011-06-15' },
    404,
    '<Code>InvalidAction</Code>',
  ],
  [
    'version of STS',
    'sts',
    { ...getCallerIdentity, body: 'Action=GetCallerIdentity&Version=1999-01-01' },
    404,
    '<Code>InvalidAction</Code>',
  ],
  [
    'absence of an action',
    'sts',
    { ...getCallerIdentity, body: 'Version=2011-06-15' },
    400,
    '<Code>MissingAction</Code>',
  ],
])('an unknown %s is refused', async (_what, service, request, status, text) => {
  const answer = await signed(service, request);
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.headers) + answer.body).toContain(text);
});

test.each<[string, string]>([
  ['no JSON', '{"PolicyId":'],
  ['no object', '["p-examplepolicy"]'],
  ['null', 'null'],
  ['a bare text', '"p-examplepolicy"'],
])('a body that is %s cannot be read', async (_case, body) => {
  const answer = await signed('organizations', withBody(body));
  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body)).toMatchObject({ __type: 'SerializationException' });
});

test('an unreadable body is the service’s own error where it has one', async () => {
  await using own = await startEcho({ services: [wholeService(tested.backup.sdk, tested.backup.settings)], clock });
  const request = { ...getBackupPlan, method: 'PUT', path: '/backup/plans', body: '{' };
  const answer = await send(own.port, await sign(request, { service: 'backup', at: NOW }));
  expect(answer.status).toBe(400);
  expect(answer.headers['x-amzn-errortype']).toBe('InvalidRequestException');
});

test('a body that is not UTF-8 cannot be read', async () => {
  const answer = await rawBytes(Buffer.from('7b22ff22', 'hex'));
  expect(answer).toContain('400 Bad Request');
});

test('a body up to the limit is read, a byte more is refused and the connection stays good', async () => {
  const padded = (length: number) => withBody('{"PolicyId":"p-examplepolicy"}'.padEnd(length, ' '));
  expect((await signed('organizations', padded(LIMIT))).status).toBe(200);
  const over = await signed('organizations', padded(LIMIT + 1));
  expect(over.status).toBe(413);
  expect(JSON.parse(over.body)).toMatchObject({ __type: 'RequestEntityTooLargeException' });
  const backup = await send(echo.port, { ...getBackupPlan, method: 'PUT', body: 'x'.repeat(LIMIT + 1) });
  expect(backup).toMatchObject({ status: 413, headers: { 'x-amzn-errortype': 'RequestEntityTooLargeException' } });
});

test('a client that sends on and on is cut off', async () => {
  const endless = send(echo.port, { ...describePolicy, body: 'x'.repeat(20_000_000) });
  await expect(endless).rejects.toThrow(/ECONNRESET|EPIPE|socket hang up/);
  expect(echo.log.events.at(-1)).toMatchObject({ level: 'debug', event: 'request.aborted' });
});

test.each([
  ['GET', '/', 403],
  ['HEAD', '/', 403],
  ['GET', '/favicon.ico', 403],
  ['OPTIONS', '/backup/plans', 403],
  ['GET', '/?Action=GetCallerIdentity', 403],
])('an unsigned %s %s is refused before it is looked at', async (method, target, status) => {
  const [path = '', search = ''] = target.split('?');
  const answer = await send(echo.port, {
    ...getBackupPlan,
    method,
    path,
    query: Object.fromEntries(new URLSearchParams(search)),
  });
  expect(answer.status).toBe(status);
  if (method !== 'HEAD') expect(answer.body).toContain('Missing Authentication Token');
  expect(answer.headers['content-type']).toBe(search === '' ? 'application/json' : 'text/xml');
});

test.each([['/backup/plans/%zz'], ['/backup/plans?maxResults=%f']])(
  'a broken percent-encoding is refused: %s',
  async (target) => {
    const [path = '', search] = target.split('?');
    const broken = await send(echo.port, { ...getBackupPlan, path: search === undefined ? path : target });
    expect([400, 403]).toContain(broken.status);
    const signedAnswer = await signed('backup', { ...getBackupPlan, path });
    expect(signedAnswer.status).toBe(path.includes('%') ? 400 : 501);
  },
);

test('the official client retries nothing that we refuse, and tells why', async () => {
  await using own = await startEcho({ services: [wholeService(tested.iam.sdk, tested.iam.settings)] });
  const client = new IAMClient({
    endpoint: own.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  });
  await expect(client.send(new ListUsersCommand({ MaxItems: 0 }))).rejects.toMatchObject({
    name: 'ValidationError',
    $metadata: { attempts: 1 },
  });
  client.destroy();
});

test('an official client whose clock is years off corrects it by our answer and goes on', async () => {
  const client = new IAMClient({
    endpoint: echo.url,
    region: 'eu-central-1',
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  });
  const { $metadata } = await client.send(new ListUsersCommand({}));
  expect($metadata.attempts).toBe(2);
  expect((await client.send(new ListUsersCommand({}))).$metadata.attempts).toBe(1);
  client.destroy();
});

test('XML holds whatever text a handler answers with, and nothing that XML cannot hold', async () => {
  echo.reply = { Account: 'a\u0000\u0001b\uD800c\r\n\t<é&>\u{1F600}' };
  const answer = await signed('sts', getCallerIdentity);
  expect(answer.body).toContain('<Account>a\uFFFD\uFFFDb\uFFFDc&#xD;&#xA;\t&lt;é&amp;&gt;\u{1F600}</Account>');
});

test('a form name of a thousand levels is ignored', async () => {
  const deep = `Action=GetCallerIdentity&Version=2011-06-15&${'a.'.repeat(900)}b=1`;
  expect((await signed('sts', { ...getCallerIdentity, body: deep })).status).toBe(200);
});

/** A signed DescribePolicy whose body is replaced by bytes that are no text; answers the first line. */
async function rawBytes(body: Uint8Array): Promise<string> {
  const { headers } = await sign(describePolicy, { service: 'organizations', at: NOW });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(echo.port, '127.0.0.1');
  socket.write(`POST / HTTP/1.1\r\n${lines.join('')}content-length: ${body.byteLength}\r\nconnection: close\r\n\r\n`);
  socket.end(body);
  let answer = '';
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}
