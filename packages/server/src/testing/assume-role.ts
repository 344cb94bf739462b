/** A session of a role that may do everything, held by a session policy: a caller whose permissions a test chooses. */
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { present } from '@holdfast/kernel';
import type { TestAccount, TestServer } from './server.ts';

const ROLE = 'actor';

/** The role is made when the account has none of this name yet. */
export async function assumeRole(
  server: TestServer,
  account: TestAccount,
  sessionPolicy: object,
): Promise<TestAccount> {
  const { accountId, credentials } = account;
  await createRole(server.client(IAMClient, { credentials }), accountId);
  const { Credentials } = await server.client(STSClient, { credentials }).send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/${ROLE}`,
      RoleSessionName: 'session',
      Policy: JSON.stringify(sessionPolicy),
    }),
  );
  return {
    accountId,
    credentials: {
      accessKeyId: present(Credentials?.AccessKeyId, 'access key'),
      secretAccessKey: present(Credentials?.SecretAccessKey, 'secret key'),
      sessionToken: present(Credentials?.SessionToken, 'session token'),
    },
  };
}

async function createRole(iam: IAMClient, accountId: string): Promise<void> {
  const trust = { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'sts:AssumeRole' };
  const everything = { Effect: 'Allow', Action: '*', Resource: '*' };
  const policy = (statement: object): string => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  try {
    await iam.send(new CreateRoleCommand({ RoleName: ROLE, AssumeRolePolicyDocument: policy(trust) }));
  } catch (error) {
    if (error instanceof Error && error.name === 'EntityAlreadyExistsException') return;
    throw error;
  }
  await iam.send(
    new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: 'everything', PolicyDocument: policy(everything) }),
  );
}
