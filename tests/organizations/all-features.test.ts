import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { DAY_MS, ManualClock, present, systemClock } from '@holdfast/kernel';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRole } from '../../packages/server/src/store/identity-roles.ts';
import { outcome, send } from '../../packages/server/src/testing/organization.ts';
import { type TestServer, testServer } from '../../packages/server/src/testing/server.ts';

interface Handshake {
  readonly Id: string;
  readonly Action: string;
  readonly State: string;
  readonly Parties: readonly { readonly Id: string; readonly Type: string }[];
  readonly Resources: readonly { readonly Type: string; readonly Value: string }[];
}
interface Member {
  readonly id: string;
  readonly client: OrganizationsClient;
}

let clock: ManualClock;
let server: TestServer;
let management: OrganizationsClient;
beforeEach(async () => {
  clock = new ManualClock(systemClock.now());
  server = await testServer({ clock });
  management = server.client(OrganizationsClient);
  await send(management, 'CreateOrganization', { FeatureSet: 'CONSOLIDATED_BILLING' });
});
afterEach(() => server[Symbol.asyncDispose]());

const call = (operation: string, input: object = {}): Promise<object> => send(management, operation, input);
const one = async (answer: Promise<object>): Promise<Handshake> =>
  ((await answer) as { Handshake: Handshake }).Handshake;
const act = (client: OrganizationsClient, operation: string, HandshakeId: string): Promise<object> =>
  send(client, `${operation}Handshake`, { HandshakeId });
const begin = (): Promise<Handshake> => one(call('EnableAllFeatures'));
const stateOf = async ({ Id }: Handshake): Promise<string> => (await one(act(management, 'Describe', Id))).State;

async function invited(): Promise<Member> {
  const { accountId: id, credentials } = await server.createAccount();
  const client = server.client(OrganizationsClient, { credentials });
  const { Id } = await one(call('InviteAccountToOrganization', { Target: { Type: 'ACCOUNT', Id: id } }));
  await act(client, 'Accept', Id);
  return { id, client };
}

async function received({ client }: Member, parent: Handshake): Promise<Handshake | undefined> {
  const Filter = { ParentHandshakeId: parent.Id };
  const answer = (await send(client, 'ListHandshakesForAccount', { Filter })) as { Handshakes: Handshake[] };
  return answer.Handshakes[0];
}

async function answer(member: Member, parent: Handshake, operation: 'Accept' | 'Decline'): Promise<void> {
  await act(member.client, operation, (await received(member, parent))?.Id ?? '');
}

test('without invited members it is up to the management account at once', async () => {
  const handshake = await begin();
  expect(handshake).toMatchObject({
    Action: 'ENABLE_ALL_FEATURES',
    State: 'OPEN',
    Parties: [{ Type: 'ORGANIZATION' }],
    Resources: [{ Type: 'ORGANIZATION' }],
  });
  expect((await one(act(management, 'Accept', handshake.Id))).State).toBe('ACCEPTED');
  expect(await call('DescribeOrganization')).toMatchObject({ Organization: { FeatureSet: 'ALL' } });
  expect(await call('ListRoots')).toMatchObject({ Roots: [{ PolicyTypes: [] }] });
  expect(await outcome(call('EnableAllFeatures'))).toBe(
    'HandshakeConstraintViolationException ORGANIZATION_ALREADY_HAS_ALL_FEATURES',
  );
});

test('every invited member approves first, created ones need not', async () => {
  const [first, second] = [await invited(), await invited()];
  await call('CreateAccount', { AccountName: 'created', Email: 'created@members.test' });
  await server.tick('accounts');
  const parent = await begin();
  expect(parent.State).toBe('REQUESTED');
  expect(await outcome(act(management, 'Accept', parent.Id))).toBe('InvalidHandshakeTransitionException');
  const child = await received(first, parent);
  expect(child).toMatchObject({
    Action: 'APPROVE_ALL_FEATURES',
    State: 'OPEN',
    Parties: [{ Type: 'ORGANIZATION' }, { Type: 'ACCOUNT', Id: first.id }],
    Resources: [{ Type: 'ORGANIZATION' }, { Type: 'PARENT_HANDSHAKE', Value: parent.Id }],
  });
  const sent = (await call('ListHandshakesForOrganization', { Filter: { ParentHandshakeId: parent.Id } })) as {
    Handshakes: Handshake[];
  };
  expect(sent.Handshakes.map(({ Action }) => Action)).toEqual(['APPROVE_ALL_FEATURES', 'APPROVE_ALL_FEATURES']);
  await answer(first, parent, 'Accept');
  expect(await stateOf(parent)).toBe('REQUESTED');
  await answer(second, parent, 'Accept');
  expect(await stateOf(parent)).toBe('OPEN');
  expect(await outcome(act(management, 'Accept', parent.Id))).toBe('Success');
});

