import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_QUOTAS } from '../../packages/server/src/settings.ts';
import { findRole } from '../../packages/server/src/store/identity-roles.ts';
import {
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

let org: TestOrganization;
let call: (operation: string, input: object) => Promise<object>;
beforeAll(async () => {
  org = await testOrganization();
  call = (operation, input) => send(org.client, operation, input);
});
afterAll(() => org[Symbol.asyncDispose]());

interface Status {
  readonly Id?: string;
  readonly State?: string;
  readonly AccountId?: string;
  readonly FailureReason?: string;
}

async function request(input: object): Promise<Status> {
  const { CreateAccountStatus = {} } = (await call('CreateAccount', input)) as { CreateAccountStatus?: Status };
  return CreateAccountStatus;
}

async function statusOf({ Id }: Status): Promise<Status> {
  const answer = await call('DescribeCreateAccountStatus', { CreateAccountRequestId: Id });
  return (answer as { CreateAccountStatus: Status }).CreateAccountStatus;
}

async function created(input: object): Promise<Status> {
  const asked = await request(input);
  await org.server.tick('accounts');
  return statusOf(asked);
}

describe('input', () => {
  const rows: [rule: string, input: object, answer: string][] = [
    ['an account needs an address', { AccountName: 'a' }, 'INPUT_REQUIRED:EMAIL'],
    ['an account needs a name', { Email: 'a@b.test' }, 'INPUT_REQUIRED:ACCOUNT_NAME'],
    ['an address has one @ and a dot', { AccountName: 'a', Email: 'nobody' }, 'INVALID_PATTERN:EMAIL'],
    [
      'a name has 50 characters at most',
      { AccountName: 'a'.repeat(51), Email: 'a@b.test' },
      'MAX_LENGTH_EXCEEDED:ACCOUNT_NAME',
    ],
    ['a name is printable ASCII', { AccountName: 'é', Email: 'a@b.test' }, 'INVALID_PATTERN:ACCOUNT_NAME'],
    ['a role name is one', { AccountName: 'a', Email: 'a@b.test', RoleName: 'a b' }, 'INVALID_PATTERN:ROLE_NAME'],
    [
      'service roles are reserved',
      { AccountName: 'a', Email: 'a@b.test', RoleName: 'AWSServiceRoleForX' },
      'INVALID_ROLE_NAME',
    ],
    [
      'the backup role is reserved',
      { AccountName: 'a', Email: 'a@b.test', RoleName: 'AWSBackupDefaultServiceRole' },
      'INVALID_ROLE_NAME',
    ],
    [
      'billing access is allowed or denied',
      { AccountName: 'a', Email: 'a@b.test', IamUserAccessToBilling: 'MAYBE' },
      'INVALID_ENUM:IAM_USER_ACCESS_TO_BILLING',
    ],
    [
      'tag keys differ',
      {
        AccountName: 'a',
        Email: 'a@b.test',
        Tags: [
          { Key: 'k', Value: '1' },
          { Key: 'k', Value: '2' },
        ],
      },
      'DUPLICATE_TAG_KEY',
    ],
    [
      "tag keys are not AWS's",
      { AccountName: 'a', Email: 'a@b.test', Tags: [{ Key: 'Aws:k', Value: '1' }] },
      'INVALID_SYSTEM_TAGS_PARAMETER',
    ],
  ];
  test.each(rows)('%s', async (_rule, input, reason) => {
    expect(await outcome(call('CreateAccount', input))).toBe(`InvalidInputException ${reason}`);
  });

  test('an unknown request has no status', async () => {
    const CreateAccountRequestId = `car-${'0'.repeat(32)}`;
    expect(await outcome(call('DescribeCreateAccountStatus', { CreateAccountRequestId }))).toBe(
      'CreateAccountStatusNotFoundException',
    );
  });
});

test('an account is promised at once and made in the background', async () => {
  const asked = await request({ AccountName: 'shop', Email: 'shop@members.test' });
  expect(asked).toMatchObject({
    Id: expect.stringMatching(/^car-[a-z0-9]{32}$/),
    AccountName: 'shop',
    State: 'IN_PROGRESS',
  });
  expect(asked).not.toHaveProperty('AccountId');
  expect(asked).not.toHaveProperty('CompletedTimestamp');
  await org.server.tick('accounts');
  const done = await statusOf(asked);
  expect(done).toMatchObject({
    State: 'SUCCEEDED',
    AccountId: expect.stringMatching(/^\d{12}$/),
    CompletedTimestamp: expect.any(Date),
  });
  expect(await call('DescribeAccount', { AccountId: done.AccountId })).toMatchObject({
    Account: {
      Email: 'shop@members.test',
      Name: 'shop',
      JoinedMethod: 'CREATED',
      Paths: [`${org.id}/${org.rootId}/${done.AccountId}/`],
    },
  });
});

test('a new account has its tags, the default policies of enabled types, and the roles of its kind', async () => {
  await org.enable('RESOURCE_CONTROL_POLICY');
  const Tags = [{ Key: 'team', Value: 'shop' }];
  const { AccountId = '' } = await created({
    AccountName: 'tagged',
    Email: 'tagged@members.test',
    RoleName: 'Access',
    Tags,
  });
  expect(await call('ListTagsForResource', { ResourceId: AccountId })).toMatchObject({ Tags });
  for (const [Filter, Id] of [
    ['SERVICE_CONTROL_POLICY', 'p-FullAWSAccess'],
    ['RESOURCE_CONTROL_POLICY', 'p-RCPFullAWSAccess'],
  ]) {
    expect(await call('ListPoliciesForTarget', { TargetId: AccountId, Filter })).toMatchObject({ Policies: [{ Id }] });
  }
  const { db } = org.server.installation;
  const access = await findRole(db, AccountId, 'Access');
  expect(access).toMatchObject({ path: '/', max_session_seconds: 3600 });
  expect(access?.trust_policy).toContain(`arn:aws:iam::${org.managementId}:root`);
  expect(await findRole(db, AccountId, 'AWSServiceRoleForOrganizations')).toMatchObject({
    path: '/aws-service-role/organizations.amazonaws.com/',
  });
});

describe('an account that cannot be made says why', () => {
  const rows: [rule: string, email: string, reason: string][] = [
    ['the management account has the address', 'management@example.test', 'EMAIL_ALREADY_EXISTS'],
    ['letter case makes no other address', 'MANAGEMENT@example.test', 'EMAIL_ALREADY_EXISTS'],
    ['an address has a real domain', 'a@-b.test', 'INVALID_EMAIL'],
    ['an address is ASCII', 'ä@b.test', 'INVALID_EMAIL'],
  ];
  test.each(rows)('%s', async (_rule, Email, FailureReason) => {
    const failed = await created({ AccountName: 'n', Email });
    expect(failed).toMatchObject({ State: 'FAILED', FailureReason, CompletedTimestamp: expect.any(Date) });
    expect(failed).not.toHaveProperty('AccountId');
  });

  test('afterwards the address may be asked for again', async () => {
    await created({ AccountName: 'n', Email: 'management@example.test' });
    expect(await outcome(call('CreateAccount', { AccountName: 'n', Email: 'management@example.test' }))).toBe(
      'Success',
    );
    await org.server.tick('accounts');
  });
});

test('one request at a time for an address', async () => {
  const input = { AccountName: 'n', Email: 'twice@members.test' };
  await request(input);
  expect(await outcome(call('CreateAccount', { ...input, Email: 'Twice@members.test' }))).toBe(
    'ConcurrentModificationException',
  );
  await org.server.tick('accounts');
});

test('five accounts are made at a time', async () => {
  const ask = (n: number): Promise<string> =>
    outcome(call('CreateAccount', { AccountName: 'n', Email: `n${n}@members.test` }));
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => ask(n)));
  expect(answers.filter((answer) => answer === 'Success')).toHaveLength(5);
  expect(new Set(answers)).toEqual(
    new Set(['Success', 'ConstraintViolationException ACCOUNT_CREATION_RATE_LIMIT_EXCEEDED']),
  );
  await org.server.tick('accounts');
  expect(await ask(9)).toBe('Success');
  await org.server.tick('accounts');
});

