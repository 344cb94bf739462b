/** Callers who may not call: each with credentials that are no good, or good for nothing. */
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { HOUR_MS, type ManualClock, present } from '@holdfast/kernel';
import type { Credentials, TestAccount, TestServer } from '../../packages/server/src/testing/server.ts';

const EVERYTHING = policy({ Action: '*', Resource: '*' });
/** Of no resource that there is. */
const NOTHING = policy({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::nowhere/nothing' });

export interface BadCredentials {
  readonly expiredSession: Credentials;
  readonly wrongSecret: Credentials;
  readonly sessionWithoutToken: Credentials;
  readonly sessionWithAnotherToken: Credentials;
  readonly sessionOfDeletedRole: Credentials;
  readonly deletedKey: Credentials;
  readonly inactiveKey: Credentials;
  readonly keyOfDeletedUser: Credentials;
  readonly keyOfClosedAccount: Credentials;
  readonly sessionInClosedAccount: Credentials;
}

/** Moves the clock on by two hours. */
export async function badCredentials(
  server: TestServer,
  clock: ManualClock,
  owner: TestAccount,
): Promise<BadCredentials> {
  const expiredSession = await session(server, owner, 'short-lived');
  clock.advance(2 * HOUR_MS);
  const [one, other] = [await session(server, owner, 'one'), await session(server, owner, 'other')];
  const closed = await closedAccount(server, owner);
  return {
    ...(await badKeys(server, owner)),
    expiredSession,
    wrongSecret: { ...owner.credentials, secretAccessKey: one.secretAccessKey },
    sessionWithoutToken: { accessKeyId: one.accessKeyId, secretAccessKey: one.secretAccessKey },
    sessionWithAnotherToken: { ...one, sessionToken: present(other.sessionToken, 'the token') },
    sessionOfDeletedRole: await sessionOfDeletedRole(server, owner),
    keyOfClosedAccount: closed.key,
    sessionInClosedAccount: closed.session,
  };
}

/** A session that has the permissions of an administrator and a session policy that allows nothing there is. */
export function powerlessSession(server: TestServer, owner: TestAccount): Promise<Credentials> {
  return session(server, owner, 'powerless', NOTHING);
}

function policy(statement: object): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
}

async function session(
  server: TestServer,
  { accountId, credentials }: TestAccount,
  name: string,
  Policy?: string,
): Promise<Credentials> {
  const client = server.client(iam.IAMClient, { credentials });
  const trust = policy({ Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' });
  await client.send(new iam.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  await client.send(new iam.PutRolePolicyCommand({ RoleName: name, PolicyName: 'all', PolicyDocument: EVERYTHING }));
  const { Credentials: given } = await server.client(STSClient, { credentials }).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/${name}`,
      RoleSessionName: 'session',
      ...(Policy !== undefined && { Policy }),
    }),
  );
  return {
    accessKeyId: present(given?.AccessKeyId, 'the key'),
    secretAccessKey: present(given?.SecretAccessKey, 'the secret'),
    sessionToken: present(given?.SessionToken, 'the token'),
  };
}

async function sessionOfDeletedRole(server: TestServer, owner: TestAccount): Promise<Credentials> {
  const RoleName = 'deleted-role';
  const credentials = await session(server, owner, RoleName);
  const client = server.client(iam.IAMClient, { credentials: owner.credentials });
  await client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: 'all' }));
  await client.send(new iam.DeleteRoleCommand({ RoleName }));
  return credentials;
}

async function badKeys(server: TestServer, { credentials }: TestAccount) {
  const client = server.client(iam.IAMClient, { credentials });
  const keyOf = async (UserName: string) => {
    await client.send(new iam.CreateUserCommand({ UserName }));
    const { AccessKey: key } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
    const accessKeyId = present(key?.AccessKeyId, 'the key');
    return { UserName, accessKeyId, secretAccessKey: present(key?.SecretAccessKey, 'the secret') };
  };
  const [deleted, inactive, orphan] = [await keyOf('deleted'), await keyOf('inactive'), await keyOf('orphan')];
  for (const { UserName, accessKeyId: AccessKeyId } of [deleted, orphan]) {
    await client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
  }
  await client.send(new iam.DeleteUserCommand({ UserName: orphan.UserName }));
  const { UserName, accessKeyId: AccessKeyId } = inactive;
  await client.send(new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: 'Inactive' }));
  return { deletedKey: deleted, inactiveKey: inactive, keyOfDeletedUser: orphan };
}

/** Of a member that the management account closed. */
async function closedAccount(server: TestServer, { credentials }: TestAccount) {
  const client = server.client(organizations.OrganizationsClient, { credentials });
  await client.send(new organizations.CreateAccountCommand({ AccountName: 'closed', Email: 'closed@members.test' }));
  await server.tick('accounts');
  const { Accounts: accounts = [] } = await client.send(new organizations.ListAccountsCommand({}));
  const AccountId = present(accounts.find(({ Name }) => Name === 'closed')?.Id, 'the account');
  const owner = await server.adminOf(AccountId);
  const inside = await session(server, owner, 'inside');
  await client.send(new organizations.CloseAccountCommand({ AccountId }));
  await server.tick('accounts');
  return { key: owner.credentials, session: inside };
}
