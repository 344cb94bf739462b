import type { OrganizationsClient } from '@aws-sdk/client-organizations';
import { DAY_MS, ManualClock, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_QUOTAS } from '../../packages/server/src/settings.ts';
import { findRole } from '../../packages/server/src/store/identity-roles.ts';
import { assumeRole } from '../../packages/server/src/testing/assume-role.ts';
import {
  backupPolicy,
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';
import type { TestAccount } from '../../packages/server/src/testing/server.ts';

const clock = new ManualClock(systemClock.now());
let org: TestOrganization;
let call: (operation: string, input?: object) => Promise<object>;
beforeAll(async () => {
  org = await testOrganization({ clock });
  call = (operation, input = {}) => send(org.client, operation, input);
});
afterAll(() => org[Symbol.asyncDispose]());

interface Handshake {
  readonly Id: string;
  readonly State: string;
  readonly Parties: readonly { readonly Id: string; readonly Type: string }[];
}

interface Guest {
  readonly account: TestAccount;
  readonly client: OrganizationsClient;
}

async function guest(): Promise<Guest> {
  const account = await org.server.createAccount();
  return { account, client: org.clientOf(account) };
}

const target = (accountId: string, more: object = {}): object => ({
  Target: { Type: 'ACCOUNT', Id: accountId },
  ...more,
});
const handshakeOf = (answer: object): Handshake => (answer as { Handshake: Handshake }).Handshake;
const invite = async (accountId: string, more: object = {}): Promise<string> =>
  handshakeOf(await call('InviteAccountToOrganization', target(accountId, more))).Id;
const act = (client: OrganizationsClient, operation: string, HandshakeId: string): Promise<object> =>
  send(client, `${operation}Handshake`, { HandshakeId });
const stateOf = async (id: string): Promise<string> => handshakeOf(await act(org.client, 'Describe', id)).State;

describe('an invitation', () => {
  test('is open for fifteen days and says who invites whom, and why', async () => {
    const { account } = await guest();
    const answer = await call('InviteAccountToOrganization', target(account.accountId, { Notes: 'welcome' }));
    const now = clock.now();
    expect(answer).toMatchObject({
      Handshake: {
        Id: expect.stringMatching(/^h-[0-9a-z]{32}$/),
        Arn: expect.stringContaining(`:${org.managementId}:handshake/${org.id}/invite/h-`),
        Action: 'INVITE',
        State: 'OPEN',
        Parties: [
          { Type: 'ORGANIZATION', Id: org.id.slice(2) },
          { Type: 'ACCOUNT', Id: account.accountId },
        ],
        Resources: [
          { Type: 'ORGANIZATION', Value: org.id },
          { Type: 'ACCOUNT', Value: account.accountId },
          { Type: 'NOTES', Value: 'welcome' },
        ],
        RequestedTimestamp: new Date(now),
        ExpirationTimestamp: new Date(now + 15 * DAY_MS),
      },
    });
  });

  test('accepted makes the account a member under the root, with tags, default policies and the role of its kind', async () => {
    const { account, client } = await guest();
    await org.enable('RESOURCE_CONTROL_POLICY');
    const id = await invite(account.accountId, { Tags: [{ Key: 'team', Value: 'a' }] });
    expect(handshakeOf(await act(client, 'Accept', id))).toMatchObject({ Id: id, State: 'ACCEPTED' });
    const { accountId } = account;
    expect(await call('DescribeAccount', { AccountId: accountId })).toMatchObject({
      Account: { JoinedMethod: 'INVITED', State: 'ACTIVE', Paths: [`${org.id}/${org.rootId}/${accountId}/`] },
    });
    expect(await call('ListTagsForResource', { ResourceId: accountId })).toMatchObject({
      Tags: [{ Key: 'team', Value: 'a' }],
    });
    for (const Filter of ['SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY']) {
      expect(await call('ListPoliciesForTarget', { TargetId: accountId, Filter })).toMatchObject({
        Policies: [{ AwsManaged: true }],
      });
    }
    const { db } = org.server.installation;
    expect(await findRole(db, accountId, 'AWSServiceRoleForOrganizations')).toBeDefined();
    expect(await findRole(db, accountId, 'OrganizationAccountAccessRole')).toBeUndefined();
  });

  test('accepted brings the effective policies of its new place', async () => {
    await org.enable('BACKUP_POLICY');
    await org.attach(await org.policy('BACKUP_POLICY', backupPolicy()), org.rootId);
    const { account, client } = await guest();
    await act(client, 'Accept', await invite(account.accountId));
    await org.publish();
    const { document } = await org.effective(account.accountId, 'BACKUP_POLICY');
    expect(document).toMatchObject({ plans: { daily: {} } });
  });

  test('by address reaches whoever has it, in any spelling, and names the account once it is accepted', async () => {
    const { client, account } = await guest();
    const { db } = org.server.installation;
    const { email } = await db
      .selectFrom('account')
      .select('email')
      .where('id', '=', account.accountId)
      .executeTakeFirstOrThrow();
    const Target = { Type: 'EMAIL', Id: email.toUpperCase() };
    const { Id, Parties } = handshakeOf(await call('InviteAccountToOrganization', { Target }));
    expect(Parties).toContainEqual({ Type: 'EMAIL', Id: email.toUpperCase() });
    expect(await send(client, 'ListHandshakesForAccount', {})).toMatchObject({ Handshakes: [{ Id, State: 'OPEN' }] });
    await act(client, 'Accept', Id);
    expect(handshakeOf(await act(client, 'Describe', Id)).Parties).toContainEqual({
      Type: 'ACCOUNT',
      Id: account.accountId,
    });
  });

  test('is refused while one is open, and may be repeated when it has ended', async () => {
    const { account, client } = await guest();
    const again = (): Promise<string> => outcome(call('InviteAccountToOrganization', target(account.accountId)));
    const first = await invite(account.accountId);
    expect(await again()).toBe('DuplicateHandshakeException');
    await act(client, 'Decline', first);
    const second = await invite(account.accountId);
    await act(org.client, 'Cancel', second);
    await invite(account.accountId);
    clock.advance(15 * DAY_MS);
    expect(await again()).toBe('Success');
  });

  test('sent twice at the same moment is open once', async () => {
    const { account } = await guest();
    const answers = await Promise.all(
      [1, 2, 3].map(() => outcome(call('InviteAccountToOrganization', target(account.accountId)))),
    );
    expect(answers.toSorted()).toEqual(['DuplicateHandshakeException', 'DuplicateHandshakeException', 'Success']);
  });

  const EMAIL = { Type: 'EMAIL', Id: 'guest@members.test' };
  const rows: [rule: string, input: object, answer: string][] = [
    [
      'an organization is no target',
      { Target: { Type: 'ORGANIZATION', Id: 'o-0000000000' } },
      'INVALID_PARTY_TYPE_TARGET',
    ],
    ['a target has an id', { Target: { Type: 'ACCOUNT' } }, 'INVALID_PATTERN'],
    [
      'an address has six characters at least',
      { Target: { Type: 'EMAIL', Id: 'a@b.c' } },
      'INVALID_EMAIL_ADDRESS_TARGET',
    ],
    ['an address is one', { Target: { Type: 'EMAIL', Id: 'nobody' } }, 'INVALID_EMAIL_ADDRESS_TARGET'],
    [
      'an id has 64 characters at most',
      { Target: { Type: 'EMAIL', Id: `${'a'.repeat(60)}@b.test` } },
      'INVALID_PATTERN',
    ],
    ['notes have 1,024 characters at most', { Target: EMAIL, Notes: 'x'.repeat(1_025) }, 'MAX_LENGTH_EXCEEDED:NOTES'],
    [
      'tag keys differ',
      {
        Target: EMAIL,
        Tags: [
          { Key: 'k', Value: '' },
          { Key: 'k', Value: '' },
        ],
      },
      'DUPLICATE_TAG_KEY',
    ],
    ["tag keys are not AWS's", { Target: EMAIL, Tags: [{ Key: 'aws:k', Value: '' }] }, 'INVALID_SYSTEM_TAGS_PARAMETER'],
  ];
  test.each(rows)('%s', async (_rule, input, reason) => {
    expect(await outcome(call('InviteAccountToOrganization', input))).toBe(`InvalidInputException ${reason}`);
  });

  test('with tags needs the right to tag', async () => {
    const session = async (...actions: string[]): Promise<OrganizationsClient> =>
      org.clientOf(
        await assumeRole(org.server, org.server.management, {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: actions.map((action) => `organizations:${action}`), Resource: '*' }],
        }),
      );
    const { account } = await guest();
    const input = target(account.accountId, { Tags: [{ Key: 'k', Value: 'v' }] });
    const invitation = 'InviteAccountToOrganization';
    expect(await outcome(send(await session(invitation), invitation, input))).toBe('AccessDeniedException');
    expect(await outcome(send(await session(invitation, 'TagResource'), invitation, input))).toBe('Success');
  });

  test('of an account in any organization is refused', async () => {
    const { account, client } = await guest();
    await send(client, 'CreateOrganization', {});
    expect(await outcome(call('InviteAccountToOrganization', target(account.accountId)))).toBe(
      'HandshakeConstraintViolationException ALREADY_IN_AN_ORGANIZATION',
    );
  });

  test('of an account that joined another one meanwhile cannot be accepted any more', async () => {
    const { account, client } = await guest();
    const id = await invite(account.accountId);
    await send(client, 'CreateOrganization', {});
    expect(await outcome(act(client, 'Accept', id))).toBe(
      'HandshakeConstraintViolationException ALREADY_IN_AN_ORGANIZATION',
    );
    expect(await stateOf(id)).toBe('ACCEPTED');
    expect(await outcome(call('DescribeAccount', { AccountId: account.accountId }))).toBe('AccountNotFoundException');
  });

  test('accepted needs the right to make the service-linked role', async () => {
    const { account } = await guest();
    const id = await invite(account.accountId);
    const accept = async (...actions: string[]): Promise<string> => {
      const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
      const session = await assumeRole(org.server, account, { Version: '2012-10-17', Statement });
      return outcome(act(org.clientOf(session), 'Accept', id));
    };
    expect(await accept('organizations:AcceptHandshake')).toBe(
      'AccessDeniedForDependencyException ACCESS_DENIED_DURING_CREATE_SERVICE_LINKED_ROLE',
    );
    expect(await stateOf(id)).toBe('OPEN');
    expect(await accept('organizations:AcceptHandshake', 'iam:CreateServiceLinkedRole')).toBe('Success');
  });
});

