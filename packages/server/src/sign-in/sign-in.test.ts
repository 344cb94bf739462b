/** Signing in to the console: who gets in, who does not, and what is told about it. */
import * as iam from '@aws-sdk/client-iam';
import { DAY_MS, HOUR_MS, ManualClock, MINUTE_MS } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { insertLoginProfile } from '../store/login-profiles.ts';
import { passwordsOf } from './passwords.ts';
import { codeAt } from './testing/authenticator.ts';
import { type Console, openConsole, PASSWORD } from './testing/console.ts';

const clock = new ManualClock(Date.parse('2030-03-20T05:00:00Z'));
let opened: Console;
beforeAll(async () => {
  opened = await openConsole(clock);
  await opened.admin.send(new iam.CreateAccountAliasCommand({ AccountAlias: 'acme' }));
});
afterAll(() => opened[Symbol.asyncDispose]());
// Failures of one test are no business of the next.
beforeEach(() => clock.advance(2 * DAY_MS));

describe('a user', () => {
  test('gets in by account, name and password, and is told who they are', async () => {
    const { status, answer, setCookie } = await opened.signIn();
    expect(status).toBe(200);
    expect(answer).toEqual({
      accountId: opened.accountId,
      accountName: 'management',
      arn: `arn:aws:iam::${opened.accountId}:user/ann`,
      userName: 'ann',
      mfa: false,
      expiresAt: new Date(clock.now() + 12 * HOUR_MS).toISOString(),
      idleExpiresAt: new Date(clock.now() + HOUR_MS).toISOString(),
    });
    const cookie = setCookie.split(';', 1)[0] ?? '';
    expect((await opened.ask('GET', 'session', { cookie })).answer).toEqual(answer);
  });

  test('may name the account by its alias', async () => {
    expect((await opened.signIn({ account: 'acme' })).status).toBe(200);
  });

  test('has a cookie that scripts cannot read and other sites cannot use, over https only where there is https', async () => {
    const attributes = /^holdfast-session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/;
    expect((await opened.signIn()).setCookie).toMatch(attributes);
    const { setCookie } = await opened.signIn({}, { headers: { 'x-forwarded-proto': 'https' } });
    expect(setCookie).toMatch(/; HttpOnly; SameSite=Strict; Secure$/);
  });

  test('leaves no token, no password and no code in database or log', async () => {
    const cookie = await opened.cookieOf();
    const token = cookie.split('=')[1] ?? '';
    const rows = await opened.server.installation.db.selectFrom('sign_in_session').selectAll().execute();
    const texts = rows.map((row) => `${JSON.stringify(row)}${row.token_hash.toString('latin1')}`).join();
    expect(rows.length).toBeGreaterThan(0);
    for (const text of [texts, JSON.stringify(opened.server.events)]) {
      expect(text.includes(token)).toBe(false);
      expect(text.includes(PASSWORD)).toBe(false);
    }
  });
});

