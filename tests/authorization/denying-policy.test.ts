/** A refusal names the policy that denied, where the caller may know it. */
import * as backup from '@aws-sdk/client-backup';
import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestOrganization, testOrganization } from '../../packages/server/src/testing/organization.ts';
import type { Credentials, TestAccount } from '../../packages/server/src/testing/server.ts';
import { document, RCP, SCP } from './controlled-organization.ts';

let org: TestOrganization;
let member: TestAccount;
let client: iam.IAMClient;
beforeAll(async () => {
  org = await testOrganization();
  member = await org.server.adminOf(await org.account('member'));
  client = org.server.client(iam.IAMClient, { credentials: member.credentials });
  await org.enable(RCP);
});
afterAll(() => org[Symbol.asyncDispose]());

const deny = { Effect: 'Deny', Action: 'backup:ListBackupVaults' };
const allow = { Effect: 'Allow', Action: '*' };
const policyOf = (...statements: object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map((one) => ({ Resource: '*', ...one })) });

async function managed(name: string, ...statements: object[]): Promise<string> {
  const input = { PolicyName: name, PolicyDocument: policyOf(...statements) };
  const { Policy } = await client.send(new iam.CreatePolicyCommand(input));
  return present(Policy?.Arn, 'the policy');
}

async function userWith(UserName: string, more: Partial<iam.CreateUserRequest> = {}): Promise<Credentials> {
  await client.send(new iam.CreateUserCommand({ UserName, ...more }));
  const { AccessKey: key } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
}

/** The end of the refusal. */
async function told(credentials: Credentials): Promise<string> {
  const listing = org.server.client(backup.BackupClient, { credentials }).send(new backup.ListBackupVaultsCommand({}));
  const message = await listing.then(
    () => 'allowed',
    (error: Error) => error.message,
  );
  return /with an explicit deny in .*$/.exec(message)?.[0] ?? message;
}

test('a managed policy by its ARN, an inline one not', async () => {
  const PolicyArn = await managed('attached', deny);
  const attached = await userWith('attached');
  await client.send(new iam.AttachUserPolicyCommand({ UserName: 'attached', PolicyArn }));
  expect(await told(attached)).toBe(`with an explicit deny in an identity-based policy: ${PolicyArn}`);
  const inline = await userWith('inline');
  const input = { UserName: 'inline', PolicyName: 'p', PolicyDocument: policyOf(deny) };
  await client.send(new iam.PutUserPolicyCommand(input));
  expect(await told(inline)).toBe('with an explicit deny in an identity-based policy');
});

test('a boundary and a session policy by their ARNs', async () => {
  const PermissionsBoundary = await managed('boundary', allow, deny);
  const bounded = await userWith('bounded', { PermissionsBoundary });
  expect(await told(bounded)).toBe(`with an explicit deny in a permissions boundary: ${PermissionsBoundary}`);

  const narrowing = await managed('narrowing', allow, deny);
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: member.accountId }, Action: 'sts:AssumeRole' }],
  });
  const { Role } = await client.send(new iam.CreateRoleCommand({ RoleName: 'narrowed', AssumeRolePolicyDocument }));
  const { Credentials: made } = await org.server
    .client(sts.STSClient, { credentials: member.credentials })
    .send(
      new sts.AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'guest', PolicyArns: [{ arn: narrowing }] }),
    );
  const session = {
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken ?? '',
  };
  expect(await told(session)).toBe(`with an explicit deny in a session policy: ${narrowing}`);
});

test('a control policy by its ARN in the organization, to callers of the organization alone', async () => {
  const arnOf = (type: string, id: string) =>
    `arn:aws:organizations::${org.managementId}:policy/${org.id}/${type}/${id}`;
  const scp = await org.policy(SCP, document(SCP, [deny]));
  await org.attach(scp, member.accountId);
  expect(await told(member.credentials)).toBe(
    `with an explicit deny in a service control policy: ${arnOf('service_control_policy', scp)}`,
  );

  const rcp = await org.policy(RCP, document(RCP, [{ Action: 'backup:DeleteBackupVault' }]));
  await org.attach(rcp, org.rootId);
  const { authorizer, db } = org.server.installation;
  const of = ({ accountId }: Pick<TestAccount, 'accountId'>) => `arn:aws:iam::${accountId}:root`;
  const question = (by: string) => ({
    action: 'backup:DeleteBackupVault',
    resource: `arn:aws:backup:us-east-1:${member.accountId}:backup-vault:v`,
    resourcePolicy: {
      kind: 'resource' as const,
      accountId: member.accountId,
      document: policyOf({ Effect: 'Allow', Action: '*', Principal: { AWS: by } }),
    },
  });
  const because = async (account: Pick<TestAccount, 'accountId'>) =>
    (await authorizer.explain(db, of(account), question(of(account))))?.decision;
  const denied = 'with an explicit deny in a resource control policy';
  expect(await because(member)).toEqual({
    allowed: false,
    because: `${denied}: ${arnOf('resource_control_policy', rcp)}`,
  });
  expect(await because(await org.server.createAccount('stranger'))).toEqual({ allowed: false, because: denied });
});
