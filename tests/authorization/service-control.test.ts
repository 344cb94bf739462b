/** Service control policies over the wire: who is bound by what, and when. */
import * as backup from '@aws-sdk/client-backup';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../packages/server/src/authorization/caller.ts';
import { type TestOrganization, testOrganization } from '../../packages/server/src/testing/organization.ts';
import type { TestAccount } from '../../packages/server/src/testing/server.ts';
import {
  answer,
  type ControlledOrganization,
  controlledOrganization,
  document,
  type Node,
  SCP,
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

const DENIED = 'with an explicit deny in a service control policy';
const NOT_ALLOWED = 'because no service control policy allows the backup:ListBackupVaults action';
const noBackup = { Effect: 'Deny', Action: 'backup:*' };
const LEVELS: readonly Node[] = ['root', 'unit', 'inner', 'account'];

test.each(LEVELS)('a deny at the %s binds the account below', async (node) => {
  expect(await world.listVaults(member)).toBe('allowed');
  await using _deny = await world.control(SCP, node, noBackup);
  expect(await world.listVaults(member)).toBe(DENIED);
});

test('a deny on one account does not bind its neighbour, one at the root binds both', async () => {
  {
    await using _deny = await world.control(SCP, 'account', noBackup);
    expect(await world.listVaults(other)).toBe('allowed');
  }
  await using _deny = await world.control(SCP, 'root', noBackup);
  expect(await world.listVaults(other)).toBe(DENIED);
});

test.each(LEVELS)('what the %s does not allow, no level below gives back', async (node) => {
  await using _allow = await world.control(SCP, node, { Action: 'iam:*' });
  await using _without = await world.withoutFullAccess(node);
  expect(await world.listVaults(member)).toBe(NOT_ALLOWED);
});

test('at one level, the allow of any one policy is enough', async () => {
  await using _some = await world.control(SCP, 'inner', { Action: 'iam:*' });
  await using _more = await world.control(SCP, 'inner', { Action: 'backup:List*' });
  await using _without = await world.withoutFullAccess('inner');
  expect(await world.listVaults(member)).toBe('allowed');
});

test('they grant nothing: the identity still needs its own allow', async () => {
  const client = org.server.client(iam.IAMClient, { credentials: member.credentials });
  await client.send(new iam.CreateUserCommand({ UserName: 'bare' }));
  const { AccessKey: key } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'bare' }));
  const credentials = { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
  expect(await world.listVaults({ accountId: member.accountId, credentials })).toBe(
    'because no identity-based policy allows the backup:ListBackupVaults action',
  );
});

test('with consolidated billing alone they bind nobody', async () => {
  await using _deny = await world.control(SCP, 'root', noBackup);
  const write = (feature_set: 'ALL' | 'CONSOLIDATED_BILLING') =>
    org.server.installation.db.updateTable('organization').set({ feature_set }).where('id', '=', org.id).execute();
  await write('CONSOLIDATED_BILLING');
  expect(await world.listVaults(member)).toBe('allowed');
  await write('ALL');
  expect(await world.listVaults(member)).toBe(DENIED);
});

test('a member that may not leave does not', async () => {
  await using _deny = await world.control(SCP, 'unit', { Effect: 'Deny', Action: 'organizations:LeaveOrganization' });
  const leave = async ({ credentials }: TestAccount) =>
    answer(
      org.server
        .client(organizations.OrganizationsClient, { credentials })
        .send(new organizations.LeaveOrganizationCommand({})),
    );
  expect(await leave(member)).toBe("You don't have permissions to access this resource.");
  // Another member is not bound; it is too young to leave.
  expect(await leave(other)).not.toContain('permissions');
});

test('the management account is exempt', async () => {
  await using _deny = await world.control(SCP, 'root', { Effect: 'Deny' });
  expect(await world.listVaults(org.server.management)).toBe('allowed');
});

