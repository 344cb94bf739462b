/** The doors of test mode on one server, which each test leaves empty. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  BackupClient,
  CreateBackupVaultCommand,
  ListBackupJobsCommand,
  ListBackupVaultsCommand,
  StartBackupJobCommand,
} from '@aws-sdk/client-backup';
import { CloudControlClient, CreateResourceCommand } from '@aws-sdk/client-cloudcontrol';
import { CreateUserCommand, IAMClient, ListAccessKeysCommand, ListUsersCommand } from '@aws-sdk/client-iam';
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  DescribeEffectivePolicyCommand,
  DescribeHandshakeCommand,
  InviteAccountToOrganizationCommand,
  ListAccountsCommand,
  ListOrganizationalUnitsForParentCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { DAY_MS, MINUTE_MS } from '@holdfast/kernel';
import { type Holdfast, startHoldfast } from '@holdfast/testing';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { testServer } from '../../packages/server/src/testing/server.ts';
import { sample } from '../policy-commands/sample.ts';

let holdfast: Holdfast;
let folder: string;
beforeAll(async () => {
  holdfast = await startHoldfast();
  folder = mkdtempSync(path.join(tmpdir(), 'holdfast-doors-'));
});
afterEach(() => holdfast.reset());
afterAll(async () => {
  await holdfast.stop();
  rmSync(folder, { recursive: true, force: true });
});

const post = (door: string, body: object): Promise<Response> =>
  fetch(`${holdfast.endpoint}/_holdfast/${door}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('a reset leaves the first account with its key, and nothing else', async () => {
  const [sts, iam, organizations] = [STSClient, IAMClient, OrganizationsClient].map(
    (Client) => new Client(holdfast.clientConfig()),
  ) as [STSClient, IAMClient, OrganizationsClient];
  await organizations.send(new CreateOrganizationCommand({}));
  await iam.send(new CreateUserCommand({ UserName: 'somebody' }));
  await holdfast.reset();
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  expect({ Account, Arn }).toEqual({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/admin' });
  const { Users } = await iam.send(new ListUsersCommand({}));
  expect(Users?.map(({ UserName }) => UserName)).toEqual(['admin']);
  const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName: 'admin' }));
  expect(AccessKeyMetadata).toMatchObject([{ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' }]);
  await expect(organizations.send(new ListAccountsCommand({}))).rejects.toThrow('not a member of an organization');
});

test('a reset ends what is under way', async () => {
  const backup = new BackupClient(holdfast.clientConfig());
  await backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'cut-short' }));
  const { ProgressEvent } = await new CloudControlClient(holdfast.clientConfig()).send(
    new CreateResourceCommand({
      TypeName: 'Holdfast::FileSystem::Directory',
      DesiredState: JSON.stringify({ Path: folder }),
    }),
  );
  const fileSystem = `arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/${ProgressEvent?.Identifier}`;
  await backup.send(
    new StartBackupJobCommand({
      BackupVaultName: 'cut-short',
      ResourceArn: fileSystem,
      IamRoleArn: 'arn:aws:iam::123456789012:role/service-role/AWSBackupDefaultServiceRole',
    }),
  );
  await holdfast.reset();
  expect((await backup.send(new ListBackupJobsCommand({}))).BackupJobs).toEqual([]);
  expect((await backup.send(new ListBackupVaultsCommand({}))).BackupVaultList).toEqual([]);
  expect((await holdfast.settle()).left).toEqual({});
});

test('an account that is being made is there when things have settled', async () => {
  const organizations = new OrganizationsClient(holdfast.clientConfig());
  await organizations.send(new CreateOrganizationCommand({}));
  const { CreateAccountStatus: request } = await organizations.send(
    new CreateAccountCommand({ AccountName: 'shop', Email: 'shop@example.com' }),
  );
  const { left } = await holdfast.settle();
  expect(left).toEqual({});
  const { CreateAccountStatus: status } = await organizations.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: request?.Id }),
  );
  expect(status?.State).toBe('SUCCEEDED');
});

test('the clock goes where it is told and runs on from there; signatures hold by the machine’s time', async () => {
  const before = await holdfast.now();
  const { from, now } = await holdfast.advance('P30D');
  expect(from.getTime()).toBeGreaterThanOrEqual(before.getTime());
  expect(now.getTime() - from.getTime()).toBe(30 * DAY_MS);
  expect((await holdfast.now()).getTime() - now.getTime()).toBeLessThan(MINUTE_MS);
  const iam = new IAMClient(holdfast.clientConfig());
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'later' }));
  expect(User?.CreateDate?.getTime()).toBeGreaterThanOrEqual(Math.floor(now.getTime() / 1_000) * 1_000);
  await holdfast.reset();
  expect(Math.abs((await holdfast.now()).getTime() - before.getTime())).toBeLessThan(10 * MINUTE_MS);
});

test('sessions expire by the moved clock', async () => {
  const { Credentials: session } = await new STSClient(holdfast.clientConfig()).send(
    new GetSessionTokenCommand({ DurationSeconds: 900 }),
  );
  const credentials = {
    accessKeyId: session?.AccessKeyId ?? '',
    secretAccessKey: session?.SecretAccessKey ?? '',
    sessionToken: session?.SessionToken ?? '',
  };
  const asSession = new BackupClient(holdfast.clientConfig({ credentials }));
  await asSession.send(new ListBackupVaultsCommand({}));
  await holdfast.advance('PT16M');
  await expect(asSession.send(new ListBackupVaultsCommand({}))).rejects.toMatchObject({
    name: 'ExpiredTokenException',
  });
});

test('handshakes expire by the moved clock; a stand-alone account to invite is made at a door', async () => {
  const organizations = new OrganizationsClient(holdfast.clientConfig());
  await organizations.send(new CreateOrganizationCommand({}));
  const { accountId } = await holdfast.createAccount({ name: 'guest', email: 'guest@example.com' });
  const { Handshake } = await organizations.send(
    new InviteAccountToOrganizationCommand({ Target: { Type: 'ACCOUNT', Id: accountId } }),
  );
  await holdfast.advance('P16D');
  const told = await organizations.send(new DescribeHandshakeCommand({ HandshakeId: Handshake?.Id }));
  expect(told.Handshake?.State).toBe('EXPIRED');
});

test.each<[what: string, snapshot: () => object | string]>([
  ['the object itself', () => sample],
  [
    'the path of its file',
    () => {
      const file = path.join(folder, 'holdfast-org.json');
      writeFileSync(file, JSON.stringify(sample));
      return file;
    },
  ],
])('a reset to a snapshot makes its organization, effective policies and all: %s', async (_what, snapshot) => {
  const { ids } = await holdfast.reset(snapshot());
  const organizations = new OrganizationsClient(holdfast.clientConfig());
  const { Accounts = [] } = await organizations.send(new ListAccountsCommand({}));
  const open = sample.accounts.filter(({ state = 'ACTIVE' }) => state === 'ACTIVE');
  expect(Accounts).toHaveLength(open.length);
  const { OrganizationalUnits: units = [] } = await organizations.send(
    new ListOrganizationalUnitsForParentCommand({ ParentId: ids[sample.root.id] }),
  );
  const wanted = sample.organizationalUnits.filter(({ parentId }) => parentId === sample.root.id);
  expect(new Set(units.map(({ Name }) => Name))).toEqual(new Set(wanted.map(({ name }) => name)));
  const member = open.find(({ id }) => id !== sample.managementAccountId);
  const { EffectivePolicy } = await organizations.send(
    new DescribeEffectivePolicyCommand({ PolicyType: 'BACKUP_POLICY', TargetId: ids[member?.id ?? ''] }),
  );
  expect(EffectivePolicy?.PolicyContent).toContain('plans');
});

test.each<[what: string, door: string, body: object, message: string]>([
  ['no duration', 'clock', { advance: '30 days' }, '"30 days" is no ISO 8601 duration'],
  ['no moment', 'clock', { to: 'tomorrow' }, '"tomorrow" is no moment'],
  ['the past', 'clock', { to: '2020-01-01T00:00:00Z' }, 'The clock goes forward only'],
  ['too far', 'clock', { advance: 'P11Y' }, 'The clock moves 10 years at once'],
  ['both', 'clock', { advance: 'P1D', to: '2030-01-01T00:00:00Z' }, 'either "advance"'],
  ['a member that is not known', 'clock', { advance: 'P1D', by: 'me' }, 'no "by"'],
  ['a snapshot that is none', 'reset', { snapshot: {} }, 'The snapshot cannot be read'],
  ['a snapshot that is not there', 'reset', { snapshot: '/nowhere/org.json' }, '/nowhere/org.json cannot be read'],
  ['a name that no account has', 'accounts', { name: '', email: 'a@example.com' }, 'An account name has'],
])('what a door cannot do is refused, and changes nothing: %s', async (_what, door, body, message) => {
  const iam = new IAMClient(holdfast.clientConfig());
  await iam.send(new CreateUserCommand({ UserName: 'witness' }));
  const answer = await post(door, body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ message: expect.stringContaining(message) });
  expect((await iam.send(new ListUsersCommand({}))).Users).toHaveLength(2);
});

test('a server that is not in test mode answers these doors as any path it does not know', async () => {
  await using normal = await testServer();
  const ask = async (method: string, door: string): Promise<[number, string]> => {
    const answer = await fetch(`${normal.endpoint}/_holdfast/${door}`, { method });
    return [answer.status, (await answer.text()).replaceAll(/[0-9a-f-]{36}/g, 'ID')];
  };
  const unknown = await ask('POST', 'nothing-of-the-kind');
  for (const door of ['reset', 'clock', 'settle', 'accounts']) expect(await ask('POST', door), door).toEqual(unknown);
  expect(await ask('GET', 'clock')).toEqual(await ask('GET', 'nothing-of-the-kind'));
});
