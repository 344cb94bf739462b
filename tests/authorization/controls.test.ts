/** Service and resource control policies over the wire: who is bound by what, and when. */
import * as backup from '@aws-sdk/client-backup';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../packages/server/src/authorization/caller.ts';
import { type TestOrganization, testOrganization } from '../../packages/server/src/testing/organization.ts';
import type { TestAccount } from '../../packages/server/src/testing/server.ts';

const SCP = 'SERVICE_CONTROL_POLICY';
const RCP = 'RESOURCE_CONTROL_POLICY';
const FULL = 'p-FullAWSAccess';

let org: TestOrganization;
let member: TestAccount;
let other: TestAccount;
let unit: string;
let inner: string;
/** Nodes above the member, by the name that the tables use. */
let nodes: Readonly<Record<string, string>>;
beforeAll(async () => {
  org = await testOrganization();
  unit = await org.unit('unit');
  inner = await org.unit('inner', unit);
  member = await org.server.adminOf(await org.account('member'));
  other = await org.server.adminOf(await org.account('other'));
  await org.client.send(
    new organizations.MoveAccountCommand({
      AccountId: member.accountId,
      SourceParentId: org.rootId,
      DestinationParentId: inner,
    }),
  );
  nodes = { root: org.rootId, unit, inner, account: member.accountId, other: other.accountId };
  await org.enable(RCP);
});
afterAll(() => org[Symbol.asyncDispose]());

type Statement = Readonly<Record<string, unknown>>;

/** Statements allow all on everything unless they say otherwise; those of resource control policies deny. */
function document(type: string, statements: readonly Statement[]): object {
  const usual = type === SCP ? { Effect: 'Allow' } : { Effect: 'Deny', Principal: '*' };
  return {
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({
      ...usual,
      ...('NotAction' in statement ? {} : { Action: '*' }),
      Resource: '*',
      ...statement,
    })),
  };
}

/** Attached until the end of the test; those that replace FullAWSAccess give it back. */
async function control(
  type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY',
  node: string,
  ...statements: Statement[]
) {
  const target = present(nodes[node], node);
  const policy = await org.policy(type, document(type, statements));
  await org.attach(policy, target);
  return {
    [Symbol.asyncDispose]: async () => {
      await org.client.send(new organizations.DetachPolicyCommand({ PolicyId: policy, TargetId: target }));
      await org.client.send(new organizations.DeletePolicyCommand({ PolicyId: policy }));
    },
  };
}

async function withoutFullAccess(node: string) {
  const TargetId = present(nodes[node], node);
  await org.client.send(new organizations.DetachPolicyCommand({ PolicyId: FULL, TargetId }));
  return { [Symbol.asyncDispose]: () => org.attach(FULL, TargetId) };
}

/** `allowed`, or the part of the refusal that names a policy. */
async function answer(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'allowed';
  } catch (error) {
    const { message } = error as Error;
    return /(?:with an explicit deny in .*|because no .*)$/.exec(message)?.[0] ?? message;
  }
}

const listVaults = ({ credentials }: TestAccount) =>
  answer(org.server.client(backup.BackupClient, { credentials }).send(new backup.ListBackupVaultsCommand({})));

const DENIED = 'with an explicit deny in a service control policy';
const NOT_ALLOWED = 'because no service control policy allows the backup:ListBackupVaults action';
const noBackup = { Effect: 'Deny', Action: 'backup:*' };