describe('who may do what, from which state', () => {
  type Actor = 'sender' | 'recipient';
  const TRANSITION = 'InvalidHandshakeTransitionException';
  const ALREADY = 'HandshakeAlreadyInStateException';
  const rows: [before: string, actor: Actor, operation: string, answer: string][] = [
    ['OPEN', 'sender', 'Accept', 'AccessDeniedException'],
    ['OPEN', 'sender', 'Decline', 'AccessDeniedException'],
    ['OPEN', 'recipient', 'Cancel', 'AccessDeniedException'],
    ['OPEN', 'recipient', 'Accept', 'Success'],
    ['OPEN', 'recipient', 'Decline', 'Success'],
    ['OPEN', 'sender', 'Cancel', 'Success'],
    ['ACCEPTED', 'recipient', 'Accept', ALREADY],
    ['ACCEPTED', 'recipient', 'Decline', TRANSITION],
    ['ACCEPTED', 'sender', 'Cancel', TRANSITION],
    ['DECLINED', 'recipient', 'Accept', TRANSITION],
    ['DECLINED', 'recipient', 'Decline', ALREADY],
    ['DECLINED', 'sender', 'Cancel', TRANSITION],
    ['CANCELED', 'recipient', 'Accept', TRANSITION],
    ['CANCELED', 'recipient', 'Decline', TRANSITION],
    ['CANCELED', 'sender', 'Cancel', ALREADY],
    ['EXPIRED', 'recipient', 'Accept', TRANSITION],
    ['EXPIRED', 'recipient', 'Decline', TRANSITION],
    ['EXPIRED', 'sender', 'Cancel', TRANSITION],
  ];
  test.each(rows)('%s: the %s asks for %s: %s', async (before, actor, operation, answer) => {
    const { account, client } = await guest();
    const id = await invite(account.accountId);
    if (before === 'ACCEPTED') await act(client, 'Accept', id);
    if (before === 'DECLINED') await act(client, 'Decline', id);
    if (before === 'CANCELED') await act(org.client, 'Cancel', id);
    if (before === 'EXPIRED') clock.advance(15 * DAY_MS);
    expect(await stateOf(id)).toBe(before);
    expect(await outcome(act(actor === 'sender' ? org.client : client, operation, id))).toBe(answer);
  });

  test('to others a handshake does not exist', async () => {
    const id = await invite((await guest()).account.accountId);
    const { client } = await guest();
    for (const operation of ['Describe', 'Accept', 'Decline', 'Cancel']) {
      expect(await outcome(act(client, operation, id))).toBe('HandshakeNotFoundException');
    }
  });

  test('a stranger that may ask for some handshakes only does not learn which ones there are', async () => {
    const existing = await invite((await guest()).account.accountId);
    const { account } = await guest();
    const Resource = `arn:aws:organizations::*:handshake/*`;
    const Statement = [{ Effect: 'Allow', Action: 'organizations:*', Resource }];
    const session = await assumeRole(org.server, account, { Version: '2012-10-17', Statement });
    for (const id of [existing, 'h-00000000']) {
      expect(await outcome(act(org.clientOf(session), 'Describe', id))).toBe('AccessDeniedException');
    }
  });

  test('accepted twice at the same moment makes one member', async () => {
    const { account, client } = await guest();
    const id = await invite(account.accountId);
    const answers = await Promise.all([1, 2, 3].map(() => outcome(act(client, 'Accept', id))));
    expect(answers.toSorted()).toEqual([ALREADY, ALREADY, 'Success']);
  });

  test('of two organizations that invite the same account, it joins the one that it accepts first', async () => {
    const { account, client } = await guest();
    const other = await guest();
    await send(other.client, 'CreateOrganization', {});
    const theirs = handshakeOf(await send(other.client, 'InviteAccountToOrganization', target(account.accountId))).Id;
    const answers = await Promise.all(
      [await invite(account.accountId), theirs].map((id) => outcome(act(client, 'Accept', id))),
    );
    expect(answers.toSorted()).toEqual(['HandshakeConstraintViolationException ALREADY_IN_AN_ORGANIZATION', 'Success']);
  });
});

