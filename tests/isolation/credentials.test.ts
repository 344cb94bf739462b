/** Every operation, called by somebody who may not: without a signature, with bad credentials, without permissions. */
import { ManualClock } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadServices } from '../../packages/server/src/services/all.ts';
import { type Credentials, type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { comparable } from './answers.ts';
import { type BadCredentials, badCredentials, powerlessSession } from './credentials.ts';
import { ghostsOf } from './ghosts.ts';
import { inputOf } from './inputs.ts';
import { failuresOf, PATIENCE } from './side-by-side.ts';
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

/** The operations that answer otherwise than with the code expected of them, or that tell something. */
function exceptions(expected: (name: string, target: Target) => string, credentials?: Credentials): Promise<string[]> {
  return failuresOf(named, async (target, name) => {
    const sender = { server, ...(credentials && { credentials }) };
    const answer = await call(target, await inputOf(target, world.things), sender);
    expect(codeOf(answer)).toBe(expected(name, target));
    expect(answer.body).not.toContain('zanzibar');
  });
}

test('there are operations to try', () => {
  expect(targets.length).toBeGreaterThan(200);
});

test(
  'without a signature every operation is refused',
  async () => {
    const expected = (name: string, target: Target): string =>
      WITHOUT_SIGNATURE[name] ?? codeFor(target, 'MissingAuthenticationTokenException');
    expect(await exceptions(expected)).toEqual([]);
  },
  PATIENCE,
);

test.each(Object.entries(CODES))(
  '%s: every operation is refused with %s',
  async (kind, code) => {
    const expected = (_name: string, target: Target): string => codeFor(target, code);
    expect(await exceptions(expected, bad[kind as keyof BadCredentials])).toEqual([]);
  },
  PATIENCE,
);

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

test(
  'a session whose policy allows nothing may do nothing, and is told nothing',
  async () => {
    const wrong = await failuresOf(named, async (target, name) => {
      const input = await inputOf(target, world.things);
      const answer = await call(target, input, { server, credentials: powerless });
      expect(codeOf(answer)).toBe(WITHOUT_PERMISSION[name] ?? codeFor(target, 'AccessDeniedException'));
      if (name in WITHOUT_PERMISSION || name in NAMED_IN_REFUSAL) return;
      const missing = await inputOf(target, ghostsOf(world.things));
      const ofNothing = await call(target, missing, { server, credentials: powerless });
      expect(comparable(answer, input)).toBe(comparable(ofNothing, missing));
    });
    expect(wrong).toEqual([]);
  },
  PATIENCE,
);

test('none of it has changed anything', async () => {
  expect(await rowsOf(server)).toEqual(before);
});
