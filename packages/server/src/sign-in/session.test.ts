/** Sessions of the console: how long they last, what they give, and who cannot use them. */
import * as iam from '@aws-sdk/client-iam';
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { DAY_MS, HOUR_MS, ManualClock, MINUTE_MS, SECOND_MS } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Credentials } from '../testing/server.ts';
import { codeAt } from './testing/authenticator.ts';
import { type Console, openConsole } from './testing/console.ts';

const clock = new ManualClock(Date.parse('2030-03-20T05:00:00Z'));
let opened: Console;
beforeAll(async () => {
  opened = await openConsole(clock);
});
afterAll(() => opened[Symbol.asyncDispose]());
// Failures of one test are no business of the next.
beforeEach(() => clock.advance(2 * DAY_MS));

const sessionOf = async (cookie: string) => (await opened.ask('GET', 'session', { cookie })).status;

describe('a session', () => {
  test('ends an hour after its last use, and twelve hours after it was made', async () => {
    const cookie = await opened.cookieOf();
    for (let hour = 0.5; hour < 12; hour += 0.5) {
      clock.advance(HOUR_MS / 2);
      expect(await sessionOf(cookie)).toBe(200);
    }
    clock.advance(HOUR_MS / 2 - SECOND_MS);
    expect(await sessionOf(cookie)).toBe(200);
    clock.advance(SECOND_MS);
    expect(await sessionOf(cookie)).toBe(401);
    const idle = await opened.cookieOf();
    clock.advance(HOUR_MS);
    expect(await sessionOf(idle)).toBe(401);
  });

  test('ends with the sign-out, and its credentials with it', async () => {
    const cookie = await opened.cookieOf();
    const credentials = await opened.credentialsOf(cookie);
    await opened.whoAmI(credentials);
    const { status, setCookie } = await opened.ask('POST', 'sign-out', { cookie });
    expect([status, setCookie.split(';', 1)[0]]).toEqual([204, 'holdfast-session=']);
    expect(setCookie).toContain('Max-Age=0');
    expect(await sessionOf(cookie)).toBe(401);
    await expect(opened.whoAmI(credentials)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  test.each<[how: string, end: (UserName: string) => Promise<unknown>]>([
    [
      'a new password',
      (UserName) => opened.admin.send(new iam.UpdateLoginProfileCommand({ UserName, Password: 'z'.repeat(12) })),
    ],
    ['the end of the login profile', (UserName) => opened.admin.send(new iam.DeleteLoginProfileCommand({ UserName }))],
    ['the closure of the account', () => setAccountState('SUSPENDED')],
  ])('ends with %s', async (how, end) => {
    const userName = how.replaceAll(' ', '-');
    await opened.newUser(userName);
    const cookie = await opened.cookieOf({ userName });
    const credentials = await opened.credentialsOf(cookie);
    await end(userName);
    expect(await sessionOf(cookie)).toBe(401);
    await expect(opened.whoAmI(credentials)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await setAccountState('ACTIVE');
  });

  test('is one of twenty of its user at most: the oldest ends for the next', async () => {
    await opened.newUser('busy');
    const cookies: string[] = [];
    for (let count = 0; count < 21; count++) {
      cookies.push(await opened.cookieOf({ userName: 'busy' }));
      clock.advance(SECOND_MS);
    }
    expect([await sessionOf(cookies[0] ?? ''), await sessionOf(cookies[1] ?? '')]).toEqual([401, 200]);
  });

  test('that has ended is removed, and failures that are forgotten too', async () => {
    await opened.cookieOf();
    await opened.signIn({ password: 'wrong horse battery' });
    clock.advance(2 * DAY_MS);
    await opened.server.tick('sign-in');
    const { db } = opened.server.installation;
    expect(await db.selectFrom('sign_in_session').selectAll().execute()).toEqual([]);
    expect(await db.selectFrom('sign_in_failure').selectAll().execute()).toEqual([]);
  });

  test.each(['', 'holdfast-session=', 'holdfast-session=made-up', 'other=x'])(
    'is nobody’s with the cookie %j',
    async (cookie) => {
      expect(await sessionOf(cookie)).toBe(401);
      expect((await opened.ask('POST', 'session/credentials', { cookie })).answer['code']).toBe('NotSignedIn');
    },
  );
});

describe('credentials', () => {
  test('are the user’s own, for a quarter of an hour', async () => {
    const cookie = await opened.cookieOf();
    const credentials = await opened.credentialsOf(cookie);
    expect(credentials.accessKeyId).toMatch(/^ASIA/);
    expect((await opened.whoAmI(credentials)).Arn).toBe(`arn:aws:iam::${opened.accountId}:user/ann`);
    clock.advance(15 * MINUTE_MS);
    await expect(opened.whoAmI(credentials)).rejects.toMatchObject({ name: 'ExpiredToken' });
  });

  test('reach IAM without MFA, but no further credentials', async () => {
    await opened.newUser('reader');
    await opened.allow('reader', { Action: ['iam:ListUsers', 'sts:*'] });
    const credentials = await opened.credentialsOf(await opened.cookieOf({ userName: 'reader' }));
    await expect(
      opened.server.client(iam.IAMClient, { credentials }).send(new iam.ListUsersCommand()),
    ).resolves.toBeDefined();
    await expect(
      opened.server.client(STSClient, { credentials }).send(new GetSessionTokenCommand()),
    ).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    });
  });

  test('opens what policies keep for MFA', async () => {
    await opened.newUser('may');
    const seed = await opened.newDevice('may');
    await opened.allow('may', {
      Action: 'iam:ListUsers',
      Condition: {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThan: { 'aws:MultiFactorAuthAge': 3600 },
      },
    });
    const cookie = await opened.cookieOf({ userName: 'may', oneTimeCode: codeAt(seed, clock.now()) });
    const list = (credentials: Credentials) =>
      opened.server.client(iam.IAMClient, { credentials }).send(new iam.ListUsersCommand());
    await expect(list(await opened.credentialsOf(cookie))).resolves.toBeDefined();
    clock.advance(HOUR_MS / 2);
    await opened.credentialsOf(cookie);
    clock.advance(HOUR_MS / 2);
    await expect(list(await opened.credentialsOf(cookie))).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('other sites', () => {
  test.each<[what: string, headers: (host: string) => Readonly<Record<string, string>>, allowed: boolean]>([
    ['our own page', () => ({ 'sec-fetch-site': 'same-origin' }), true],
    ['no page', () => ({ 'sec-fetch-site': 'none' }), true],
    ['a page of a sibling', () => ({ 'sec-fetch-site': 'same-site' }), false],
    ['another page', () => ({ 'sec-fetch-site': 'cross-site' }), false],
    ['our own page, by its origin', (host) => ({ origin: `http://${host}` }), true],
    ['another page, by its origin', () => ({ origin: 'http://evil.example' }), false],
    ['a page without an origin', () => ({ origin: 'null' }), false],
    [
      'another page that claims our origin',
      (host) => ({ origin: `http://${host}`, 'sec-fetch-site': 'cross-site' }),
      false,
    ],
  ])('a request of %s', async (_what, headers, allowed) => {
    const asked = { headers: headers(new URL(opened.server.endpoint).host) };
    for (const path of ['sign-out', 'session/credentials']) {
      const { answer } = await opened.ask('POST', path, asked);
      expect(answer['code'] === 'OtherOrigin').toBe(!allowed);
    }
  });

  test('cannot sign anybody in', async () => {
    const { answer, setCookie } = await opened.signIn({}, { headers: { origin: 'http://evil.example' } });
    expect([answer['code'], setCookie]).toEqual(['OtherOrigin', '']);
  });
});

async function setAccountState(state: 'ACTIVE' | 'SUSPENDED'): Promise<void> {
  await opened.server.installation.db
    .updateTable('account')
    .set({ state })
    .where('id', '=', opened.accountId)
    .execute();
}
