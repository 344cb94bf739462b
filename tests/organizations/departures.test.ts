import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { DAY_MS, ManualClock, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createBackupJobs } from '../../packages/server/src/store/jobs.ts';
import {
  backupPolicy,
  outcome,
  send,
  type TestOrganization,
  testOrganization,
  text,
} from '../../packages/server/src/testing/organization.ts';

const clock = new ManualClock(systemClock.now());
const SERVICE = { ServicePrincipal: 'backup.amazonaws.com' };
let org: TestOrganization;
let call: (operation: string, input?: object) => Promise<object>;
beforeAll(async () => {
  org = await testOrganization({ clock });
  call = (operation, input = {}) => send(org.client, operation, input);
  await org.enable('BACKUP_POLICY');
  await call('EnableAWSServiceAccess', SERVICE);
});
afterAll(() => org[Symbol.asyncDispose]());

const remove = (AccountId: string): Promise<string> => outcome(call('RemoveAccountFromOrganization', { AccountId }));
const leave = async (id: string): Promise<string> => outcome(send(await org.memberClient(id), 'LeaveOrganization', {}));
const close = (AccountId: string): Promise<string> => outcome(call('CloseAccount', { AccountId }));
const describeAccount = async (AccountId: string): Promise<object> =>
  ((await call('DescribeAccount', { AccountId })) as { Account: object }).Account;

/** One that may leave at once. */
async function invited(): Promise<string> {
  const account = await org.server.createAccount();
  const Target = { Type: 'ACCOUNT', Id: account.accountId };
  const { Handshake } = (await call('InviteAccountToOrganization', { Target })) as { Handshake: { Id: string } };
  await send(org.clientOf(account), 'AcceptHandshake', { HandshakeId: Handshake.Id });
  return account.accountId;
}

describe.each([
  ['removed by the management account', remove],
  ['leaving by itself', leave],
])('%s', (_way, depart) => {
  test('an invited account goes at once, a created one after four days', async () => {
    expect(await depart(await invited())).toBe('Success');
    const created = await org.account('created');
    clock.advance(4 * DAY_MS - 60_000);
    expect(await depart(created)).toBe('ConstraintViolationException WAIT_PERIOD_ACTIVE');
    clock.advance(60_000);
    expect(await depart(created)).toBe('Success');
  });

  test('the management account stays', async () => {
    expect(await depart(org.managementId)).toBe('MasterCannotLeaveOrganizationException');
  });

  test('a delegated administrator is deregistered first', async () => {
    const AccountId = await invited();
    await call('RegisterDelegatedAdministrator', { AccountId, ...SERVICE });
    expect(await depart(AccountId)).toBe('ConstraintViolationException CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG');
    await call('DeregisterDelegatedAdministrator', { AccountId, ...SERVICE });
    expect(await depart(AccountId)).toBe('Success');
  });

  test('it takes nothing of the organization along', async () => {
    const AccountId = await invited();
    const policy = await org.policy('BACKUP_POLICY', backupPolicy());
    await org.attach(policy, AccountId);
    await call('TagResource', { ResourceId: AccountId, Tags: [{ Key: 'k', Value: 'v' }] });
    await org.publish();
    expect((await org.effective(AccountId, 'BACKUP_POLICY')).document).not.toEqual({});
    await org.server.tick('reconciler');
    const { db } = org.server.installation;
    const plans = () =>
      db
        .selectFrom('backup_plan')
        .select('id')
        .where('account_id', '=', AccountId)
        .where('deleted_at', 'is', null)
        .execute();
    expect(await plans()).toHaveLength(1);
    const own = await org.memberClient(AccountId);

    expect(await depart(AccountId)).toBe('Success');
    await org.server.tick('reconciler');
    expect(await plans()).toEqual([]);
    expect(await outcome(send(own, 'DescribeOrganization', {}))).toBe('AWSOrganizationsNotInUseException');
    expect(await outcome(call('DescribeAccount', { AccountId }))).toBe('AccountNotFoundException');
    expect(await outcome(call('ListTagsForResource', { ResourceId: AccountId }))).toBe('TargetNotFoundException');
    expect(await call('ListTargetsForPolicy', { PolicyId: policy })).toMatchObject({ Targets: [] });
    expect(await outcome(call('DescribeEffectivePolicy', { PolicyType: 'BACKUP_POLICY', TargetId: AccountId }))).toBe(
      'TargetNotFoundException',
    );
    await org.publish();

    // Back again, it starts anew; and it may make an organization of its own.
    const Target = { Type: 'ACCOUNT', Id: AccountId };
    const { Handshake } = (await call('InviteAccountToOrganization', { Target })) as { Handshake: { Id: string } };
    await send(own, 'AcceptHandshake', { HandshakeId: Handshake.Id });
    expect(await call('ListTagsForResource', { ResourceId: AccountId })).toMatchObject({ Tags: [] });
    await org.publish();
    expect((await org.effective(AccountId, 'BACKUP_POLICY')).document).toEqual({});
    expect(await depart(AccountId)).toBe('Success');
    expect(await outcome(send(own, 'CreateOrganization', {}))).toBe('Success');
  });
});

