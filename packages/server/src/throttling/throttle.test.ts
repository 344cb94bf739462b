/** Rate limits as callers meet them: through the endpoint, with official clients and their own way to try again. */
import * as backup from '@aws-sdk/client-backup';
import * as cloudcontrol from '@aws-sdk/client-cloudcontrol';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import { ManualClock, present, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestAccount, type TestServer, testServer } from '../testing/server.ts';

const LIMITS = { requestsPerSecond: 10, writesPerSecond: 2, badSignaturesPerSecond: 5 };
const BURST = 2;
const clock = new ManualClock(systemClock.now());
let server: TestServer;
let other: TestAccount;

beforeAll(async () => {
  server = await testServer({ clock, settings: { rateLimits: LIMITS } });
  other = await server.createAccount();
});
beforeEach(() => clock.advance(60_000));
afterAll(() => server[Symbol.asyncDispose]());

/** What `times` calls come to, one after the other at one instant: how many succeed, and the first failure. */
async function outcomes(times: number, call: () => Promise<unknown>) {
  let succeeded = 0;
  let failure: unknown;
  for (let n = 0; n < times; n++) {
    await call().then(
      () => succeeded++,
      (error: unknown) => {
        failure ??= error;
      },
    );
  }
  return { succeeded, failure };
}

const identity = (account: TestAccount = server.management) => {
  const client = server.client(sts.STSClient, account);
  return () => client.send(new sts.GetCallerIdentityCommand({}));
};

test.each<[service: string, failure: object, call: () => Promise<unknown>]>([
  [
    'organizations',
    { name: 'TooManyRequestsException', $metadata: { httpStatusCode: 400 } },
    () => server.client(organizations.OrganizationsClient).send(new organizations.ListHandshakesForAccountCommand({})),
  ],
  [
    'backup',
    { name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } },
    () => server.client(backup.BackupClient).send(new backup.ListBackupPlansCommand({})),
  ],
  ['sts', { name: 'Throttling', $metadata: { httpStatusCode: 400 } }, () => identity()()],
  [
    'iam',
    { name: 'Throttling', $metadata: { httpStatusCode: 400 } },
    () => server.client(iam.IAMClient).send(new iam.ListUsersCommand({})),
  ],
  [
    'cloudcontrolapi',
    { name: 'ThrottlingException' },
    () => server.client(cloudcontrol.CloudControlClient).send(new cloudcontrol.ListResourceRequestsCommand({})),
  ],
])(
  '%s: after the burst, a caller is told that its rate is exceeded, as AWS tells it',
  async (_service, failed, call) => {
    const { succeeded, failure } = await outcomes(BURST * LIMITS.requestsPerSecond + 1, call);
    expect(succeeded).toBe(BURST * LIMITS.requestsPerSecond);
    expect(failure).toMatchObject({ message: 'Rate exceeded', ...failed });
  },
);

test('writes have a smaller share than reads', async () => {
  const client = server.client(iam.IAMClient);
  let made = 0;
  const create = () => client.send(new iam.CreateUserCommand({ UserName: `user-${made++}` }));
  expect((await outcomes(10, create)).succeeded).toBe(BURST * LIMITS.writesPerSecond);
  await client.send(new iam.ListUsersCommand({}));
});

test('one service, one caller: what one used up is there for the others', async () => {
  await outcomes(50, identity());
  await identity(other)();
  await server.client(backup.BackupClient).send(new backup.ListBackupPlansCommand({}));
  await expect(identity()()).rejects.toMatchObject({ name: 'Throttling' });
});

test('a second gives back a second’s worth', async () => {
  await outcomes(50, identity());
  clock.advance(1_000);
  expect((await outcomes(50, identity())).succeeded).toBe(LIMITS.requestsPerSecond);
});

test('an account gets no more by making users: together they have a few shares', async () => {
  const account = await server.createAccount();
  const admin = server.client(iam.IAMClient, account);
  const callers = [];
  for (const UserName of ['a', 'b', 'c', 'd', 'e', 'f']) {
    clock.advance(5_000);
    await admin.send(new iam.CreateUserCommand({ UserName }));
    const { AccessKey: key } = await admin.send(new iam.CreateAccessKeyCommand({ UserName }));
    const credentials = {
      accessKeyId: present(key?.AccessKeyId, 'the key'),
      secretAccessKey: present(key?.SecretAccessKey, 'the secret'),
    };
    callers.push(identity({ accountId: account.accountId, credentials }));
  }
  clock.advance(60_000);
  let succeeded = 0;
  for (const caller of callers) succeeded += (await outcomes(BURST * LIMITS.requestsPerSecond, caller)).succeeded;
  expect(succeeded).toBe(4 * BURST * LIMITS.requestsPerSecond);
});

test('an official client tries again by itself, and succeeds when there is room again', async () => {
  await outcomes(50, identity());
  const { endpoint, management } = server;
  const client = new sts.STSClient({ endpoint, region: 'us-east-1', credentials: management.credentials });
  client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      clock.advance(1_000);
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'time-passes' },
  );
  const { $metadata } = await client.send(new sts.GetCallerIdentityCommand({}));
  expect($metadata.attempts).toBe(2);
  client.destroy();
});

const withBadSecret = () => identity({ ...other, credentials: { ...other.credentials, secretAccessKey: 'wrong' } });
const withUnknownKey = (n: number) =>
  identity({
    ...other,
    credentials: { ...other.credentials, accessKeyId: `AKIAUNKNOWN${String(n).padStart(9, '0')}` },
  });

test('who sends bad signatures is no longer looked at, whatever keys are claimed', async () => {
  let n = 0;
  const { failure } = await outcomes(BURST * LIMITS.badSignaturesPerSecond, () => withUnknownKey(n++)());
  expect(failure).toMatchObject({ name: 'InvalidClientTokenId' });
  await expect(withUnknownKey(n++)()).rejects.toMatchObject({ name: 'Throttling', message: 'Rate exceeded' });
});

test('keys that were good before go on from that address: behind a proxy, all share one', async () => {
  const [good, fresh] = [identity(), identity(await server.createAccount())];
  await good();
  let n = 0;
  await outcomes(50, () => withUnknownKey(n++)());
  await good();
  await expect(fresh()).rejects.toMatchObject({ name: 'Throttling' });
});

test('a known key with bad signatures hurts itself alone', async () => {
  await identity(other)();
  await outcomes(50, withBadSecret());
  await expect(identity(other)()).rejects.toMatchObject({ name: 'Throttling' });
  await identity()();
});
