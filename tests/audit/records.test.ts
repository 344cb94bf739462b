/** Every call leaves its record: in CloudTrail's form, in the account that made it. */
import { BackupClient, CreateBackupVaultCommand, ListBackupVaultsCommand } from '@aws-sdk/client-backup';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreatePolicyCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestAccount, type TestServer, testServer } from '../../packages/server/src/testing/server.ts';
import { AwsCli } from '../e2e/aws-cli.ts';
import { allRecords, lookUp, recordOf } from './cloud-trail.ts';

let server: TestServer;
let other: TestAccount;
beforeAll(async () => {
  server = await testServer();
  other = await server.createAccount('other');
});
afterAll(() => server[Symbol.asyncDispose]());

const newest = async (name: string, caller = {}) =>
  recordOf(
    (await lookUp(server, { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: name }] }, caller))[0],
  );
const refused = (call: Promise<unknown>): Promise<Error> =>
  call.then(
    () => new Error('it was not refused'),
    (error: Error) => error,
  );

test('a change is told with who asked what, what came of it and which resources it was about', async () => {
  const { accountId, credentials } = server.management;
  const { $metadata } = await server
    .client(IAMClient)
    .send(new CreateUserCommand({ UserName: 'alice', Path: '/eng/', Tags: [{ Key: 'team', Value: 'a' }] }));
  const arn = `arn:aws:iam::${accountId}:user/eng/alice`;
  const record = await newest('CreateUser');
  expect(record).toMatchObject({
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      arn: `arn:aws:iam::${accountId}:user/admin`,
      accountId,
      accessKeyId: credentials.accessKeyId,
      userName: 'admin',
    },
    eventSource: 'iam.amazonaws.com',
    eventName: 'CreateUser',
    awsRegion: 'us-east-1',
    sourceIPAddress: '127.0.0.1',
    userAgent: expect.stringContaining('aws-sdk-js'),
    requestParameters: { userName: 'alice', path: '/eng/', tags: [{ key: 'team', value: 'a' }] },
    responseElements: {
      user: { arn, createDate: expect.stringMatching(/^[A-Z][a-z]{2} \d+, \d{4} \d+:\d\d:\d\d [AP]M$/) },
    },
    requestID: $metadata.requestId,
    readOnly: false,
    resources: [{ accountId, type: 'AWS::IAM::User', ARN: arn }],
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: accountId,
    eventCategory: 'Management',
  });
  expect(record['eventTime']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(record).not.toHaveProperty('tlsDetails');
});

test('a read is told without its answer', async () => {
  await server.client(IAMClient).send(new ListUsersCommand({ PathPrefix: '/eng/' }));
  expect(await newest('ListUsers')).toMatchObject({
    readOnly: true,
    requestParameters: { pathPrefix: '/eng/' },
    responseElements: null,
  });
});