test('a publication that comes after the account has left shows nothing of it in the next organization', async () => {
  await using next = await otherOrganization();
  const AccountId = await invited();
  const own = await org.memberClient(AccountId);
  await org.attach(await org.policy('BACKUP_POLICY', backupPolicy()), AccountId);
  await org.publish();
  const { db } = org.server.installation;
  const late = await db.selectFrom('effective_policy').selectAll().where('account_id', '=', AccountId).execute();
  expect(await leave(AccountId)).toBe('Success');
  await db
    .insertInto('effective_policy')
    .values(late.map((row) => ({ ...row, errors: '[]' })))
    .execute();
  await next.take(AccountId, own);
  const read = { PolicyType: 'BACKUP_POLICY', TargetId: AccountId };
  expect(await outcome(send(own, 'DescribeEffectivePolicy', read))).toBe('EffectivePolicyNotFoundException');
  await org.publish();
  expect(await send(own, 'DescribeEffectivePolicy', read)).toMatchObject({ EffectivePolicy: { PolicyContent: '{}' } });
});

interface OtherOrganization extends AsyncDisposable {
  take(accountId: string, client: OrganizationsClient): Promise<void>;
}

/** Another one of the same installation, with backup policies enabled and none attached. */
async function otherOrganization(): Promise<OtherOrganization> {
  const client = org.clientOf(await org.server.createAccount());
  await send(client, 'CreateOrganization', {});
  const { Roots } = (await send(client, 'ListRoots', {})) as { Roots: { Id: string }[] };
  await send(client, 'EnablePolicyType', { RootId: Roots[0]?.Id, PolicyType: 'BACKUP_POLICY' });
  const joined: OrganizationsClient[] = [];
  return {
    async take(Id, member) {
      const { Handshake } = (await send(client, 'InviteAccountToOrganization', {
        Target: { Type: 'ACCOUNT', Id },
      })) as {
        Handshake: { Id: string };
      };
      await send(member, 'AcceptHandshake', { HandshakeId: Handshake.Id });
      joined.push(member);
    },
    async [Symbol.asyncDispose]() {
      for (const member of joined) await send(member, 'LeaveOrganization', {});
      await send(client, 'DeleteOrganization', {});
    },
  };
}

test('an account that is not there cannot be removed or closed', async () => {
  expect(await remove('123456789012')).toBe('AccountNotFoundException');
  expect(await close('123456789012')).toBe('AccountNotFoundException');
});

