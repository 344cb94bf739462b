/** What is taken away is gone with the next request: nothing that was read for one request decides about another. */
import * as backup from '@aws-sdk/client-backup';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Credentials, type TestServer, testServer } from '../testing/server.ts';

let server: TestServer;
let admin: iam.IAMClient;
let PolicyArn: string;
let made = 0;
let name: string;

beforeAll(async () => {
  server = await testServer();
  admin = server.client(iam.IAMClient);
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(async () => {
  name = `subject-${++made}`;
  const { Policy: policy } = await admin.send(
    new iam.CreatePolicyCommand({ PolicyName: name, PolicyDocument: document('*') }),
  );
  PolicyArn = present(policy?.Arn, 'the policy');
});

const document = (Action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});

async function userWithPolicy(): Promise<Credentials> {
  await admin.send(new iam.CreateUserCommand({ UserName: name }));
  await admin.send(new iam.AttachUserPolicyCommand({ UserName: name, PolicyArn }));
  const { AccessKey: key } = await admin.send(new iam.CreateAccessKeyCommand({ UserName: name }));
  return {
    accessKeyId: present(key?.AccessKeyId, 'the key'),
    secretAccessKey: present(key?.SecretAccessKey, 'the secret'),
  };
}

/** Of a role that may do everything, narrowed by the policy. */
async function sessionWithPolicy(): Promise<Credentials> {
  await admin.send(new iam.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: TRUST }));
  await admin.send(new iam.PutRolePolicyCommand({ RoleName: name, PolicyName: 'all', PolicyDocument: document('*') }));
  const { Credentials: session } = await server.client(sts.STSClient).send(
    new sts.AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${server.management.accountId}:role/${name}`,
      RoleSessionName: 'session',
      PolicyArns: [{ arn: PolicyArn }],
    }),
  );
  return {
    accessKeyId: present(session?.AccessKeyId, 'the key'),
    secretAccessKey: present(session?.SecretAccessKey, 'the secret'),
    sessionToken: present(session?.SessionToken, 'the token'),
  };
}

const asks = (credentials: Credentials): Promise<unknown> =>
  server.client(backup.BackupClient, { credentials }).send(new backup.ListBackupPlansCommand({}));
const denied = { name: 'AccessDeniedException' };
const unknown = { name: 'UnrecognizedClientException' };

test('of a user: a detached policy', async () => {
  const credentials = await userWithPolicy();
  await asks(credentials);
  await admin.send(new iam.DetachUserPolicyCommand({ UserName: name, PolicyArn }));
  await expect(asks(credentials)).rejects.toMatchObject(denied);
  await admin.send(new iam.AttachUserPolicyCommand({ UserName: name, PolicyArn }));
  await asks(credentials);
});

test('of a session: its role’s policy, its own policy, its role', async () => {
  const credentials = await sessionWithPolicy();
  await asks(credentials);
  const inline = { RoleName: name, PolicyName: 'all' };
  await admin.send(new iam.PutRolePolicyCommand({ ...inline, PolicyDocument: document('iam:*') }));
  await expect(asks(credentials)).rejects.toMatchObject(denied);
  await admin.send(new iam.PutRolePolicyCommand({ ...inline, PolicyDocument: document('*') }));
  await asks(credentials);
  await admin.send(new iam.DeletePolicyCommand({ PolicyArn }));
  await expect(asks(credentials)).rejects.toMatchObject(denied);
  await admin.send(new iam.DeleteRolePolicyCommand(inline));
  await admin.send(new iam.DeleteRoleCommand({ RoleName: name }));
  await expect(asks(credentials)).rejects.toMatchObject(unknown);
});

test('of an account: its place in no organization', async () => {
  const client = server.client(organizations.OrganizationsClient);
  const describe = () => client.send(new organizations.DescribeOrganizationCommand({}));
  await expect(describe()).rejects.toMatchObject({ name: 'AWSOrganizationsNotInUseException' });
  await client.send(new organizations.CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  expect((await describe()).Organization?.MasterAccountId).toBe(server.management.accountId);
});
