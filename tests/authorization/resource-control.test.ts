/** Resource control policies over the wire, and what control policies of both kinds may say. */
import * as backup from '@aws-sdk/client-backup';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestOrganization } from '../../packages/server/src/testing/organization.ts';
import type { TestAccount } from '../../packages/server/src/testing/server.ts';
import {
  answer,
  type ControlledOrganization,
  type ControlType,
  controlledOrganization,
  document,
  RCP,
  SCP,
  type Statement,
} from './controlled-organization.ts';

let world: ControlledOrganization;
let org: TestOrganization;
let member: TestAccount;
let other: TestAccount;
beforeAll(async () => {
  world = await controlledOrganization();
  ({ org, member, other } = world);
});
afterAll(() => world[Symbol.asyncDispose]());

const denied = 'with an explicit deny in a resource control policy';
const create = ({ credentials }: TestAccount, BackupVaultName: string) =>
  answer(
    org.server
      .client(backup.BackupClient, { credentials })
      .send(new backup.CreateBackupVaultCommand({ BackupVaultName })),
  );

test('bind what members own, whoever in the account asks, and nothing of the management account', async () => {
  await using _deny = await world.control(RCP, 'root', { Action: 'backup:CreateBackupVault' });
  expect(await create(member, 'one')).toBe(denied);
  expect(await create(org.server.management, 'one')).toBe('allowed');
});

test('bind at every level of the owner, and not its neighbour', async () => {
  for (const node of ['unit', 'inner', 'account'] as const) {
    await using _deny = await world.control(RCP, node, { Action: 'backup:CreateBackupVault' });
    expect(await create(member, `at-${node}`)).toBe(denied);
    expect(await create(other, `at-${node}`)).toBe('allowed');
  }
});

test('bind strangers and the management account too, by the path of the owner', async () => {
  const stranger = await org.server.createAccount('stranger');
  const RoleArn = await world.openRole(member);
  const assume = ({ credentials }: TestAccount) =>
    answer(
      org.server
        .client(sts.STSClient, { credentials })
        .send(new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: 'guest' })),
    );
  const outside = { StringNotEquals: { 'aws:PrincipalOrgID': org.id } };
  expect(await assume(stranger)).toBe('allowed');
  {
    await using _deny = await world.control(RCP, 'unit', { Action: 'sts:AssumeRole', Condition: outside });
    expect(await assume(stranger)).toContain('is not authorized to perform: sts:AssumeRole');
    expect(await assume(other)).toBe('allowed');
    expect(await assume(org.server.management)).toBe('allowed');
  }
  await using _deny = await world.control(RCP, 'unit', { Action: 'sts:AssumeRole' });
  expect(await assume(org.server.management)).toContain('is not authorized to perform: sts:AssumeRole');
});

test('bind services that take a role, but not service-linked roles', async () => {
  const { authorizer, db } = org.server.installation;
  const problem = (path: string) =>
    authorizer.roleProblem(db, `arn:aws:iam::${member.accountId}:role/${path}`, 'backup.amazonaws.com', []);
  await using _deny = await world.control(RCP, 'root', { Action: 'sts:AssumeRole' });
  expect(await problem('service-role/AWSBackupDefaultServiceRole')).toEqual({ kind: 'not-assumable' });
  expect(await problem('aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup')).toBeUndefined();
});

test('can be kept to services that act for the organization', async () => {
  const { authorizer, db } = org.server.installation;
  const client = org.server.client(iam.IAMClient, { credentials: member.credentials });
  const problem = async (RoleName: string, Condition: object) => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: 'backup.amazonaws.com' }, Action: 'sts:AssumeRole', Condition },
      ],
    });
    await client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    return authorizer.roleProblem(db, `arn:aws:iam::${member.accountId}:role/${RoleName}`, 'backup.amazonaws.com', []);
  };
  const at = (path: string) => ({ 'ForAnyValue:StringLike': { 'aws:SourceOrgPaths': path } });
  expect(await problem('InOrganization', { StringEquals: { 'aws:SourceOrgID': org.id } })).toBeUndefined();
  expect(await problem('InUnit', at(`${org.id}/${org.rootId}/${world.nodes.unit}/*`))).toBeUndefined();
  expect(await problem('Elsewhere', at('o-elsewhere/*'))).toEqual({ kind: 'not-assumable' });
});

test('can spare services, as data perimeters do', async () => {
  const { authorizer, db } = org.server.installation;
  const role = `arn:aws:iam::${member.accountId}:role/service-role/AWSBackupDefaultServiceRole`;
  const Condition = { BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } };
  await using _deny = await world.control(RCP, 'root', { Action: 'sts:*', Condition });
  expect(await authorizer.roleProblem(db, role, 'backup.amazonaws.com', [])).toBeUndefined();
});

describe('documents', () => {
  const scp = (statement: Statement) => document(SCP, [statement]);
  const rcp = (statement: Statement) => document(RCP, [{ Action: 'backup:*', ...statement }]);
  const rows: [rule: string, type: ControlType, content: object, taken: boolean][] = [
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
    expect(await world.listVaults(other)).toBe('with an explicit deny in a service control policy');
    const Content = JSON.stringify(scp({}));
    await org.client.send(new organizations.UpdatePolicyCommand({ PolicyId: policy, Content }));
    expect(await world.listVaults(other)).toBe('allowed');
  });
});