describe('a closed account', () => {
  test('is pending until the background has closed it, and cannot be closed twice', async () => {
    const id = await org.account('closing');
    expect(await close(id)).toBe('Success');
    expect(await describeAccount(id)).toMatchObject({ State: 'PENDING_CLOSURE', Status: 'PENDING_CLOSURE' });
    expect(await close(id)).toBe('ConflictException');
    await org.server.tick('accounts');
    expect(await describeAccount(id)).toMatchObject({ State: 'CLOSED', Status: 'SUSPENDED' });
    expect(await close(id)).toBe('AccountAlreadyClosedException');
  });

  test('lets nobody in from the moment on that its closing was asked for', async () => {
    const id = await org.account('locked');
    const own = await org.memberClient(id);
    expect(await outcome(send(own, 'DescribeOrganization', {}))).toBe('Success');
    await close(id);
    await expect(send(own, 'DescribeOrganization', {})).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
    await org.server.tick('accounts');
    await expect(send(own, 'DescribeOrganization', {})).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });

  test('has no schedules and jobs any more: nothing is begun for it, what waits ends, a running backup is stopped', async () => {
    const id = await org.account('scheduled');
    const { db } = org.server.installation;
    await org.attach(await org.policy('BACKUP_POLICY', backupPolicy()), id);
    await org.publish();
    await org.server.tick('reconciler');
    const job = (name: string) => ({
      id: `${name}-${id}`,
      accountId: id,
      region: 'us-east-1',
      vaultName: 'Default',
      resourceArn: `arn:aws:rds:us-east-1:${id}:db:${name}`,
      resourceType: 'RDS',
      iamRoleArn: `arn:aws:iam::${id}:role/Backup`,
      request: {},
      createdAt: clock.now(),
      scheduledAt: clock.now(),
      startBy: clock.now() + DAY_MS,
      completeBy: clock.now() + 2 * DAY_MS,
    });
    await db.transaction().execute((tx) => createBackupJobs(tx, [job('waits'), job('runs')]));
    await db.updateTable('backup_job').set({ state: 'RUNNING' }).where('id', '=', `runs-${id}`).execute();
    const jobs = () =>
      db.selectFrom('backup_job').select(['id', 'state']).where('account_id', '=', id).orderBy('id').execute();
    const occurrences = () => db.selectFrom('schedule_occurrence').selectAll().where('account_id', '=', id).execute();

    await close(id);
    expect(await jobs()).toEqual([
      { id: `runs-${id}`, state: 'ABORTING' },
      { id: `waits-${id}`, state: 'ABORTED' },
    ]);
    await org.server.tick('accounts');
    clock.advance(3 * DAY_MS);
    await org.server.tick('scheduler');
    expect(await occurrences()).toEqual([]);
    expect(await jobs()).toHaveLength(2);
  });

  test('has no roles to be assumed from elsewhere', async () => {
    const id = await org.account('roles');
    const RoleArn = `arn:aws:iam::${id}:role/OrganizationAccountAccessRole`;
    const assume = () =>
      org.server.client(STSClient).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'restores' }));
    expect((await assume()).Credentials).toBeDefined();
    await close(id);
    await expect(assume()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('cannot be removed; it leaves by itself after 90 days and stays closed', async () => {
    const id = await org.account('purged');
    await close(id);
    await org.server.tick('accounts');
    clock.advance(90 * DAY_MS - 1);
    await org.server.tick('accounts');
    expect(await remove(id)).toBe('ConstraintViolationException ACCOUNT_CANNOT_LEAVE_ORGANIZATION');
    clock.advance(1);
    await org.server.tick('accounts');
    expect(await outcome(call('DescribeAccount', { AccountId: id }))).toBe('AccountNotFoundException');
    const { db } = org.server.installation;
    expect(await db.selectFrom('account').select('state').where('id', '=', id).execute()).toEqual([
      { state: 'CLOSED' },
    ]);
  });

  test('is not the management account, nor a delegated administrator', async () => {
    expect(await close(org.managementId)).toBe('ConstraintViolationException CANNOT_CLOSE_MANAGEMENT_ACCOUNT');
    const AccountId = await org.account('administrator');
    await call('RegisterDelegatedAdministrator', { AccountId, ...SERVICE });
    expect(await close(AccountId)).toBe('ConstraintViolationException CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG');
  });

  test('is one of three that are being closed at a time', async () => {
    const ids = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push(await org.account(name));
    const answers = await Promise.all(ids.map(close));
    expect(answers.toSorted()).toEqual([
      ...Array.from({ length: 2 }, () => 'ConstraintViolationException CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED'),
      ...Array.from({ length: 3 }, () => 'Success'),
    ]);
    await org.server.tick('accounts');
  });

  test('is one of 250 within 30 days', async () => {
    const { db } = org.server.installation;
    const ids = Array.from({ length: 250 }, (_, n) => String(100_000_000_000 + n));
    const now = clock.now();
    const account = (id: string) => ({
      id,
      name: id,
      email: `${id}@closed.test`,
      state: 'CLOSED' as const,
      created_at: now,
    });
    await db.insertInto('account').values(ids.map(account)).execute();
    const closure = (id: string) => ({ account_id: id, organization_id: org.id, requested_at: now, closed_at: now });
    await db.insertInto('account_closure').values(ids.map(closure)).execute();
    const id = await org.account('late');
    expect(await close(id)).toBe('ConstraintViolationException CLOSE_ACCOUNT_QUOTA_EXCEEDED');
    clock.advance(30 * DAY_MS);
    expect(await close(id)).toBe('Success');
    await org.server.tick('accounts');
  });
});