describe('who does not get in', () => {
  test.each<[what: string, more: object]>([
    ['with a wrong password', { password: 'wrong horse battery' }],
    ['who does not exist', { userName: 'nobody' }],
    ['who has no password', { userName: 'admin' }],
    ['in another account', { account: '999999999999' }],
    ['in no account', { account: 'nowhere' }],
  ])('somebody %s is told the same as all others', async (_what, more) => {
    const { status, answer, setCookie } = await opened.signIn(more);
    expect([status, setCookie]).toEqual([401, '']);
    expect(answer).toEqual({
      code: 'SignInFailed',
      message: 'There is no such user, or the password is wrong.',
    });
  });

  test.each<[what: string, body: object]>([
    ['without a password', { account: '1', userName: 'ann' }],
    ['without an account', { userName: 'ann', password: PASSWORD }],
    ['as root and user at once', { email: 'a@b.test', userName: 'ann', password: PASSWORD }],
    ['with a member that is not known', { account: '1', userName: 'ann', password: PASSWORD, remember: true }],
    ['with a name that no user can have', { account: '1', userName: 'ann\0', password: PASSWORD }],
    ['with an address that is no text', { email: 'root\ud800@b.test', password: PASSWORD }],
    ['with a password that is no text', { account: '1', userName: 'ann', password: 12 }],
  ])('a body %s is refused', async (_what, body) => {
    const { status, answer } = await opened.ask('POST', 'sign-in', { body });
    expect([status, answer['code']]).toEqual([400, 'InvalidBody']);
  });

  test.each(['ann', 'nobody'])(
    'after five wrong passwords %s has to wait, even with the right one',
    async (userName) => {
      for (let count = 0; count < 5; count++) {
        expect((await opened.signIn({ userName, password: 'wrong horse battery' })).status).toBe(401);
      }
      const { status, answer, retryAfter } = await opened.signIn({ userName });
      expect([status, answer['code'], retryAfter]).toEqual([429, 'TooManyAttempts', '60']);
      clock.advance(MINUTE_MS);
      expect((await opened.signIn({ userName })).status).toBe(userName === 'ann' ? 200 : 401);
    },
  );

  test('many guesses side by side are counted like guesses one after the other', async () => {
    const guesses = Array.from({ length: 8 }, () =>
      opened.signIn({ userName: 'crowd', password: 'wrong horse battery' }),
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(3);
  });

  test('an administrator who sets a new password ends the waiting', async () => {
    await opened.newUser('locked');
    for (let count = 0; count < 5; count++)
      await opened.signIn({ userName: 'locked', password: 'wrong horse battery' });
    expect((await opened.signIn({ userName: 'locked' })).status).toBe(429);
    await opened.admin.send(
      new iam.UpdateLoginProfileCommand({ UserName: 'locked', Password: 'another horse battery' }),
    );
    expect((await opened.signIn({ userName: 'locked', password: 'another horse battery' })).status).toBe(200);
  });

  test('fifty failures from one address close it for everybody there, as a proxy on this machine tells it', async () => {
    const { db } = opened.server.installation;
    const from = { headers: { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' } };
    await opened.signIn({ userName: 'first', password: 'wrong horse battery' }, from);
    await db
      .updateTable('sign_in_failure')
      .set({ failures: 49 })
      .where('failures', '=', 1)
      .where('last_at', '=', clock.now())
      .execute();
    await opened.signIn({ userName: 'second', password: 'wrong horse battery' }, from);
    expect((await opened.signIn({}, from)).status).toBe(429);
    const other = { headers: { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' } };
    expect((await opened.signIn({}, other)).status).toBe(200);
  });
});

test('who signs in, and who fails to, is on record, but no name that nobody has', async () => {
  await opened.signIn();
  await opened.signIn({ password: 'wrong horse battery' });
  await opened.signIn({ userName: 'my secret, typed in the wrong field' });
  await opened.server.tick('audit');
  const { db } = opened.server.installation;
  const rows = await db
    .selectFrom('audit_record')
    .select(['account_id', 'username', 'record'])
    .where('event_name', '=', 'ConsoleLogin')
    .where('event_at', '=', clock.now())
    .execute();
  const shown = rows.map(({ account_id, username, record }) => {
    const { responseElements } = JSON.parse(String(record)) as { responseElements: { ConsoleLogin: string } };
    return [account_id, username, responseElements.ConsoleLogin].join(' ');
  });
  expect(shown.toSorted()).toEqual(
    [`${opened.accountId} ann Success`, `${opened.accountId} ann Failure`, '  Failure'].toSorted(),
  );
  expect(JSON.stringify(rows)).not.toContain('typed in the wrong field');
  expect(JSON.stringify(rows)).not.toContain('horse');
});

test('a code without a device, or a new password that nobody asked for, is refused and not passed over', async () => {
  expect((await opened.signIn({ oneTimeCode: '123456' })).answer['code']).toBe('WrongOneTimeCode');
  const { answer } = await opened.signIn({ newPassword: 'another horse battery' });
  expect(answer['code']).toBe('PasswordPolicyViolation');
  expect((await opened.signIn()).status).toBe(200);
});

describe('a password that must be replaced', () => {
  test('gets nobody in before it is, and is no good afterwards', async () => {
    await opened.newUser('new', { PasswordResetRequired: true });
    const as = { userName: 'new' };
    expect((await opened.signIn(as)).answer['needed']).toEqual(['newPassword']);
    expect((await opened.signIn({ ...as, newPassword: PASSWORD })).answer['code']).toBe('PasswordPolicyViolation');
    expect((await opened.signIn({ ...as, newPassword: 'short' })).answer['code']).toBe('PasswordPolicyViolation');
    expect((await opened.signIn({ ...as, newPassword: 'another horse battery' })).status).toBe(200);
    expect((await opened.signIn(as)).status).toBe(401);
    expect((await opened.signIn({ ...as, password: 'another horse battery' })).status).toBe(200);
  });
});

describe('an MFA device', () => {
  test('makes a code needed, which only who knows the password is told, and each code counts once', async () => {
    await opened.newUser('mia');
    const seed = await opened.newDevice('mia');
    const mia = { userName: 'mia' };
    const first = await opened.signIn(mia);
    expect([first.status, first.answer['code'], first.answer['needed']]).toEqual([401, 'MoreNeeded', ['oneTimeCode']]);
    expect((await opened.signIn({ ...mia, password: 'wrong horse battery' })).answer['code']).toBe('SignInFailed');
    expect((await opened.signIn({ ...mia, oneTimeCode: '000000' })).answer['code']).toBe('WrongOneTimeCode');
    const oneTimeCode = codeAt(seed, clock.now());
    const done = await opened.signIn({ ...mia, oneTimeCode });
    expect([done.status, done.answer['mfa']]).toEqual([200, true]);
    expect((await opened.signIn({ ...mia, oneTimeCode })).answer['code']).toBe('WrongOneTimeCode');
  });

  test('is not locked by the codes of another one of the same user', async () => {
    await opened.newUser('two');
    const first = await opened.newDevice('two', 'two-a');
    const second = await opened.newDevice('two', 'two-b');
    for (let count = 0; count < 6; count++) {
      expect((await opened.signIn({ userName: 'two', oneTimeCode: codeAt(second, clock.now()) })).status).toBe(200);
      clock.advance(MINUTE_MS / 2);
    }
    expect((await opened.signIn({ userName: 'two', oneTimeCode: codeAt(first, clock.now()) })).status).toBe(200);
  });
});

describe('the root', () => {
  test('gets in by the account’s e-mail address, and is told apart from nobody', async () => {
    const { db } = opened.server.installation;
    const password_hash = await passwordsOf({ bytes: (count) => new Uint8Array(count) }, { ln: 4, r: 8, p: 1 }).hash(
      PASSWORD,
    );
    await db.transaction().execute((tx) =>
      insertLoginProfile(tx, {
        principal_id: opened.accountId,
        account_id: opened.accountId,
        user_id: null,
        password_hash,
        reset_required: false,
        created_at: clock.now(),
      }),
    );
    const body = { email: 'Management@example.test', password: PASSWORD };
    const { status, answer, setCookie } = await opened.ask('POST', 'sign-in', { body });
    expect([status, answer['arn'], answer['userName']]).toEqual([
      200,
      `arn:aws:iam::${opened.accountId}:root`,
      undefined,
    ]);
    const credentials = await opened.credentialsOf(setCookie.split(';', 1)[0] ?? '');
    expect((await opened.whoAmI(credentials)).Arn).toBe(`arn:aws:iam::${opened.accountId}:root`);
    // The hash was one of another year; the right password made it anew.
    const profile = await db.selectFrom('login_profile').select('password_hash').where('user_id', 'is', null).execute();
    expect(profile).toEqual([{ password_hash: expect.stringMatching(/^\$scrypt\$ln=7,r=8,p=1\$/) }]);
    const nobody = await opened.ask('POST', 'sign-in', { body: { ...body, email: 'nobody@example.test' } });
    const wrong = await opened.ask('POST', 'sign-in', { body: { ...body, password: 'wrong horse battery' } });
    expect([nobody.status, nobody.answer]).toEqual([wrong.status, wrong.answer]);
  });
});