test('services that AWS has once for all regions are on record in us-east-1, others in the region that was asked', async () => {
  await server.client(IAMClient, { region: 'eu-central-1' }).send(new ListUsersCommand({ PathPrefix: '/far/' }));
  await server
    .client(BackupClient, { region: 'eu-central-1' })
    .send(new CreateBackupVaultCommand({ BackupVaultName: 'far' }));
  expect(await newest('ListUsers')).toMatchObject({
    awsRegion: 'us-east-1',
    requestParameters: { pathPrefix: '/far/' },
  });
  expect(
    await lookUp(server, { LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateBackupVault' }] }),
  ).toEqual([]);
  expect(await newest('CreateBackupVault', { region: 'eu-central-1' })).toMatchObject({ awsRegion: 'eu-central-1' });
});

test('what was done outside the database is on record before it is acknowledged', async () => {
  await server.client(BackupClient).send(new CreateBackupVaultCommand({ BackupVaultName: 'safe' }));
  const pending = await server.installation.db
    .selectFrom('audit_record')
    .select('record')
    .where('event_name', '=', 'CreateBackupVault')
    .execute();
  expect(pending.map(({ record }) => JSON.parse(record))).toContainEqual(
    expect.objectContaining({ requestParameters: expect.objectContaining({ backupVaultName: 'safe' }) }),
  );
});

test.each<[what: string, call: () => Promise<Error>, told: object]>([
  [
    'by the handler',
    () => refused(server.client(IAMClient).send(new CreateUserCommand({ UserName: 'alice' }))),
    {
      eventName: 'CreateUser',
      errorCode: 'EntityAlreadyExistsException',
      errorMessage: expect.stringContaining('alice'),
      requestParameters: { userName: 'alice' },
    },
  ],
  [
    'by authorization',
    async () => {
      const { AccessKey: key } = await server.client(IAMClient).send(new CreateAccessKeyCommand({ UserName: 'alice' }));
      const credentials = {
        accessKeyId: present(key?.AccessKeyId, 'id'),
        secretAccessKey: present(key?.SecretAccessKey, 'secret'),
      };
      return refused(server.client(BackupClient, { credentials }).send(new ListBackupVaultsCommand({})));
    },
    {
      eventName: 'ListBackupVaults',
      errorCode: 'AccessDeniedException',
      userIdentity: expect.objectContaining({ userName: 'alice' }),
    },
  ],
  [
    'by the model',
    () => refused(server.client(BackupClient).send(new CreateBackupVaultCommand({ BackupVaultName: 'a b' }))),
    {
      eventName: 'CreateBackupVault',
      errorCode: 'InvalidParameterValueException',
      requestParameters: expect.objectContaining({ backupVaultName: 'a b' }),
    },
  ],
  [
    'for its signature',
    () => {
      const credentials = { ...server.management.credentials, secretAccessKey: 'wrong' };
      return refused(server.client(STSClient, { credentials }).send(new GetCallerIdentityCommand({})));
    },
    {
      eventName: 'GetCallerIdentity',
      errorCode: 'InvalidSignatureException',
      userIdentity: { type: 'Unknown', accessKeyId: expect.any(String) },
    },
  ],
])('a call that is refused %s is told with the error', async (_what, call, told) => {
  expect(await call()).toBeInstanceOf(Error);
  expect((await allRecords(server)).at(-1)).toMatchObject({
    ...told,
    responseElements: null,
    recipientAccountId: server.management.accountId,
  });
});

test('a call of an operation that does not exist, and one without a signature, are on record for the operator alone or the caller', async () => {
  await fetch(server.endpoint, { method: 'POST', headers: { 'x-amz-target': 'CloudTrail_20131101.LookupEvents' } });
  const record = (await allRecords(server)).at(-1);
  expect(record).toMatchObject({ errorCode: 'MissingAuthenticationTokenException', userIdentity: { type: 'Unknown' } });
  expect(record).not.toHaveProperty('recipientAccountId');
});

test('who assumes a role of another account is told to both, under one shared id', async () => {
  const { accountId } = server.management;
  const trust = { Statement: { Effect: 'Allow', Principal: { AWS: accountId }, Action: 'sts:AssumeRole' } };
  const RoleName = 'guest';
  const iam = server.client(IAMClient, other);
  await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', ...trust }) }),
  );
  const everything = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'iam:*', Resource: '*' } };
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: 'all', PolicyDocument: JSON.stringify(everything) }));
  const RoleArn = `arn:aws:iam::${other.accountId}:role/${RoleName}`;
  const { Credentials } = await server
    .client(STSClient)
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'visit' }));
  const [own, theirs] = [await newest('AssumeRole'), await newest('AssumeRole', other)];
  expect(own).toMatchObject({
    recipientAccountId: accountId,
    readOnly: true,
    resources: [{ ARN: RoleArn, accountId: other.accountId, type: 'AWS::IAM::Role' }],
  });
  expect(theirs).toMatchObject({
    recipientAccountId: other.accountId,
    sharedEventID: own.sharedEventID,
  });
  const principalId = (own.userIdentity as { principalId?: string }).principalId;
  expect(theirs.userIdentity).toEqual({ type: 'AWSAccount', principalId, accountId });
  const { accessKeyId } = server.management.credentials;
  for (const [AttributeKey, AttributeValue] of [
    ['AccessKeyId', accessKeyId],
    ['Username', 'admin'],
  ] as const) {
    const found = await lookUp(server, { LookupAttributes: [{ AttributeKey, AttributeValue }] }, other);
    expect(found.filter(({ EventName: name }) => name === 'AssumeRole')).toEqual([]);
  }
  expect(own.sharedEventID).toEqual(expect.any(String));
  expect(theirs['eventID']).not.toBe(own['eventID']);

  const credentials = {
    accessKeyId: present(Credentials?.AccessKeyId, 'id'),
    secretAccessKey: present(Credentials?.SecretAccessKey, 'secret'),
    sessionToken: present(Credentials?.SessionToken, 'token'),
  };
  await server.client(IAMClient, { credentials }).send(new ListUsersCommand({}));
  expect((await newest('ListUsers', other)).userIdentity).toMatchObject({
    type: 'AssumedRole',
    principalId: expect.stringMatching(/^AROA.*:visit$/),
    accountId: other.accountId,
    sessionContext: {
      sessionIssuer: { type: 'Role', arn: RoleArn, userName: RoleName, accountId: other.accountId },
      attributes: { creationDate: expect.stringMatching(/Z$/), mfaAuthenticated: 'false' },
    },
  });
});

