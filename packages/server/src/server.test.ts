/** The borders of the whole server: who gets in, and what the others are told. */

import { BackupClient, ListBackupPlansCommand } from '@aws-sdk/client-backup';
import * as iam from '@aws-sdk/client-iam';
import { ListRootsCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { HOUR_MS, ManualClock, MINUTE_MS } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Credentials, type TestServer, testServer } from './testing/server.ts';

const START = Date.parse('2030-06-01T12:00:00Z');

const clock = new ManualClock(START);
let server: TestServer;
beforeAll(async () => {
  server = await testServer({ clock });
});
beforeEach(() => clock.set(START));
afterAll(() => server[Symbol.asyncDispose]());

/** One client of each protocol, to ask something harmless. */
const asks: [protocol: string, ask: (credentials: Credentials) => Promise<unknown>, codes: Record<Refusal, string>][] =
  [
    [
      'awsQuery',
      (credentials) => server.client(iam.IAMClient, { credentials }).send(new iam.ListUsersCommand()),
      { unknown: 'InvalidClientTokenId', signature: 'SignatureDoesNotMatch', expired: 'ExpiredToken' },
    ],
    [
      'awsJson',
      (credentials) => server.client(OrganizationsClient, { credentials }).send(new ListRootsCommand()),
      {
        unknown: 'UnrecognizedClientException',
        signature: 'InvalidSignatureException',
        expired: 'ExpiredTokenException',
      },
    ],
    [
      'restJson',
      (credentials) => server.client(BackupClient, { credentials }).send(new ListBackupPlansCommand()),
      {
        unknown: 'UnrecognizedClientException',
        signature: 'InvalidSignatureException',
        expired: 'ExpiredTokenException',
      },
    ],
  ];
type Refusal = 'unknown' | 'signature' | 'expired';

async function newKey(): Promise<Credentials> {
  const admin = server.client(iam.IAMClient);
  const { AccessKey } = await admin.send(new iam.CreateAccessKeyCommand({ UserName: 'admin' }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

let sessions = 0;
async function newSession(): Promise<Credentials> {
  const RoleName = `Session${++sessions}`;
  const admin = server.client(iam.IAMClient);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: server.management.accountId }, Action: 'sts:AssumeRole' }],
  };
  const role = { RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) };
  const { Role } = await admin.send(new iam.CreateRoleCommand(role));
  const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
  await admin.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
  const answer = await server
    .client(STSClient)
    .send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'test', DurationSeconds: 900 }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

describe.each(asks)('%s', (_protocol, ask, codes) => {
  /** The asked service's own answer, also when it is an error: the caller got in. */
  const letIn = async (credentials: Credentials): Promise<void> => {
    const outcome = await ask(credentials).catch((error: Error) => error.name);
    if (typeof outcome === 'string') expect(outcome).toBe('AWSOrganizationsNotInUseException');
  };
  const refused = (credentials: Credentials, why: Refusal) =>
    expect(ask(credentials)).rejects.toMatchObject({ name: codes[why] });

  test('a wrong secret is refused', async () => {
    const { accessKeyId } = server.management.credentials;
    await letIn(server.management.credentials);
    await refused({ accessKeyId, secretAccessKey: 'x'.repeat(40) }, 'signature');
  });

  test('an unknown key is refused', () =>
    refused({ accessKeyId: `AKIA${'Z'.repeat(16)}`, secretAccessKey: 'x'.repeat(40) }, 'unknown'));

  test('an inactive key is refused until it is active again; a deleted one for ever', async () => {
    const key = await newKey();
    await letIn(key);
    const admin = server.client(iam.IAMClient);
    const named = { UserName: 'admin', AccessKeyId: key.accessKeyId };
    await admin.send(new iam.UpdateAccessKeyCommand({ ...named, Status: 'Inactive' }));
    await refused(key, 'unknown');
    await admin.send(new iam.UpdateAccessKeyCommand({ ...named, Status: 'Active' }));
    await letIn(key);
    await admin.send(new iam.DeleteAccessKeyCommand(named));
    await refused(key, 'unknown');
  });

  test('a session is refused when it has expired, also a day later, without its token, and with another’s', async () => {
    const session = await newSession();
    const { accessKeyId, secretAccessKey } = session;
    await letIn(session);
    await refused({ accessKeyId, secretAccessKey }, 'unknown');
    await refused({ accessKeyId, secretAccessKey, sessionToken: 'x'.repeat(160) }, 'unknown');
    clock.advance(15 * MINUTE_MS);
    await refused(session, 'expired');
    clock.advance(23 * HOUR_MS);
    await server.tick('identity');
    await refused(session, 'expired');
    clock.advance(2 * HOUR_MS);
    await server.tick('identity');
    await refused(session, 'unknown');
  });

  test('a key of an account that is not active is refused', async () => {
    const { accountId, credentials } = await server.createAccount();
    await letIn(credentials);
    await server.installation.db
      .updateTable('account')
      .set({ state: 'SUSPENDED' })
      .where('id', '=', accountId)
      .execute();
    await refused(credentials, 'unknown');
  });

  test('a user that was deleted is refused at once', async () => {
    const admin = server.client(iam.IAMClient);
    await admin.send(new iam.CreateUserCommand({ UserName: 'gone' }));
    const { AccessKey } = await admin.send(new iam.CreateAccessKeyCommand({ UserName: 'gone' }));
    const key = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    await admin.send(new iam.DeleteAccessKeyCommand({ UserName: 'gone', AccessKeyId: key.accessKeyId }));
    await admin.send(new iam.DeleteUserCommand({ UserName: 'gone' }));
    await refused(key, 'unknown');
  });
});

