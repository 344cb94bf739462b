import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { organizationsService } from '../../packages/server/src/services/organizations/service.ts';
import {
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

const TYPE = 'BACKUP_POLICY';
/** Lists that never hold more than one thing, or whose fill is tested elsewhere, still refuse foreign tokens. */
const LISTS = organizationsService
  .operations()
  .filter(({ name, implemented }) => implemented && name.startsWith('List'))
  .map(({ name }) => name);
/** There is nothing to list, ever. */
const EMPTY = ['ListInboundResponsibilityTransfers', 'ListOutboundResponsibilityTransfers'];
/** Without ListTagsForResource: no MaxResults there. */
const SIZED = LISTS.filter((name) => name !== 'ListTagsForResource' && !EMPTY.includes(name));

let org: TestOrganization;
let inputs: Record<string, object>;
beforeAll(async () => {
  org = await testOrganization();
  const { rootId, client } = org;
  const units = [];
  for (const name of ['a', 'b', 'c', 'd', 'e']) units.push(await org.unit(name));
  const [unit = ''] = units;
  const accounts = [];
  for (const name of ['one', 'two', 'three', 'four']) accounts.push(await org.account(name));
  const [account = ''] = accounts;
  await org.enable(TYPE);
  const policies = [];
  // A rule alone: three faults in each account below.
  const incomplete = { plans: { daily: { rules: { r: { start_backup_window_minutes: { '@@assign': 60 } } } } } };
  for (const _ of [1, 2, 3, 4, 5]) policies.push(await org.policy(TYPE, incomplete));
  const [policy = ''] = policies;
  for (const one of policies) await org.attach(one, unit);
  await org.attach(policy, rootId);
  for (const one of units.slice(1)) await org.attach(policy, one);
  await org.publish();
  for (const ServicePrincipal of ['backup.amazonaws.com', 'ram.amazonaws.com', 'config.amazonaws.com']) {
    await send(client, 'EnableAWSServiceAccess', { ServicePrincipal });
    await send(client, 'RegisterDelegatedAdministrator', { AccountId: account, ServicePrincipal });
  }
  for (const AccountId of accounts.slice(1)) {
    await send(client, 'RegisterDelegatedAdministrator', { AccountId, ServicePrincipal: 'backup.amazonaws.com' });
  }
  const Tags = Array.from({ length: 45 }, (_, n) => ({ Key: `k${n}`, Value: '' }));
  await send(client, 'TagResource', { ResourceId: unit, Tags });
  for (const Id of ['a@members.test', 'b@members.test', 'c@members.test', 'd@members.test']) {
    await send(client, 'InviteAccountToOrganization', { Target: { Type: 'EMAIL', Id } });
  }
  for (const _ of [1, 2, 3]) await inviteFromElsewhere();
  inputs = {
    ListAWSServiceAccessForOrganization: {},
    ListAccounts: {},
    ListAccountsForParent: { ParentId: rootId },
    ListAccountsWithInvalidEffectivePolicy: { PolicyType: TYPE },
    ListChildren: { ParentId: rootId, ChildType: 'ORGANIZATIONAL_UNIT' },
    ListCreateAccountStatus: {},
    ListDelegatedAdministrators: {},
    ListDelegatedServicesForAccount: { AccountId: account },
    ListEffectivePolicyValidationErrors: { AccountId: account, PolicyType: TYPE },
    ListHandshakesForAccount: {},
    ListHandshakesForOrganization: {},
    ListInboundResponsibilityTransfers: { Type: 'BILLING' },
    ListOrganizationalUnitsForParent: { ParentId: rootId },
    ListOutboundResponsibilityTransfers: { Type: 'BILLING' },
    ListParents: { ChildId: unit },
    ListPolicies: { Filter: TYPE },
    ListPoliciesForTarget: { TargetId: unit, Filter: TYPE },
    ListRoots: {},
    ListTagsForResource: { ResourceId: unit },
    ListTargetsForPolicy: { PolicyId: policy },
  };
});
afterAll(() => org[Symbol.asyncDispose]());

/** The management account is invited by another organization of the installation. */
async function inviteFromElsewhere(): Promise<void> {
  const client = org.clientOf(await org.server.createAccount());
  await send(client, 'CreateOrganization', {});
  await send(client, 'InviteAccountToOrganization', { Target: { Type: 'EMAIL', Id: 'management@example.test' } });
}

interface Answer {
  readonly items: readonly unknown[];
  readonly token: string | undefined;
}

async function listed(name: string, more: object = {}): Promise<Answer> {
  const {
    $metadata: _metadata,
    NextToken,
    ...rest
  } = {
    $metadata: undefined,
    NextToken: undefined,
    ...(await send(org.client, name, { ...inputs[name], ...more })),
  };
  const [items] = Object.values(rest).filter((value): value is unknown[] => Array.isArray(value));
  return { items: items ?? [], token: NextToken };
}

async function allPages(name: string, more: object): Promise<Answer['items'][]> {
  const pages = [];
  let token: string | undefined;
  do {
    const answer = await listed(name, { ...more, ...(token && { NextToken: token }) });
    pages.push(answer.items);
    token = answer.token;
  } while (token !== undefined);
  return pages;
}

test('every list has an input here', () => {
  expect(Object.keys(inputs).toSorted()).toEqual(LISTS.toSorted());
});

describe.each(SIZED)('%s', (name) => {
  test('page by page is the same as at once', async () => {
    const { items, token } = await listed(name);
    expect(token).toBeUndefined();
    expect(items.length).toBeGreaterThan(0);
    for (const MaxResults of [1, 2, 3]) {
      const pages = await allPages(name, { MaxResults });
      expect(pages.flat()).toEqual(items);
      expect(pages.slice(0, -1).every((page) => page.length === MaxResults)).toBe(true);
    }
  });

  test.each([
    [0, 'MIN_VALUE_EXCEEDED:MAX_RESULTS'],
    [21, 'MAX_VALUE_EXCEEDED:MAX_RESULTS'],
  ])('a page of %i is refused', async (MaxResults, reason) => {
    expect(await outcome(listed(name, { MaxResults }))).toBe(`InvalidInputException ${reason}`);
  });

  test('null is the default size', async () => {
    expect(await outcome(listed(name, { MaxResults: null, NextToken: null }))).toBe('Success');
  });
});

describe.each(LISTS)('%s', (name) => {
  test.each(['', 'eyJhIjoxfQ', 'x'.repeat(500)])('a token of nobody is refused (%#)', async (NextToken) => {
    expect(await outcome(listed(name, { NextToken }))).toBe('InvalidInputException INVALID_NEXT_TOKEN');
  });
});

test.each(EMPTY)('%s: there are none', async (name) => {
  expect(await listed(name)).toEqual({ items: [], token: undefined });
});

test('tags come in pages of twenty', async () => {
  const pages = await allPages('ListTagsForResource', {});
  expect(pages.map(({ length }) => length)).toEqual([20, 20, 5]);
  expect(new Set(pages.flat().map((tag) => JSON.stringify(tag))).size).toBe(45);
});

test('a token counts for its own question only', async () => {
  const { token } = await listed('ListChildren', { MaxResults: 1 });
  expect(await outcome(listed('ListChildren', { NextToken: token, ChildType: 'ACCOUNT' }))).toBe(
    'InvalidInputException INVALID_NEXT_TOKEN',
  );
  expect(await outcome(listed('ListOrganizationalUnitsForParent', { NextToken: token }))).toBe(
    'InvalidInputException INVALID_NEXT_TOKEN',
  );
  expect(await outcome(listed('ListChildren', { NextToken: token, MaxResults: 3 }))).toBe('Success');
});

test('every page of a report repeats its path and time', async () => {
  const first = {
    NextToken: '',
    ...(await send(org.client, 'ListEffectivePolicyValidationErrors', {
      ...inputs['ListEffectivePolicyValidationErrors'],
      MaxResults: 1,
    })),
  };
  const second = await send(org.client, 'ListEffectivePolicyValidationErrors', {
    ...inputs['ListEffectivePolicyValidationErrors'],
    NextToken: first.NextToken,
  });
  const place = {
    Path: expect.stringMatching(`^${org.id}/${org.rootId}/\\d{12}/$`),
    EvaluationTimestamp: expect.any(Date),
  };
  expect(first).toMatchObject(place);
  expect(second).toMatchObject(place);
});