describe('service control policies', () => {
  test.each(['root', 'unit', 'inner', 'account'])('a deny at the %s binds the account below', async (node) => {
    expect(await listVaults(member)).toBe('allowed');
    await using _deny = await control(SCP, node, noBackup);
    expect(await listVaults(member)).toBe(DENIED);
  });

  test('a deny on one account does not bind its neighbour, one at the root binds both', async () => {
    {
      await using _deny = await control(SCP, 'account', noBackup);
      expect(await listVaults(other)).toBe('allowed');
    }
    await using _deny = await control(SCP, 'root', noBackup);
    expect(await listVaults(other)).toBe(DENIED);
  });

  test.each(['root', 'unit', 'inner', 'account'])(
    'what the %s does not allow, no level below gives back',
    async (node) => {
      await using _allow = await control(SCP, node, { Action: 'iam:*' });
      await using _without = await withoutFullAccess(node);
      expect(await listVaults(member)).toBe(NOT_ALLOWED);
    },
  );

  test('at one level, the allow of any one policy is enough', async () => {
    await using _some = await control(SCP, 'inner', { Action: 'iam:*' });
    await using _more = await control(SCP, 'inner', { Action: 'backup:List*' });
    await using _without = await withoutFullAccess('inner');
    expect(await listVaults(member)).toBe('allowed');
  });

  test('they grant nothing: the identity still needs its own allow', async () => {
    const client = org.server.client(iam.IAMClient, { credentials: member.credentials });
    await client.send(new iam.CreateUserCommand({ UserName: 'bare' }));
    const { AccessKey: key } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'bare' }));
    const credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
    expect(await listVaults({ accountId: member.accountId, credentials })).toBe(
      'because no identity-based policy allows the backup:ListBackupVaults action',
    );
  });

  test('the management account is exempt', async () => {
    await using _deny = await control(SCP, 'root', { Effect: 'Deny' });
    expect(await listVaults(org.server.management)).toBe('allowed');
  });

  test('the root of a member is bound, the root of the management account is not', async () => {
    await using _deny = await control(SCP, 'root', noBackup);
    const { authorizer, db } = org.server.installation;
    const question = { action: 'backup:ListBackupVaults', resource: '*' };
    const rootOf = (accountId: string): Caller => {
      const arn = `arn:aws:iam::${accountId}:root`;
      return { kind: 'root', accountId, arn, userId: accountId, accessKeyId: '' };
    };
    expect(await authorizer.decide(db, rootOf(member.accountId), question)).toEqual({
      allowed: false,
      because: DENIED,
    });
    expect(await authorizer.decide(db, rootOf(org.managementId), question)).toEqual({ allowed: true });
  });

  test('an account moved away is no longer bound, one moved in is, from the next request on', async () => {
    await using _deny = await control(SCP, 'unit', noBackup);
    const move = (SourceParentId: string, DestinationParentId: string) =>
      org.client.send(
        new organizations.MoveAccountCommand({ AccountId: member.accountId, SourceParentId, DestinationParentId }),
      );
    expect(await listVaults(member)).toBe(DENIED);
    await move(inner, org.rootId);
    expect(await listVaults(member)).toBe('allowed');
    await move(org.rootId, inner);
    expect(await listVaults(member)).toBe(DENIED);
  });

  test('a role that an account gave to a service is bound, a service-linked role is not', async () => {
    await using _deny = await control(SCP, 'root', { Effect: 'Deny' });
    const { authorizer, db } = org.server.installation;
    const problem = (path: string) =>
      authorizer.roleProblem(db, `arn:aws:iam::${member.accountId}:role/${path}`, 'backup.amazonaws.com', [
        {
          action: 'backup:DescribeBackupVault',
          resource: `arn:aws:backup:us-east-1:${member.accountId}:backup-vault:v`,
        },
      ]);
    expect(await problem('service-role/AWSBackupDefaultServiceRole')).toMatchObject({
      kind: 'denied',
      because: DENIED,
    });
    const linked = await problem('aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup');
    expect(linked).not.toMatchObject({ because: DENIED });
  });

  test('conditions see the organization and the path of the caller', async () => {
    const above = `${org.id}/${org.rootId}/${unit}/`;
    const paths = (path: string) => ({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': path } });
    await using _deny = await control(SCP, 'root', { ...noBackup, Condition: paths(`${above}*`) });
    expect([await listVaults(member), await listVaults(other)]).toEqual([DENIED, 'allowed']);
  });

  test('tags of a resource that only such a policy asks for are read', async () => {
    const client = org.server.client(backup.BackupClient, { credentials: member.credentials });
    const BackupVaultName = 'tagged';
    await client.send(new backup.CreateBackupVaultCommand({ BackupVaultName, BackupVaultTags: { level: 'gold' } }));
    const condition = { StringEquals: { 'aws:ResourceTag/level': 'gold' } };
    await using _deny = await control(SCP, 'root', { ...noBackup, Condition: condition });
    expect(await answer(client.send(new backup.DescribeBackupVaultCommand({ BackupVaultName })))).toBe(DENIED);
  });
});