test('the root of a member is bound, the root of the management account is not', async () => {
  await using _deny = await world.control(SCP, 'root', noBackup);
  const { authorizer, db } = org.server.installation;
  const question = { action: 'backup:ListBackupVaults', resource: '*' };
  const rootOf = (accountId: string): Caller => {
    const arn = `arn:aws:iam::${accountId}:root`;
    return { kind: 'root', accountId, arn, userId: accountId, accessKeyId: '' };
  };
  expect(await authorizer.decide(db, rootOf(member.accountId), question)).toEqual({
    allowed: false,
    because: expect.stringContaining(DENIED),
  });
  expect(await authorizer.decide(db, rootOf(org.managementId), question)).toEqual({ allowed: true });
});

test('an account moved away is no longer bound, one moved in is, from the next request on', async () => {
  await using _deny = await world.control(SCP, 'unit', noBackup);
  const move = (SourceParentId: string, DestinationParentId: string) =>
    org.client.send(
      new organizations.MoveAccountCommand({ AccountId: member.accountId, SourceParentId, DestinationParentId }),
    );
  expect(await world.listVaults(member)).toBe(DENIED);
  await move(world.nodes.inner, org.rootId);
  expect(await world.listVaults(member)).toBe('allowed');
  await move(org.rootId, world.nodes.inner);
  expect(await world.listVaults(member)).toBe(DENIED);
});

test('a role that an account gave to a service is bound, a service-linked role is not', async () => {
  await using _deny = await world.control(SCP, 'root', { Effect: 'Deny' });
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
  const above = `${org.id}/${org.rootId}/${world.nodes.unit}/`;
  const paths = (path: string) => ({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': path } });
  await using _deny = await world.control(SCP, 'root', { ...noBackup, Condition: paths(`${above}*`) });
  expect([await world.listVaults(member), await world.listVaults(other)]).toEqual([DENIED, 'allowed']);
});

test('conditions see the organization and the path of the resource’s owner', async () => {
  const stranger = await org.server.createAccount('owner');
  const assume = async (owner: TestAccount) => {
    const RoleArn = await world.openRole(owner);
    const client = org.server.client(sts.STSClient, { credentials: other.credentials });
    return answer(client.send(new sts.AssumeRoleCommand({ RoleArn, RoleSessionName: 'guest' })));
  };
  const refused = expect.stringContaining('is not authorized to perform: sts:AssumeRole');
  expect([await assume(stranger), await assume(member)]).toEqual(['allowed', 'allowed']);
  {
    const Condition = { StringNotEquals: { 'aws:ResourceOrgID': '${aws:PrincipalOrgID}' } };
    await using _deny = await world.control(SCP, 'root', { Effect: 'Deny', Action: 'sts:AssumeRole', Condition });
    expect([await assume(stranger), await assume(member)]).toEqual([refused, 'allowed']);
  }
  const below = {
    'ForAnyValue:StringLike': { 'aws:ResourceOrgPaths': `${org.id}/${org.rootId}/${world.nodes.unit}/*` },
  };
  await using _deny = await world.control(SCP, 'root', { Effect: 'Deny', Action: 'sts:AssumeRole', Condition: below });
  expect([await assume(stranger), await assume(member)]).toEqual(['allowed', refused]);
});

test('tags of a resource that only such a policy asks for are read', async () => {
  const client = org.server.client(backup.BackupClient, { credentials: member.credentials });
  const BackupVaultName = 'tagged';
  await client.send(new backup.CreateBackupVaultCommand({ BackupVaultName, BackupVaultTags: { level: 'gold' } }));
  const condition = { StringEquals: { 'aws:ResourceTag/level': 'gold' } };
  await using _deny = await world.control(SCP, 'root', { ...noBackup, Condition: condition });
  expect(await answer(client.send(new backup.DescribeBackupVaultCommand({ BackupVaultName })))).toBe(DENIED);
});

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
