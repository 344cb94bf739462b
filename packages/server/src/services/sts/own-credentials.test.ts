/** GetSessionToken, MFA for credentials, GetAccessKeyInfo. */
import * as iam from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  type Credentials as AwsCredentials,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  type GetSessionTokenCommandInput,
  STSClient,
} from '@aws-sdk/client-sts';
import { DAY_MS, HOUR_MS, ManualClock, SECOND_MS } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { codeAt } from '../../sign-in/testing/authenticator.ts';
import { rootKey } from '../../testing/root-key.ts';
import { type Credentials, type TestServer, testServer } from '../../testing/server.ts';

const STEP_MS = 30 * SECOND_MS;
const clock = new ManualClock(Date.parse('2030-03-20T05:00:00Z'));
let server: TestServer;
let account: string;
let admin: iam.IAMClient;
/** A user with a device, who may list users and assume roles. */
let ann: Credentials;
let device: { readonly serial: string; readonly seed: string };

beforeAll(async () => {
  server = await testServer({ clock });
  account = server.management.accountId;
  admin = server.client(iam.IAMClient);
  ann = await newUser('ann', { Action: ['iam:ListUsers', 'sts:AssumeRole'] });
  device = await newDevice('ann');
});
afterAll(() => server[Symbol.asyncDispose]());
// Codes and failures of one test are no business of the next.
beforeEach(() => clock.advance(2 * DAY_MS));

const policy = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Resource: '*', ...statement }] });

async function newUser(UserName: string, statement: object): Promise<Credentials> {
  await admin.send(new iam.CreateUserCommand({ UserName }));
  await admin.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'p', PolicyDocument: policy(statement) }));
  const { AccessKey } = await admin.send(new iam.CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

async function newDevice(UserName: string): Promise<typeof device> {
  const made = await admin.send(new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: UserName }));
  const { SerialNumber: serial = '', Base32StringSeed } = made.VirtualMFADevice ?? {};
  const seed = new TextDecoder().decode(Base32StringSeed);
  const codes = {
    AuthenticationCode1: codeAt(seed, clock.now() - STEP_MS),
    AuthenticationCode2: codeAt(seed, clock.now()),
  };
  await admin.send(new iam.EnableMFADeviceCommand({ UserName, SerialNumber: serial, ...codes }));
  return { serial, seed };
}

/** What the device shows now. */
const shown = () => ({ SerialNumber: device.serial, TokenCode: codeAt(device.seed, clock.now()) });

