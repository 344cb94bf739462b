/** What a request may hold, in each protocol's own words. */
import { connect } from 'node:net';
import { ManualClock } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EchoServer, startEcho, wholeService } from '../testing/echo-server.ts';
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
const LARGE = 'a'.repeat(3_000);
let echo: EchoServer;

beforeAll(async () => {
  const { backup, cloudcontrol, organizations, sts } = tested;
  const services = [backup, cloudcontrol, organizations, sts].map(({ sdk, settings }) => wholeService(sdk, settings));
  echo = await startEcho({ services, clock: new ManualClock(NOW), limits: { bodyBytes: 2_000, headers: 20 } });
});
afterAll(() => echo[Symbol.asyncDispose]());

const signed = async (service: string, request: RawRequest) =>
  send(echo.port, await sign(request, { service, at: NOW }));

const createPlan = (body: string): RawRequest => ({ ...getBackupPlan, method: 'PUT', path: '/backup/plans/', body });
const many = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`x-more-${n}`, '1']));
const withHeaders = (request: RawRequest): RawRequest => ({ ...request, headers: { ...request.headers, ...many } });
const deep = (levels: number): string =>
  `{"PolicyId":"p-examplepolicy","More":${'['.repeat(levels)}${']'.repeat(levels)}}`;

test.each<[what: string, service: string, request: RawRequest, status: number, told: RegExp]>([
  ['a body, restJson', 'backup', createPlan(LARGE), 413, /RequestEntityTooLargeException/],
  ['a body, awsJson', 'organizations', { ...describePolicy, body: LARGE }, 413, /"__type":"RequestEntityTooLargeEx/],
  ['a body, awsQuery', 'sts', { ...getCallerIdentity, body: LARGE }, 413, /<Code>RequestEntityTooLarge</],
  ['headers, restJson', 'backup', withHeaders(getBackupPlan), 400, /MalformedHttpRequestException.*20 headers/],
  ['headers, awsJson', 'organizations', withHeaders(describePolicy), 400, /"__type":"MalformedHttpRequestException"/],
  ['headers, awsQuery', 'sts', withHeaders(getCallerIdentity), 400, /<Code>MalformedHttpRequestException</],
  ['levels, restJson', 'backup', createPlan(deep(64)), 400, /InvalidRequestException.*64 objects and lists/],
  ['levels, awsJson', 'organizations', { ...describePolicy, body: deep(64) }, 400, /"__type":"SerializationException"/],
])('too much of %s is refused', async (_what, service, request, status, told) => {
  const answer = await signed(service, request);
  expect(answer.status).toBe(status);
  expect(JSON.stringify(answer.headers) + answer.body).toMatch(told);
});

test('as many levels as are allowed are, and brackets in texts are none', async () => {
  expect((await signed('organizations', { ...describePolicy, body: deep(63) })).status).toBe(200);
  const body = JSON.stringify({ PolicyId: 'p-examplepolicy', More: `${'['.repeat(200)}\\"${'{'.repeat(200)}` });
  expect((await signed('organizations', { ...describePolicy, body })).status).toBe(200);
});

test('a form of very many fields is refused before it is read', async () => {
  const generous = await startEcho({
    services: [wholeService(tested.sts.sdk, tested.sts.settings)],
    clock: new ManualClock(NOW),
  });
  await using _stopped = generous;
  const body = `Action=GetCallerIdentity&Version=2011-06-15${'&a=1'.repeat(5_000)}`;
  const answer = await send(generous.port, await sign({ ...getCallerIdentity, body }, { service: 'sts', at: NOW }));
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('<Code>MalformedHttpRequestException</Code>');
  expect(answer.body).toContain('more than 5000 parameters');
});

test('long bodies that nobody ends take no room from short ones, and give it back with their connection', async () => {
  const narrow = await startEcho({
    services: [wholeService(tested.organizations.sdk, tested.organizations.settings)],
    clock: new ManualClock(NOW),
    limits: { smallBodyBytes: 1_000, largeBodiesBytes: 4_000 },
  });
  await using _stopped = narrow;
  const statusOf = async (length: number): Promise<number> => {
    const body = JSON.stringify({ PolicyId: 'p-examplepolicy', More: 'a'.repeat(length) });
    const request = await sign({ ...describePolicy, body }, { service: 'organizations', at: NOW });
    return (await send(narrow.port, request)).status;
  };
  expect(await statusOf(4_000)).toBe(200);
  const halves = [0, 1].map(() => connect(narrow.port, '127.0.0.1'));
  for (const half of halves) {
    half.on('error', () => undefined);
    half.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9000\r\n\r\n${'a'.repeat(2_500)}`);
  }
  let status = 200;
  while (status === 200) status = await statusOf(3_000);
  expect(status).toBe(503);
  expect(await statusOf(500)).toBe(200);
  for (const half of halves) half.destroy();
  while (status === 503) status = await statusOf(3_000);
  expect(status).toBe(200);
});