describe('when the type is not in force', () => {
  test('disabling it ends all of them, enabling it anew brings none back', async () => {
    const own = await testOrganization();
    await using _end = own;
    const account = await own.server.adminOf(await own.account('a'));
    const list = () =>
      answer(own.server.client(backup.BackupClient, account).send(new backup.ListBackupVaultsCommand({})));
    await own.attach(await own.policy(SCP, document(SCP, [noBackup])), account.accountId);
    expect(await list()).toBe(DENIED);
    const type = { RootId: own.rootId, PolicyType: SCP } as const;
    await own.client.send(new organizations.DisablePolicyTypeCommand(type));
    expect(await list()).toBe('allowed');
    await own.client.send(new organizations.EnablePolicyTypeCommand(type));
    expect(await list()).toBe('allowed');
  });
});

describe('resource control policies', () => {
  const denied = 'with an explicit deny in a resource control policy';
  const create = ({ credentials }: TestAccount, BackupVaultName: string) =>
    answer(
      org.server
        .client(backup.BackupClient, { credentials })
        .send(new backup.CreateBackupVaultCommand({ BackupVaultName })),
    );

  test('bind what members own, whoever in the account asks, and nothing of the management account', async () => {
    await using _deny = await control(RCP, 'root', { Action: 'backup:CreateBackupVault' });
    expect(await create(member, 'one')).toBe(denied);
    expect(await create(org.server.management, 'one')).toBe('allowed');
  });

  test('bind at every level of the owner, and not its neighbour', async () => {
    for (const node of ['unit', 'inner', 'account']) {
      await using _deny = await control(RCP, node, { Action: 'backup:CreateBackupVault' });
      expect(await create(member, `at-${node}`)).toBe(denied);
      expect(await create(other, `at-${node}`)).toBe('allowed');
    }
  });

  test('bind strangers and the management account too, by the path of the owner', async () => {
    const stranger = await org.server.createAccount('stranger');
    const RoleArn = await openRole();
    const assume = ({ credentials }: TestAccount) =>
      answer(
        org.server
          .client(sts.STSClient, { credentials })
          .send(new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: 'guest' })),
      );
    const outside = { StringNotEquals: { 'aws:PrincipalOrgID': org.id } };
    expect(await assume(stranger)).toBe('allowed');
    {
      await using _deny = await control(RCP, 'unit', { Action: 'sts:AssumeRole', Condition: outside });
      expect(await assume(stranger)).toContain('is not authorized to perform: sts:AssumeRole');
      expect(await assume(other)).toBe('allowed');
      expect(await assume(org.server.management)).toBe('allowed');
    }
    await using _deny = await control(RCP, 'unit', { Action: 'sts:AssumeRole' });
    expect(await assume(org.server.management)).toContain('is not authorized to perform: sts:AssumeRole');
  });

  async function openRole(): Promise<string> {
    const client = org.server.client(iam.IAMClient, { credentials: member.credentials });
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
    });
    const { Role } = await client.send(new iam.CreateRoleCommand({ RoleName: 'Open', AssumeRolePolicyDocument }));
    return present(Role?.Arn, 'the role');
  }

  test('bind services that take a role, but not service-linked roles', async () => {
    const { authorizer, db } = org.server.installation;
    const problem = (path: string) =>
      authorizer.roleProblem(db, `arn:aws:iam::${member.accountId}:role/${path}`, 'backup.amazonaws.com', []);
    await using _deny = await control(RCP, 'root', { Action: 'sts:AssumeRole' });
    expect(await problem('service-role/AWSBackupDefaultServiceRole')).toEqual({ kind: 'not-assumable' });
    expect(await problem('aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup')).toBeUndefined();
  });

  test('can spare services, as data perimeters do', async () => {
    const { authorizer, db } = org.server.installation;
    const role = `arn:aws:iam::${member.accountId}:role/service-role/AWSBackupDefaultServiceRole`;
    const Condition = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };
    await using _deny = await control(RCP, 'root', { Action: 'sts:*', Condition });
    expect(await authorizer.roleProblem(db, role, 'backup.amazonaws.com', [])).toBeUndefined();
  });
});