test('a member that is too large is told by its size', async () => {
  const Content = JSON.stringify({ plans: {}, ' ': 'x'.repeat(110_000) });
  await refused(
    server
      .client(OrganizationsClient)
      .send(new CreatePolicyCommand({ Name: 'large', Description: '', Type: 'BACKUP_POLICY', Content })),
  );
  await refused(
    server
      .client(IAMClient)
      .send(new PutUserPolicyCommand({ UserName: 'alice', PolicyName: 'p', PolicyDocument: 'x'.repeat(120_000) })),
  );
  const record = (await allRecords(server)).at(-1);
  expect(record).toMatchObject({
    eventName: 'PutUserPolicy',
    requestParameters: { omitted: true, originalSize: expect.any(Number) },
  });
});

test('a caller reads what is on record in its own account alone', async () => {
  const events = await lookUp(server, {}, other);
  expect(new Set(events.map((event) => recordOf(event).recipientAccountId))).toEqual(new Set([other.accountId]));
  const mine = await server.client(CloudTrailClient).send(
    new LookupEventsCommand({
      LookupAttributes: [{ AttributeKey: 'EventId', AttributeValue: present(events[0]?.EventId, 'id') }],
    }),
  );
  expect(mine.Events).toEqual([]);
});

test('the aws command looks events up', async () => {
  await server.tick('audit');
  const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY } = server.management.credentials;
  const aws = new AwsCli(server, {}).as({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
  const attribute = 'AttributeKey=ResourceName,AttributeValue=alice';
  const { Events: events } = await aws.call<{ Events: { EventName: string; Username: string }[] }>(
    'cloudtrail',
    'lookup-events',
    '--lookup-attributes',
    attribute,
  );
  expect(events.at(-1)).toMatchObject({ EventName: 'CreateUser', Username: 'admin' });
});

test('a call that is throttled is told with the error', async () => {
  const rateLimits = { requestsPerSecond: 1, writesPerSecond: 1, badSignaturesPerSecond: 1 };
  await using slow = await testServer({ settings: { rateLimits } });
  const ask = () => slow.client(STSClient).send(new GetCallerIdentityCommand({}));
  const ends = await Promise.allSettled(Array.from({ length: 20 }, ask));
  expect(ends.some(({ status }) => status === 'rejected')).toBe(true);
  const throttled = (await allRecords(slow)).filter(({ errorCode }) => errorCode !== undefined);
  expect(throttled.length).toBe(ends.filter(({ status }) => status === 'rejected').length);
  expect(throttled[0]).toMatchObject({
    eventName: 'GetCallerIdentity',
    errorCode: expect.stringMatching(/^Throttling/),
    recipientAccountId: slow.management.accountId,
  });
});