describe('an organization', () => {
  test('ends only without members, closed and promised ones counted, and with everything in it', async () => {
    await using own = await testOrganization({ clock });
    const end = (): Promise<string> => outcome(send(own.client, 'DeleteOrganization', {}));
    const member = await own.account('member');
    expect(await end()).toBe('OrganizationNotEmptyException');
    await send(own.client, 'CreateAccount', { AccountName: 'promised', Email: 'promised@members.test' });
    await own.server.tick('accounts');
    await own.enable('BACKUP_POLICY');
    const unit = await own.unit('inner', await own.unit('outer'));
    const policy = await own.policy('BACKUP_POLICY', backupPolicy());
    await own.attach(policy, unit);
    await own.attach(policy, own.rootId);
    await send(own.client, 'TagResource', { ResourceId: unit, Tags: [{ Key: 'k', Value: 'v' }] });
    await send(own.client, 'EnableAWSServiceAccess', SERVICE);
    const Statement = [{ Effect: 'Allow', Principal: '*', Action: 'organizations:ListRoots', Resource: '*' }];
    await send(own.client, 'PutResourcePolicy', { Content: JSON.stringify({ Version: '2012-10-17', Statement }) });
    const Target = { Type: 'EMAIL', Id: 'guest@members.test' };
    await send(own.client, 'InviteAccountToOrganization', { Target });
    await own.publish();
    await own.server.tick('reconciler');
    const { db } = own.server.installation;
    const plans = () => db.selectFrom('backup_plan').select('account_id').where('deleted_at', 'is', null).execute();
    expect(await plans()).toHaveLength(3);
    clock.advance(4 * DAY_MS);
    await send(own.client, 'RemoveAccountFromOrganization', { AccountId: member });
    expect(await end()).toBe('OrganizationNotEmptyException');
    const { Accounts } = (await send(own.client, 'ListAccounts', {})) as { Accounts: { Id: string; Name: string }[] };
    const promised = text(Accounts.find(({ Name }) => Name === 'promised')?.Id);
    await send(own.client, 'RemoveAccountFromOrganization', { AccountId: promised });
    expect(await end()).toBe('Success');

    expect(await outcome(send(own.client, 'DescribeOrganization', {}))).toBe('AWSOrganizationsNotInUseException');
    await own.server.tick('reconciler');
    expect(await plans()).toEqual([]);
    expect(await db.selectFrom('handshake').select('state').execute()).toEqual([{ state: 'CANCELED' }]);
    await send(own.client, 'CreateOrganization', {});
    await own.publish();
    expect(await send(own.client, 'ListHandshakesForOrganization', {})).toMatchObject({ Handshakes: [] });
    expect(await outcome(send(own.client, 'DescribeResourcePolicy', {}))).toBe('ResourcePolicyNotFoundException');
  });
});