describe('documents', () => {
  const scp = (statement: Statement) => document(SCP, [statement]);
  const rcp = (statement: Statement) => document(RCP, [{ Action: 'backup:*', ...statement }]);
  const rows: [rule: string, type: typeof SCP | typeof RCP, content: object, taken: boolean][] = [
    [
      'an SCP may allow on some resources, with conditions',
      SCP,
      scp({ Resource: 'arn:aws:s3:::a', Condition: {} }),
      true,
    ],
    ['an SCP may name actions that it does not mean', SCP, scp({ NotAction: 'iam:*' }), true],
    ['an SCP speaks of no principal', SCP, scp({ Principal: '*' }), false],
    ['an SCP has resources', SCP, scp({ Resource: undefined }), false],
    ['an SCP has operators that exist', SCP, scp({ Condition: { StringAlmost: { 'aws:username': 'x' } } }), false],
    ['an SCP has keys that something supplies', SCP, scp({ Condition: { Null: { 'backup:Nothing': 'true' } } }), false],
    [
      'an SCP may have keys of services that are not here',
      SCP,
      scp({ Condition: { Null: { 'ec2:Vpc': 'true' } } }),
      true,
    ],
    ['an SCP has elements that exist', SCP, scp({ Resources: '*' }), false],
    ['an RCP denies', RCP, rcp({}), true],
    ['an RCP may spare resources', RCP, rcp({ Resource: undefined, NotResource: 'arn:aws:s3:::a' }), true],
    ['an RCP does not allow', RCP, rcp({ Effect: 'Allow' }), false],
    ['an RCP means everybody', RCP, rcp({ Principal: { AWS: '*' } }), false],
    ['an RCP means everybody, but for conditions', RCP, rcp({ Principal: undefined, NotPrincipal: '*' }), false],
    ['an RCP names its actions', RCP, rcp({ Action: '*' }), false],
    ['an RCP does not name actions that it does not mean', RCP, rcp({ Action: undefined, NotAction: 's3:*' }), false],
    ['an RCP names services that take part', RCP, rcp({ Action: 'iam:CreateUser' }), false],
  ];
  test.each(rows)('%s', async (rule, type, content, taken) => {
    const creating = org.policy(type, content, rule);
    if (taken) return expect(await creating).toMatch(/^p-/);
    await expect(creating).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: 'The provided policy document does not meet the requirements of the specified policy type.',
    });
  });

  test('an update is read as strictly', async () => {
    const PolicyId = await org.policy(SCP, scp({}));
    const Content = JSON.stringify(scp({ Principal: '*' }));
    await expect(org.client.send(new organizations.UpdatePolicyCommand({ PolicyId, Content }))).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
    });
  });

  test('one that was stored before and is not understood denies until it is mended', async () => {
    const policy = await org.policy(SCP, scp({}));
    await org.attach(policy, other.accountId);
    const write = (content: string) =>
      org.server.installation.db.updateTable('organization_policy').set({ content }).where('id', '=', policy).execute();
    await write('{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Wishes":1}}');
    expect(await listVaults(other)).toBe(DENIED);
    const Content = JSON.stringify(scp({}));
    await org.client.send(new organizations.UpdatePolicyCommand({ PolicyId: policy, Content }));
    expect(await listVaults(other)).toBe('allowed');
  });
});