test('a created member that lost the role of Organizations lets it be made again', async () => {
  await call('CreateAccount', { AccountName: 'created', Email: 'created@members.test' });
  await server.tick('accounts');
  const { Accounts } = (await call('ListAccounts')) as { Accounts: { Id: string; Name: string }[] };
  const id = Accounts.find(({ Name }) => Name === 'created')?.Id ?? '';
  const { db } = server.installation;
  const role = await findRole(db, id, 'AWSServiceRoleForOrganizations');
  const roleId = present(role, 'the role').id;
  await db.deleteFrom('iam_attachment').where('principal_id', '=', roleId).execute();
  await db.deleteFrom('iam_role').where('id', '=', roleId).execute();
  const parent = await begin();
  expect(parent.State).toBe('REQUESTED');
  const { credentials } = await server.adminOf(id);
  const member = { id, client: server.client(OrganizationsClient, { credentials }) };
  expect(await received(member, parent)).toMatchObject({ Action: 'ADD_ORGANIZATIONS_SERVICE_LINKED_ROLE' });
  await answer(member, parent, 'Accept');
  expect(await stateOf(parent)).toBe('OPEN');
  expect(await findRole(db, id, 'AWSServiceRoleForOrganizations')).toBeDefined();
});

test('a declined approval stays outstanding until all begins anew or the member is gone', async () => {
  const member = await invited();
  const parent = await begin();
  await answer(member, parent, 'Decline');
  expect(await stateOf(parent)).toBe('REQUESTED');
  expect(await outcome(call('EnableAllFeatures'))).toBe(
    'HandshakeConstraintViolationException ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION',
  );
  await act(management, 'Cancel', parent.Id);
  const again = await begin();
  expect(await received(member, again)).toMatchObject({ State: 'OPEN' });
  await answer(member, again, 'Decline');
  await call('RemoveAccountFromOrganization', { AccountId: member.id });
  expect(await stateOf(again)).toBe('OPEN');
});

test('a member that leaves takes its vote along', async () => {
  const member = await invited();
  const parent = await begin();
  const child = await received(member, parent);
  await send(member.client, 'LeaveOrganization', {});
  expect(await stateOf(parent)).toBe('OPEN');
  expect((await one(act(member.client, 'Describe', child?.Id ?? ''))).State).toBe('CANCELED');
});

test('cancelling it cancels what the members were asked', async () => {
  const member = await invited();
  const parent = await begin();
  await act(management, 'Cancel', parent.Id);
  expect(await received(member, parent)).toMatchObject({ State: 'CANCELED' });
});

test('it is open for 90 days, for the members too', async () => {
  const member = await invited();
  const parent = await begin();
  clock.advance(90 * DAY_MS - 1);
  expect(await received(member, parent)).toMatchObject({ State: 'OPEN' });
  clock.advance(1);
  expect(await stateOf(parent)).toBe('EXPIRED');
  expect(await received(member, parent)).toMatchObject({ State: 'EXPIRED' });
  expect((await begin()).State).toBe('REQUESTED');
});

test('while it runs nobody is invited, and who was invited before is not any more', async () => {
  const Target = { Type: 'EMAIL', Id: 'guest@members.test' };
  const before = await one(call('InviteAccountToOrganization', { Target }));
  await begin();
  expect(await stateOf(before)).toBe('CANCELED');
  expect(await outcome(call('InviteAccountToOrganization', { Target }))).toBe(
    'HandshakeConstraintViolationException INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES',
  );
});

test('accounts are closed and members delegated to with all features only', async () => {
  const { id: AccountId } = await invited();
  const Content = '{"Statement":[]}';
  for (const [operation, input] of [
    ['CloseAccount', { AccountId }],
    ['PutResourcePolicy', { Content }],
  ] as const) {
    expect(await outcome(call(operation, input))).toBe(
      'ConstraintViolationException ORGANIZATION_NOT_IN_ALL_FEATURES_MODE',
    );
  }
});

test('an organization of more than 5,000 accounts cannot change over, one of 5,000 can', async () => {
  const { db } = server.installation;
  const { Organization } = (await call('DescribeOrganization')) as { Organization: { Id: string } };
  const { Roots } = (await call('ListRoots')) as { Roots: { Id: string }[] };
  const path = `${Organization.Id}/${Roots[0]?.Id}/`;
  const ids = Array.from({ length: 5_000 }, (_, n) => String(200_000_000_000 + n));
  const account = (id: string) => ({ id, name: id, email: `${id}@many.test`, state: 'ACTIVE' as const, created_at: 0 });
  const member = (id: string) => ({
    account_id: id,
    organization_id: Organization.Id,
    parent_id: present(Roots[0]?.Id, 'the root'),
    path: `${path}${id}/`,
    joined_method: 'CREATED' as const,
    joined_at: 0,
  });
  await db.insertInto('account').values(ids.map(account)).execute();
  await db.insertInto('organization_member').values(ids.map(member)).execute();
  expect(await outcome(call('EnableAllFeatures'))).toBe(
    'ConstraintViolationException ALL_FEATURES_MIGRATION_ORGANIZATION_SIZE_LIMIT_EXCEEDED',
  );
  await db.deleteFrom('organization_member').where('account_id', '=', '200000000001').execute();
  expect(await outcome(call('EnableAllFeatures'))).toBe('Success');
});