function credentialsOf({ AccessKeyId = '', SecretAccessKey = '', SessionToken = '' }: Partial<AwsCredentials> = {}) {
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

const sts = (credentials: Credentials) => server.client(STSClient, { credentials });
const sessionToken = async (credentials: Credentials, input: Partial<GetSessionTokenCommandInput> = {}) =>
  credentialsOf((await sts(credentials).send(new GetSessionTokenCommand(input))).Credentials);
const listUsers = (credentials: Credentials) =>
  server.client(iam.IAMClient, { credentials }).send(new iam.ListUsersCommand());
const arnOf = async (credentials: Credentials) => (await sts(credentials).send(new GetCallerIdentityCommand())).Arn;

describe('GetSessionToken', () => {
  test('gives credentials of the very user, for twelve hours unless another time is asked for', async () => {
    const { Credentials } = await sts(ann).send(new GetSessionTokenCommand({}));
    expect(Credentials?.AccessKeyId).toMatch(/^ASIA/);
    expect(Credentials?.Expiration).toEqual(new Date(clock.now() + 12 * HOUR_MS));
    const own = credentialsOf(Credentials);
    expect(await arnOf(own)).toBe(`arn:aws:iam::${account}:user/ann`);
    expect(await arnOf({ ...own, sessionToken: '' }).catch((error: Error) => error.name)).toBe('InvalidClientTokenId');
    const short = await sts(ann).send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
    expect(short.Credentials?.Expiration).toEqual(new Date(clock.now() + 900 * SECOND_MS));
    clock.advance(900 * SECOND_MS);
    await expect(arnOf(credentialsOf(short.Credentials))).rejects.toMatchObject({ name: 'ExpiredToken' });
    await expect(arnOf(own)).resolves.toBeDefined();
  });

  test.each([899, 129_601])('refuses %i seconds', async (DurationSeconds) => {
    await expect(sessionToken(ann, { DurationSeconds })).rejects.toMatchObject({ name: 'ValidationError' });
  });

  test('gives the root an hour at most', async () => {
    const root = await rootKey(server);
    const { Credentials } = await sts(root).send(new GetSessionTokenCommand({ DurationSeconds: 7_200 }));
    expect(Credentials?.Expiration).toEqual(new Date(clock.now() + HOUR_MS));
    expect(await arnOf(credentialsOf(Credentials))).toBe(`arn:aws:iam::${account}:root`);
  });

  test('needs no permission', async () => {
    const nobody = await newUser('nobody', { Action: 'backup:ListBackupPlans' });
    await expect(sessionToken(nobody)).resolves.toBeDefined();
  });

  test('credentials from it reach IAM with MFA only', async () => {
    await expect(listUsers(await sessionToken(ann))).rejects.toMatchObject({
      name: 'InvalidClientTokenId',
      $metadata: expect.objectContaining({ httpStatusCode: 403 }),
    });
    await expect(listUsers(await sessionToken(ann, shown()))).resolves.toBeDefined();
  });

  test('credentials from it call nothing of STS but AssumeRole and GetCallerIdentity', async () => {
    const own = await sessionToken(ann, shown());
    await expect(sessionToken(own)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Cannot call GetSessionToken with session credentials',
    });
    await expect(sts(own).send(new GetAccessKeyInfoCommand({ AccessKeyId: ann.accessKeyId }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
    const RoleArn = await newRole('Plain', { Principal: { AWS: `arn:aws:iam::${account}:user/ann` } });
    await expect(assume(own, { RoleArn })).resolves.toBeDefined();
  });

  test('credentials from it end with their user', async () => {
    const gone = await newUser('gone', { Action: 'iam:ListUsers' });
    const own = await sessionToken(gone);
    await admin.send(new iam.DeleteUserPolicyCommand({ UserName: 'gone', PolicyName: 'p' }));
    await admin.send(new iam.DeleteAccessKeyCommand({ UserName: 'gone', AccessKeyId: gone.accessKeyId }));
    expect(await arnOf(own)).toContain('user/gone');
    await admin.send(new iam.DeleteUserCommand({ UserName: 'gone' }));
    await expect(arnOf(own)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  test('follows its user: what a policy takes away is gone at once', async () => {
    const own = await sessionToken(ann, shown());
    await expect(listUsers(own)).resolves.toBeDefined();
    const put = (statement: object) =>
      admin.send(new iam.PutUserPolicyCommand({ UserName: 'ann', PolicyName: 'p', PolicyDocument: policy(statement) }));
    await put({ Action: 'sts:AssumeRole' });
    await expect(listUsers(own)).rejects.toMatchObject({ name: 'AccessDenied' });
    await put({ Action: ['iam:ListUsers', 'sts:AssumeRole'] });
  });
});

describe('MFA', () => {
  test.each<[what: string, input: () => Partial<GetSessionTokenCommandInput>, message: string]>([
    ['a wrong code', () => ({ ...shown(), TokenCode: '000000' }), 'with invalid MFA one time pass code'],
    ['a code without a device', () => ({ TokenCode: '123456' }), 'must provide both'],
    ['a device without a code', () => ({ SerialNumber: device.serial }), 'must provide both'],
    [
      'a device that is not there',
      () => ({ ...shown(), SerialNumber: 'arn:aws:iam::1:mfa/x' }),
      'verify your MFA serial',
    ],
  ])('%s is refused', async (_what, input, message) => {
    await expect(sessionToken(ann, input())).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`MultiFactorAuthentication failed`),
    });
    await expect(sessionToken(ann, input())).rejects.toMatchObject({ message: expect.stringContaining(message) });
  });

  test('somebody else’s device proves nothing', async () => {
    const thief = await newUser('thief', { Action: 'iam:*' });
    await expect(sessionToken(thief, shown())).rejects.toMatchObject({
      message: expect.stringContaining('associated with this user'),
    });
  });

  test('a code counts once, also when what it was given for is refused', async () => {
    await sessionToken(ann, shown());
    await expect(sessionToken(ann, shown())).rejects.toMatchObject({ name: 'AccessDenied' });
    clock.advance(STEP_MS);
    const RoleArn = await newRole('Closed', { Principal: { Service: 'backup.amazonaws.com' } });
    await expect(assume(ann, { RoleArn, ...shown() })).rejects.toMatchObject({
      message: expect.stringContaining('sts:AssumeRole'),
    });
    await expect(sessionToken(ann, shown())).rejects.toMatchObject({ message: expect.stringContaining('invalid MFA') });
  });

  test('of one code that is sent many times at once, one counts', async () => {
    const same = shown();
    const all = await Promise.allSettled(Array.from({ length: 4 }, () => sessionToken(ann, same)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('five wrong codes lock the device, and the right one no longer counts', async () => {
    const wrong = { ...shown(), TokenCode: '000000' };
    for (let count = 0; count < 5; count++) await expect(sessionToken(ann, wrong)).rejects.toBeDefined();
    await expect(sessionToken(ann, shown())).rejects.toMatchObject({ message: expect.stringContaining('too many') });
  });

  test('opens a role that trusts only who has shown it, and how long ago', async () => {
    const Condition = { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } };
    const Principal = { AWS: `arn:aws:iam::${account}:user/ann` };
    const RoleArn = await newRole('Guarded', { Principal, Condition });
    await expect(assume(ann, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume(ann, { RoleArn, ...shown() })).resolves.toBeDefined();
    clock.advance(STEP_MS);
    const own = await sessionToken(ann, shown());
    await expect(assume(own, { RoleArn })).resolves.toBeDefined();
    clock.advance(HOUR_MS);
    await expect(assume(own, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('is known of temporary credentials only: long-term keys have no such key at all', async () => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'false' } };
    const Principal = { AWS: `arn:aws:iam::${account}:user/ann` };
    const RoleArn = await newRole('Unproven', { Principal, Condition });
    await expect(assume(ann, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(assume(await sessionToken(ann), { RoleArn })).resolves.toBeDefined();
  });
});

describe('GetAccessKeyInfo', () => {
  test('tells the account of any key of the installation', async () => {
    const stranger = await server.createAccount();
    const ask = async (AccessKeyId: string) =>
      (await sts(server.management.credentials).send(new GetAccessKeyInfoCommand({ AccessKeyId }))).Account;
    expect(await ask(stranger.credentials.accessKeyId)).toBe(stranger.accountId);
    expect(await ask((await sessionToken(ann)).accessKeyId)).toBe(account);
    await expect(ask('AKIAEXAMPLEEXAMPLE00')).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

async function newRole(RoleName: string, trust: object): Promise<string> {
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...trust }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await admin.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  return `arn:aws:iam::${account}:role/${RoleName}`;
}

function assume(credentials: Credentials, input: { RoleArn: string } & Partial<GetSessionTokenCommandInput>) {
  return sts(credentials).send(new AssumeRoleCommand({ RoleSessionName: 'work', ...input }));
}
