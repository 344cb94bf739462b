import { DAY_MS, ManualClock, systemClock } from '@holdfast/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_QUOTAS, type OrganizationQuotas } from '../../packages/server/src/settings.ts';
import {
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

const own: Record<string, Partial<OrganizationQuotas>> = {};
let org: TestOrganization;
beforeAll(async () => {
  org = await testOrganization({ settings: { organizationQuotas: own } });
});
afterAll(() => org[Symbol.asyncDispose]());

const call = (operation: string, input: object, client = org.client): Promise<string> =>
  outcome(send(client, operation, input));

test('an organization with quotas of its own is held to them, and one beside it to those of all', async () => {
  const closing = [await org.account('one'), await org.account('two')];
  own[org.id] = {
    accountsPerOrganization: 3,
    accountClosuresInProgress: 1,
    organizationalUnits: 1,
    policiesPerType: 1,
    tagsPerResource: 1,
  };
  const policy = (Name: string) => ({ Name, Description: '', Type: 'TAG_POLICY', Content: '{"tags":{}}' });
  const Tags = ['a', 'b'].map((Key) => ({ Key, Value: '' }));
  const invitation = { Target: { Type: 'EMAIL', Id: 'guest@members.test' } };
  expect([
    await call('CreateAccount', { AccountName: 'three', Email: 'three@members.test' }),
    await call('InviteAccountToOrganization', invitation),
    await call('CreateOrganizationalUnit', { ParentId: org.rootId, Name: 'first' }),
    await call('CreateOrganizationalUnit', { ParentId: org.rootId, Name: 'second' }),
    await call('CreatePolicy', policy('first')),
    await call('CreatePolicy', policy('second')),
    await call('TagResource', { ResourceId: org.rootId, Tags }),
    await call('CloseAccount', { AccountId: closing[0] }),
    await call('CloseAccount', { AccountId: closing[1] }),
  ]).toEqual([
    'ConstraintViolationException ACCOUNT_NUMBER_LIMIT_EXCEEDED',
    'HandshakeConstraintViolationException ACCOUNT_NUMBER_LIMIT_EXCEEDED',
    'Success',
    'ConstraintViolationException OU_NUMBER_LIMIT_EXCEEDED',
    'Success',
    'ConstraintViolationException POLICY_NUMBER_LIMIT_EXCEEDED',
    'ConstraintViolationException MAX_TAG_LIMIT_EXCEEDED',
    'Success',
    'ConstraintViolationException CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED',
  ]);

  const other = org.clientOf(await org.server.createAccount('other'));
  await send(other, 'CreateOrganization', {});
  const { Roots } = (await send(other, 'ListRoots', {})) as { Roots: { Id: string }[] };
  expect(await call('TagResource', { ResourceId: Roots[0]?.Id, Tags }, other)).toBe('Success');
  expect(await call('CreatePolicy', policy('first'), other)).toBe('Success');
  expect(await call('CreatePolicy', policy('second'), other)).toBe('Success');
});

test('in a day as many accounts can be invited as there may be, but at least 20; accepted invitations do not count', async () => {
  const clock = new ManualClock(systemClock.now());
  await using few = await testOrganization({
    clock,
    settings: { quotas: { ...DEFAULT_QUOTAS, accountsPerOrganization: 5 } },
  });
  const invite = (n: number): Promise<string> =>
    call('InviteAccountToOrganization', { Target: { Type: 'EMAIL', Id: `${n}@guests.test` } }, few.client);
  const guest = await few.server.createAccount('guest');
  const { Handshake: accepted } = (await send(few.client, 'InviteAccountToOrganization', {
    Target: { Type: 'ACCOUNT', Id: guest.accountId },
  })) as { Handshake: { Id: string } };
  await send(few.clientOf(guest), 'AcceptHandshake', { HandshakeId: accepted.Id });
  for (let n = 1; n <= 20; n++) {
    expect(await invite(n)).toBe('Success');
    const { Handshakes } = (await send(few.client, 'ListHandshakesForOrganization', {})) as {
      Handshakes: { Id: string; State: string }[];
    };
    const open = Handshakes.find(({ State }) => State === 'OPEN');
    if (open) await send(few.client, 'CancelHandshake', { HandshakeId: open.Id });
    clock.advance(60_000);
  }
  expect(await invite(21)).toBe('HandshakeConstraintViolationException HANDSHAKE_RATE_LIMIT_EXCEEDED');
  clock.advance(DAY_MS - 20 * 60_000);
  expect(await invite(21)).toBe('Success');
});
