import { ManualClock } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AwsError } from '../aws-error.ts';
import { Throttling } from '../common-errors.ts';
import { ACCESS_KEY, type EchoServer, startEcho, wholeService } from '../testing/echo-server.ts';
import {
  describePolicy,
  getBackupPlan,
  getCallerIdentity,
  type RawRequest,
  send,
  sign,
} from '../testing/raw-request.ts';
import { tested } from '../testing/services.ts';
import type { Gate } from './gate.ts';

const NOW = Date.parse('2030-03-20T05:00:00Z');
let echo: EchoServer;
let passed: string[] = [];
/** The place at which nobody gets through. */
let closedAt: keyof Gate<string> | undefined;

function pass(place: keyof Gate<string>, what: string): void {
  passed.push(`${place} ${what}`);
  if (closedAt === place) throw new AwsError(Throttling, 'Rate exceeded');
}

const gate: Gate<string> = {
  claimed: ({ service, sourceIp, accessKeyId }) => pass('claimed', `${service} ${sourceIp} ${accessKeyId}`),
  checked: (_claim, signature) => pass('checked', signature),
  identified: (identity, service) => pass('identified', `${identity} ${service}`),
  asked: (identity, _service, operation) => pass('asked', `${identity} ${operation}`),
};

beforeAll(async () => {
  const { backup, organizations, sts } = tested;
  const services = [backup, organizations, sts].map(({ sdk, settings }) => wholeService(sdk, settings));
  echo = await startEcho({ services, clock: new ManualClock(NOW), gate });
});
beforeEach(() => {
  passed = [];
  closedAt = undefined;
  echo.invocations.length = 0;
});
afterAll(() => echo[Symbol.asyncDispose]());

const signed = async (service: string, request: RawRequest, secretAccessKey?: string) =>
  send(echo.port, await sign(request, { service, at: NOW, ...(secretAccessKey && { secretAccessKey }) }));

test('a request passes by all four places, in this order', async () => {
  await signed('sts', getCallerIdentity);
  expect(passed).toEqual([
    `claimed sts 127.0.0.1 ${ACCESS_KEY}`,
    'checked good',
    'identified tester sts',
    'asked tester GetCallerIdentity',
  ]);
});

test('a bad signature is told, and ends the way', async () => {
  expect((await signed('sts', getCallerIdentity, 'another')).status).toBe(403);
  expect(passed).toEqual([`claimed sts 127.0.0.1 ${ACCESS_KEY}`, 'checked bad']);
});

test('an input that is no good was counted before it was read', async () => {
  expect((await signed('organizations', { ...describePolicy, body: 'no JSON' })).status).toBe(400);
  expect(passed.at(-1)).toBe('identified tester organizations');
});

test.each(['claimed', 'identified', 'asked'] as const)('whom the gate refuses at %s is not served', async (place) => {
  closedAt = place;
  const answer = await signed('sts', getCallerIdentity);
  expect(answer.status).toBe(400);
  expect(answer.body).toContain('<Code>Throttling</Code><Message>Rate exceeded</Message>');
  expect(echo.invocations).toEqual([]);
});

test.each([
  ['restJson', 'backup', getBackupPlan, 'ThrottlingException'],
  ['awsJson', 'organizations', describePolicy, 'ThrottlingException'],
  ['awsQuery', 'sts', getCallerIdentity, '<Code>Throttling<'],
] as const)('%s tells it in its own form', async (_protocol, service, request, code) => {
  closedAt = 'claimed';
  const { headers, body, status } = await signed(service, request);
  expect(status).toBe(400);
  expect(JSON.stringify(headers) + body).toContain(code);
});