test('requests are listed from the latest, by state if asked', async () => {
  const all = (await call('ListCreateAccountStatus', {})) as { CreateAccountStatuses: Status[] };
  const times = all.CreateAccountStatuses.map((status) =>
    Number((status as { RequestedTimestamp: Date }).RequestedTimestamp),
  );
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  const failed = (await call('ListCreateAccountStatus', { States: ['FAILED'] })) as { CreateAccountStatuses: Status[] };
  expect(new Set(failed.CreateAccountStatuses.map(({ State }) => State))).toEqual(new Set(['FAILED']));
  expect(await call('ListCreateAccountStatus', { States: ['IN_PROGRESS'] })).toMatchObject({
    CreateAccountStatuses: [],
  });
  expect(await outcome(call('ListCreateAccountStatus', { States: ['DONE'] }))).toBe(
    'InvalidInputException INVALID_LIST_MEMBER:STATES',
  );
});

test('two servers that make accounts side by side make each once', async () => {
  const asked = await Promise.all(
    [1, 2, 3, 4].map((n) => request({ AccountName: 'n', Email: `side${n}@members.test` })),
  );
  await Promise.all([org.server.tick('accounts'), org.server.tick('accounts'), org.server.tick('accounts')]);
  const done = await Promise.all(asked.map(statusOf));
  expect(done.map(({ State }) => State)).toEqual(['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED']);
  expect(new Set(done.map(({ AccountId }) => AccountId)).size).toBe(4);
});

test('an organization has so many accounts and no more, promised ones counted', async () => {
  const quotas = { ...DEFAULT_QUOTAS, accountsPerOrganization: 2 };
  const small = await testOrganization({ settings: { quotas } });
  try {
    const ask = (name: string): Promise<string> =>
      outcome(send(small.client, 'CreateAccount', { AccountName: name, Email: `${name}@members.test` }));
    expect(await ask('first')).toBe('Success');
    expect(await ask('second')).toBe('ConstraintViolationException ACCOUNT_NUMBER_LIMIT_EXCEEDED');
    await small.server.tick('accounts');
    expect(await ask('third')).toBe('ConstraintViolationException ACCOUNT_NUMBER_LIMIT_EXCEEDED');
  } finally {
    await small[Symbol.asyncDispose]();
  }
});