describe('requests as they are on the wire', () => {
  /** What the SDK would send, kept instead of sent. */
  async function signedRequest(): Promise<{ headers: Record<string, string>; body: string }> {
    const client = server.client(STSClient);
    let kept: { headers: Record<string, string>; body: string } | undefined;
    client.middlewareStack.add(
      (next) => (args) => {
        kept = args.request as typeof kept;
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    await client.send(new GetCallerIdentityCommand());
    if (!kept) throw new Error('nothing was sent');
    return { headers: { ...kept.headers }, body: kept.body };
  }
  /** The length is not signed: it is that of the body. */
  const post = async ({ 'content-length': _length, ...headers }: Record<string, string>, body: string) => {
    const answer = await fetch(server.endpoint, { method: 'POST', headers, body });
    return { status: answer.status, text: await answer.text() };
  };

  test('an unsigned request is refused', async () => {
    const { headers, body } = await signedRequest();
    const { authorization: _signature, ...unsigned } = headers;
    expect(await post(unsigned, body)).toMatchObject({
      status: 403,
      text: expect.stringContaining('MissingAuthenticationToken'),
    });
  });

  test('a request sent again is answered within 15 minutes and refused after', async () => {
    const { headers, body } = await signedRequest();
    clock.advance(14 * MINUTE_MS);
    expect(await post(headers, body)).toMatchObject({ status: 200 });
    clock.advance(2 * MINUTE_MS);
    expect(await post(headers, body)).toMatchObject({
      status: 403,
      text: expect.stringMatching(/SignatureDoesNotMatch|RequestExpired/),
    });
  });

  test('a request from the future is refused', async () => {
    const { headers, body } = await signedRequest();
    clock.advance(-16 * MINUTE_MS);
    expect(await post(headers, body)).toMatchObject({ status: 403 });
  });

  test('a body that was changed on the way is refused', async () => {
    const { headers, body } = await signedRequest();
    expect(await post(headers, `${body}&Extra=1`)).toMatchObject({
      status: 403,
      text: expect.stringContaining('SignatureDoesNotMatch'),
    });
  });

  test('a request signed for one service is not another’s', async () => {
    const { headers, body } = await signedRequest();
    const moved = { ...headers, authorization: (headers['authorization'] ?? '').replace('/sts/', '/iam/') };
    expect(await post(moved, body)).toMatchObject({ status: 403 });
  });

  test('no answer and no event holds the secret that a request was signed with', async () => {
    const { headers } = await signedRequest();
    const { secretAccessKey } = server.management.credentials;
    const { text } = await post(headers, 'Action=Broken');
    expect(text).not.toContain(secretAccessKey);
    expect(JSON.stringify(server.events)).not.toContain(secretAccessKey);
  });
});

describe('an account does not see another', () => {
  test('lists and names of one account say nothing of another’s', async () => {
    const other = await server.createAccount();
    await server.client(iam.IAMClient).send(new iam.CreateUserCommand({ UserName: 'mine' }));
    const theirs = server.client(iam.IAMClient, other);
    const { Users } = await theirs.send(new iam.ListUsersCommand());
    expect(Users?.map(({ UserName }) => UserName)).toEqual(['admin']);
    await expect(theirs.send(new iam.GetUserCommand({ UserName: 'mine' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
  });

  test('a page token of one account is invalid in another', async () => {
    const other = await server.createAccount();
    const roles = (credentials: Credentials, Marker?: string) =>
      server.client(iam.IAMClient, { credentials }).send(new iam.ListRolesCommand({ MaxItems: 1, Marker }));
    const { Marker } = await roles(server.management.credentials);
    await expect(roles(server.management.credentials, Marker)).resolves.toBeDefined();
    await expect(roles(other.credentials, Marker)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});
