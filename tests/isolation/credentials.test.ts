/** Every operation, called by somebody who may not: without a signature, with bad credentials, without permissions. */
import { ManualClock } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadServices } from '../../packages/server/src/services/all.ts';
import { type Credentials, type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { comparable } from './answers.ts';
import { type BadCredentials, badCredentials, powerlessSession } from './credentials.ts';
import { ghostsOf } from './ghosts.ts';
import { inputOf } from './inputs.ts';
import { type Row, rowsOf } from './stored.ts';
import { call, codeOf, type Target, targetsOf } from './wire-call.ts';
import { buildWorld, type World } from './world.ts';

const targets = targetsOf(await loadServices());
const named = targets.map((target) => [target.name, target] as const);
const clock = new ManualClock(Date.parse('2030-03-20T05:00:00Z'));

let server: TestServer;
let world: World;
let bad: BadCredentials;
let powerless: Credentials;
let before: readonly Row[];

beforeAll(async () => {
  server = await testServer({ clock });
  world = await buildWorld(server, server.management, 'zanzibar');
  bad = await badCredentials(server, clock, world.owner);
  powerless = await powerlessSession(server, world.owner);
  before = await rowsOf(server);
});
afterAll(() => server[Symbol.asyncDispose]());

/** Codes as the JSON protocols write them; awsQuery has its own spelling. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  InvalidSignatureException: 'SignatureDoesNotMatch',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
};

function codeFor({ service }: Target, code: string): string {
  return service.protocol.kind === 'awsQuery' ? (QUERY_CODES[code] ?? code) : code;
}

const CODES: Readonly<Record<keyof BadCredentials, string>> = {
  deletedKey: 'UnrecognizedClientException',
  expiredSession: 'ExpiredTokenException',
  inactiveKey: 'UnrecognizedClientException',
  keyOfClosedAccount: 'UnrecognizedClientException',
  keyOfDeletedUser: 'UnrecognizedClientException',
  sessionInClosedAccount: 'UnrecognizedClientException',
  sessionOfDeletedRole: 'UnrecognizedClientException',
  sessionWithAnotherToken: 'UnrecognizedClientException',
  sessionWithoutToken: 'UnrecognizedClientException',
  wrongSecret: 'InvalidSignatureException',
};

/** Their input proves who asks, so they carry no signature; with a token that proves nothing they are refused. */
const WITHOUT_SIGNATURE: Readonly<Record<string, string>> = {
  'sts:AssumeRoleWithWebIdentity': 'InvalidIdentityToken',
};

test.each(named)('%s is refused without a signature', async (name, target) => {
  const answer = await call(target, await inputOf(target, world.things), { server });
  expect(codeOf(answer)).toBe(WITHOUT_SIGNATURE[name] ?? codeFor(target, 'MissingAuthenticationTokenException'));
  expect(answer.body).not.toContain('zanzibar');
});

describe.each(Object.entries(CODES))('%s', (kind, code) => {
  test.each(named)('%s is refused', async (_name, target) => {
    const credentials = bad[kind as keyof BadCredentials];
    const answer = await call(target, await inputOf(target, world.things), { server, credentials });
    expect(codeOf(answer)).toBe(codeFor(target, code));
    expect(answer.body).not.toContain('zanzibar');
  });
});

/** Nobody needs a permission for these. */
const WITHOUT_PERMISSION: Readonly<Record<string, string>> = {
  ...WITHOUT_SIGNATURE,
  // AWS grants it even against a policy that denies it.
  'sts:GetCallerIdentity': 'Success',
};

/** What a refusal tells of the caller's own account. */
const NAMED_IN_REFUSAL: Readonly<Record<string, string>> = {
  'iam:GetAccessKeyLastUsed': 'policies are asked about the user who has the key, and the refusal names what was asked',
};

describe('a session whose policy allows nothing', () => {
  test.each(named)('%s is refused, and tells nothing', async (name, target) => {
    const input = await inputOf(target, world.things);
    const answer = await call(target, input, { server, credentials: powerless });
    expect(codeOf(answer)).toBe(WITHOUT_PERMISSION[name] ?? codeFor(target, 'AccessDeniedException'));
    if (name in WITHOUT_PERMISSION || name in NAMED_IN_REFUSAL) return;
    const missing = await inputOf(target, ghostsOf(world.things));
    const ofNothing = await call(target, missing, { server, credentials: powerless });
    expect(comparable(answer, input)).toBe(comparable(ofNothing, missing));
  });
});

test('none of it has changed anything', async () => {
  expect(await rowsOf(server)).toEqual(before);
});
