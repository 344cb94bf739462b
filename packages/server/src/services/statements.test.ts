/** How often typical operations go to the database: a count, which no other load changes. */
import * as backup from '@aws-sdk/client-backup';
import * as organizations from '@aws-sdk/client-organizations';
import * as sts from '@aws-sdk/client-sts';
import { present } from '@holdfast/kernel';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assumeRole } from '../testing/assume-role.ts';
import { type TestServer, testServer } from '../testing/server.ts';

// Before the first connection, whose `query` the database's own layer binds.
const query = vi.spyOn(pg.Client.prototype, 'query');
let server: TestServer;
let PolicyId: string;

const PolicyType = 'BACKUP_POLICY';
const Content = '{"plans":{}}';

beforeAll(async () => {
  server = await testServer();
  const client = server.client(organizations.OrganizationsClient);
  await client.send(new organizations.CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const { Roots: roots } = await client.send(new organizations.ListRootsCommand({}));
  await client.send(new organizations.EnablePolicyTypeCommand({ RootId: roots?.[0]?.Id, PolicyType }));
  const created = await client.send(
    new organizations.CreatePolicyCommand({ Name: 'one', Description: '', Type: PolicyType, Content }),
  );
  PolicyId = present(created.Policy?.PolicySummary?.Id, 'the policy');
  await server.tick('publisher');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  query.mockRestore();
});

/** The first words of the statements of one call, in order. */
async function statementsOf(call: () => Promise<unknown>): Promise<string[]> {
  query.mockClear();
  await call();
  return query.mock.calls.map(([sent]) => {
    const text = typeof sent === 'string' ? sent : (sent as { text: string }).text;
    return present(text.trim().split(/\s/, 1)[0], 'a statement').toLowerCase();
  });
}

const asked = () => server.client(organizations.OrganizationsClient);
const reads: readonly [operation: string, statements: number, call: () => Promise<unknown>][] = [
  ['GetCallerIdentity', 1, () => server.client(sts.STSClient).send(new sts.GetCallerIdentityCommand({}))],
  ['ListAccounts', 2, () => asked().send(new organizations.ListAccountsCommand({}))],
  ['ListRoots', 3, () => asked().send(new organizations.ListRootsCommand({}))],
  ['DescribePolicy', 3, () => asked().send(new organizations.DescribePolicyCommand({ PolicyId }))],
  ['DescribeEffectivePolicy', 2, () => asked().send(new organizations.DescribeEffectivePolicyCommand({ PolicyType }))],
  ['ListBackupPlans', 2, () => server.client(backup.BackupClient).send(new backup.ListBackupPlansCommand({}))],
];

test.each(reads)(
  '%s is answered from %i statements, all of them reads, without a transaction',
  async (_name, count, call) => {
    expect(await statementsOf(call)).toEqual(Array.from({ length: count }, () => 'select'));
  },
);

test('CreatePolicy is one look at the caller, one transaction, three statements and the record of the call in it', async () => {
  const create = () =>
    asked().send(new organizations.CreatePolicyCommand({ Name: 'two', Description: '', Type: PolicyType, Content }));
  expect(await statementsOf(create)).toEqual(['select', 'begin', 'select', 'select', 'insert', 'with', 'commit']);
});

test('a session with session policies costs no statement more than a key', async () => {
  const { credentials } = await assumeRole(server, server.management, {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  });
  const client = server.client(organizations.OrganizationsClient, { credentials });
  expect(await statementsOf(() => client.send(new organizations.ListAccountsCommand({})))).toHaveLength(2);
});

test('control policies above a member cost no statement more', async () => {
  const client = asked();
  await client.send(new organizations.CreateAccountCommand({ AccountName: 'member', Email: 'member@members.test' }));
  await server.tick('accounts');
  const { Accounts: accounts = [] } = await client.send(new organizations.ListAccountsCommand({}));
  const member = present(accounts.find(({ Name: name }) => name === 'member')?.Id, 'the member');
  const { credentials } = await server.adminOf(member);
  const backups = server.client(backup.BackupClient, { credentials });
  expect(await statementsOf(() => backups.send(new backup.ListBackupPlansCommand({})))).toHaveLength(2);
});

test('tags of a resource are read only for callers in whose policies they occur', async () => {
  const describe = async (key: string) => {
    const condition = { StringEquals: { [key]: 'secret' } };
    const { credentials } = await assumeRole(server, server.management, {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'organizations:DescribePolicy', Resource: '*', Condition: condition },
      ],
    });
    const client = server.client(organizations.OrganizationsClient, { credentials });
    return statementsOf(() => client.send(new organizations.DescribePolicyCommand({ PolicyId })));
  };
  expect(await describe('aws:PrincipalTag/level')).toHaveLength(3);
  expect(await describe('aws:ResourceTag/level')).toHaveLength(4);
});