describe('lists', () => {
  test('hold what was received or sent, by action if asked', async () => {
    const { account, client } = await guest();
    const id = await invite(account.accountId);
    const received = (Filter: object): Promise<object> => send(client, 'ListHandshakesForAccount', { Filter });
    expect(await received({})).toMatchObject({ Handshakes: [{ Id: id }] });
    expect(await received({ ActionType: 'INVITE' })).toMatchObject({ Handshakes: [{ Id: id }] });
    expect(await received({ ActionType: 'ENABLE_ALL_FEATURES' })).toMatchObject({ Handshakes: [] });
    const sent = (await call('ListHandshakesForOrganization', {
      Filter: { ActionType: 'APPROVE_ALL_FEATURES' },
    })) as object;
    expect(sent).toMatchObject({ Handshakes: [] });
  });

  test.each(['ListHandshakesForAccount', 'ListHandshakesForOrganization'])(
    '%s: one filter, of known actions',
    async (name) => {
      const both = { ActionType: 'INVITE', ParentHandshakeId: 'h-00000000' };
      expect(await outcome(call(name, { Filter: both }))).toBe('InvalidInputException MAX_LIMIT_EXCEEDED_FILTER');
      expect(await outcome(call(name, { Filter: { ActionType: 'X' } }))).toBe(
        'InvalidInputException INVALID_ENUM:FILTER_ACTION_TYPE',
      );
    },
  );

  test('show what has ended for thirty days; then it is forgotten', async () => {
    const { account, client } = await guest();
    const id = await invite(account.accountId);
    await act(client, 'Decline', id);
    clock.advance(30 * DAY_MS - 1);
    expect(await stateOf(id)).toBe('DECLINED');
    clock.advance(1);
    expect(await outcome(act(client, 'Describe', id))).toBe('HandshakeNotFoundException');
    expect(await send(client, 'ListHandshakesForAccount', {})).toMatchObject({ Handshakes: [] });
    await org.server.tick('accounts');
    const { db } = org.server.installation;
    expect(await db.selectFrom('handshake').select('id').where('id', '=', id).execute()).toEqual([]);
  });
});

test('invited accounts count like members', async () => {
  const quotas = { ...DEFAULT_QUOTAS, accountsPerOrganization: 2 };
  await using small = await testOrganization({ settings: { quotas } });
  const ask = (Id: string): Promise<object> =>
    send(small.client, 'InviteAccountToOrganization', { Target: { Type: 'EMAIL', Id } });
  const { Id: HandshakeId } = handshakeOf(await ask('a@members.test'));
  const create = { AccountName: 'a', Email: 'c@members.test' };
  expect(await outcome(ask('b@members.test'))).toBe(
    'HandshakeConstraintViolationException ACCOUNT_NUMBER_LIMIT_EXCEEDED',
  );
  expect(await outcome(send(small.client, 'CreateAccount', create))).toBe(
    'ConstraintViolationException ACCOUNT_NUMBER_LIMIT_EXCEEDED',
  );
  await send(small.client, 'CancelHandshake', { HandshakeId });
  expect(await outcome(send(small.client, 'CreateAccount', create))).toBe('Success');
});
