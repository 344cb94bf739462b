import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_QUOTAS } from '../../packages/server/src/settings.ts';
import {
  backupPolicy,
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

const DENY_LEAVING = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }],
});
const MALFORMED = 'The provided policy document does not meet the requirements of the specified policy type.';

let org: TestOrganization;
let call: (operation: string, input: object) => Promise<object>;
beforeAll(async () => {
  org = await testOrganization({ settings: { quotas: { ...DEFAULT_QUOTAS, policiesPerType: 30 } } });
  call = (operation, input) => send(org.client, operation, input);
});
afterAll(() => org[Symbol.asyncDispose]());

const VALID = { Type: 'BACKUP_POLICY', Name: 'n', Description: '', Content: '{"plans":{}}' };

describe('creating', () => {
  const without = (member: string): object => ({ ...VALID, [member]: undefined });
  const rows: [rule: string, input: object, answer: string][] = [
    ['a policy has content', without('Content'), 'InvalidInputException INPUT_REQUIRED:CONTENT'],
    ['a policy has a description', without('Description'), 'InvalidInputException INPUT_REQUIRED:DESCRIPTION'],
    ['a policy has a name', without('Name'), 'InvalidInputException INPUT_REQUIRED:NAME'],
    ['a policy has a type', without('Type'), 'InvalidInputException INPUT_REQUIRED:TYPE'],
    ['a type is a known one', { ...VALID, Type: 'X' }, 'InvalidInputException INVALID_ENUM:TYPE'],
    ['a name is not empty', { ...VALID, Name: '' }, 'InvalidInputException MIN_LENGTH_EXCEEDED:NAME'],
    [
      'a name has 128 characters at most',
      { ...VALID, Name: 'é'.repeat(129) },
      'InvalidInputException MAX_LENGTH_EXCEEDED:NAME',
    ],
    [
      'a description has 512 characters at most',
      { ...VALID, Description: 'é'.repeat(513) },
      'InvalidInputException MAX_LENGTH_EXCEEDED:DESCRIPTION',
    ],
    ['content is not empty', { ...VALID, Content: '' }, 'InvalidInputException MIN_LENGTH_EXCEEDED:CONTENT'],
    ['content is JSON', { ...VALID, Content: '{' }, 'MalformedPolicyDocumentException'],
    [
      'content has each key once',
      { ...VALID, Content: '{"plans":{"a":{},"a":{}}}' },
      'MalformedPolicyDocumentException',
    ],
    ['content follows the type', { ...VALID, Content: DENY_LEAVING }, 'MalformedPolicyDocumentException'],
    [
      'a service control policy is IAM JSON',
      { ...VALID, Type: 'SERVICE_CONTROL_POLICY' },
      'MalformedPolicyDocumentException',
    ],
    [
      'content has so many characters',
      { ...VALID, Content: `{"plans":{}${' '.repeat(10_000)}}` },
      'ConstraintViolationException POLICY_CONTENT_LIMIT_EXCEEDED',
    ],
    [
      'size is judged before content',
      { ...VALID, Content: '{'.repeat(10_001) },
      'ConstraintViolationException POLICY_CONTENT_LIMIT_EXCEEDED',
    ],
    [
      'content is judged before tags',
      { ...VALID, Content: '{', Tags: [{ Key: 'aws:x', Value: '' }] },
      'MalformedPolicyDocumentException',
    ],
    [
      "tag keys are not AWS's",
      { ...VALID, Tags: [{ Key: 'aws:x', Value: '' }] },
      'InvalidInputException INVALID_SYSTEM_TAGS_PARAMETER',
    ],
    [
      'there are so many tags',
      { ...VALID, Tags: Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' })) },
      'ConstraintViolationException MAX_TAG_LIMIT_EXCEEDED',
    ],
  ];
  test.each(rows)('%s', async (_rule, input, answer) => {
    expect(await outcome(call('CreatePolicy', input))).toBe(answer);
  });

  test('works while the type is disabled, and content stays as it was sent', async () => {
    const Content = '{ "plans" :\n {} }';
    const created = await call('CreatePolicy', { ...VALID, Name: 'verbatim', Description: 'd', Content });
    const policy = {
      Content,
      PolicySummary: {
        Id: expect.stringMatching(/^p-[a-z0-9]{10}$/),
        Arn: expect.stringMatching(`^arn:aws:organizations::${org.managementId}:policy/${org.id}/backup_policy/p-`),
        Name: 'verbatim',
        Description: 'd',
        Type: 'BACKUP_POLICY',
        AwsManaged: false,
      },
    };
    expect(created).toMatchObject({ Policy: policy });
    const { Policy } = created as { Policy: { PolicySummary: { Id: string } } };
    expect(await call('DescribePolicy', { PolicyId: Policy.PolicySummary.Id })).toMatchObject({ Policy: policy });
  });

  test('names are unique within a type, not beyond, and judged before content', async () => {
    await call('CreatePolicy', { ...VALID, Name: 'taken' });
    expect(await outcome(call('CreatePolicy', { ...VALID, Name: 'taken', Content: '{' }))).toBe(
      'DuplicatePolicyException',
    );
    expect(await outcome(call('CreatePolicy', { ...VALID, Name: 'Taken' }))).toBe('Success');
    expect(
      await outcome(call('CreatePolicy', { ...VALID, Type: 'TAG_POLICY', Name: 'taken', Content: '{"tags":{}}' })),
    ).toBe('Success');
    const aws = { ...VALID, Type: 'SERVICE_CONTROL_POLICY', Name: 'FullAWSAccess', Content: DENY_LEAVING };
    expect(await outcome(call('CreatePolicy', aws))).toBe('DuplicatePolicyException');
  });

  test('of concurrent policies of one name, one is made', async () => {
    const create = (): Promise<string> => outcome(call('CreatePolicy', { ...VALID, Name: 'race' }));
    expect((await Promise.all([create(), create(), create()])).toSorted()).toEqual([
      'DuplicatePolicyException',
      'DuplicatePolicyException',
      'Success',
    ]);
  });

  test("a malformed policy is refused in AWS's words", async () => {
    await expect(call('CreatePolicy', { ...VALID, Content: '[]' })).rejects.toMatchObject({ message: MALFORMED });
  });

  test('tags are there from the start', async () => {
    const Tags = [{ Key: 'team', Value: '' }];
    const { Policy } = (await call('CreatePolicy', { ...VALID, Name: 'tagged', Tags })) as {
      Policy: { PolicySummary: { Id: string } };
    };
    expect(await call('ListTagsForResource', { ResourceId: Policy.PolicySummary.Id })).toMatchObject({ Tags });
  });

  test('an organization has so many policies of a type and no more, however many come at once', async () => {
    const create = (n: number): Promise<string> =>
      outcome(call('CreatePolicy', { ...VALID, Type: 'GUARDDUTY_POLICY', Name: `n${n}`, Content: '{}' }));
    const answers = await Promise.all(Array.from({ length: 35 }, (_, n) => create(n)));
    expect(answers.filter((answer) => answer === 'Success')).toHaveLength(30);
    expect(new Set(answers)).toEqual(new Set(['Success', 'ConstraintViolationException POLICY_NUMBER_LIMIT_EXCEEDED']));
  });
});

describe('updating', () => {
  let id: string;
  beforeAll(async () => {
    id = await org.policy('BACKUP_POLICY', backupPolicy(), 'updated');
  });
  const described = async (): Promise<object> => call('DescribePolicy', { PolicyId: id });

  test('answers with name and description only if they were sent', async () => {
    const Content = '{"plans":{}}';
    const rest = { Id: id, Type: 'BACKUP_POLICY', AwsManaged: false, Arn: expect.any(String) };
    const answer = async (input: object): Promise<unknown> =>
      ((await call('UpdatePolicy', { PolicyId: id, ...input })) as { Policy: object }).Policy;
    expect(await answer({ Content })).toEqual({ Content, PolicySummary: rest });
    expect(await answer({ Name: 'next' })).toEqual({ Content, PolicySummary: { ...rest, Name: 'next' } });
    expect(await answer({ Description: 'x' })).toEqual({ Content, PolicySummary: { ...rest, Description: 'x' } });
    expect(await answer({ Description: '' })).toEqual({ Content, PolicySummary: { ...rest, Description: '' } });
    expect(await described()).toMatchObject({ Policy: { Content, PolicySummary: { Name: 'next', Description: 'x' } } });
  });

  test("its own name is no duplicate; another's is", async () => {
    await org.policy('BACKUP_POLICY', { plans: {} }, 'other');
    expect(await outcome(call('UpdatePolicy', { PolicyId: id, Name: 'next' }))).toBe('Success');
    expect(await outcome(call('UpdatePolicy', { PolicyId: id, Name: 'other' }))).toBe('DuplicatePolicyException');
  });

  test('a refused update changes nothing', async () => {
    const before = await described();
    const refused = { PolicyId: id, Name: 'never', Description: 'never', Content: '{"plan":{}}' };
    expect(await outcome(call('UpdatePolicy', refused))).toBe('MalformedPolicyDocumentException');
    expect(await described()).toMatchObject({ Policy: (before as { Policy: object }).Policy });
  });

  const rows: [rule: string, input: () => object, answer: string][] = [
    ['a policy is named', () => ({}), 'InvalidInputException INPUT_REQUIRED:POLICY_ID'],
    ['a policy id is one', () => ({ PolicyId: 'x' }), 'InvalidInputException INVALID_PATTERN:POLICY_ID'],
    ['a policy exists', () => ({ PolicyId: 'p-0000000000' }), 'PolicyNotFoundException'],
    [
      "AWS's policies stay",
      () => ({ PolicyId: 'p-FullAWSAccess', Name: 'x' }),
      'InvalidInputException IMMUTABLE_POLICY',
    ],
    [
      'content has so many characters',
      () => ({ PolicyId: id, Content: ' '.repeat(10_001) }),
      'ConstraintViolationException POLICY_CONTENT_LIMIT_EXCEEDED',
    ],
    ['a blank name is a name', () => ({ PolicyId: id, Name: ' ' }), 'Success'],
  ];
  test.each(rows)('%s', async (_rule, input, answer) => {
    expect(await outcome(call('UpdatePolicy', input()))).toBe(answer);
  });

  test('of two that take one name at once, one gets it', async () => {
    const [a, b] = [await org.policy('TAG_POLICY', { tags: {} }), await org.policy('TAG_POLICY', { tags: {} })];
    const take = (PolicyId: string): Promise<string> => outcome(call('UpdatePolicy', { PolicyId, Name: 'wanted' }));
    expect((await Promise.all([take(a), take(b)])).toSorted()).toEqual(['DuplicatePolicyException', 'Success']);
  });
});

describe('deleting', () => {
  test('an attached policy stays', async () => {
    const id = await org.policy('SERVICE_CONTROL_POLICY', DENY_LEAVING);
    await org.attach(id, org.rootId);
    await expect(call('DeletePolicy', { PolicyId: id })).rejects.toMatchObject({
      name: 'PolicyInUseException',
      message: 'The specified policy is in use and cannot be deleted.',
    });
    await call('DetachPolicy', { PolicyId: id, TargetId: org.rootId });
    await call('DeletePolicy', { PolicyId: id });
    expect(await outcome(call('DescribePolicy', { PolicyId: id }))).toBe('PolicyNotFoundException');
  });

  test.each([
    ['p-0000000000', 'PolicyNotFoundException'],
    ['p-FullAWSAccess', 'InvalidInputException IMMUTABLE_POLICY'],
    ['p-RCPFullAWSAccess', 'InvalidInputException IMMUTABLE_POLICY'],
  ])('%s: %s', async (PolicyId, answer) => {
    expect(await outcome(call('DeletePolicy', { PolicyId }))).toBe(answer);
  });
});

test("policies of AWS are listed with the organization's, of their type only", async () => {
  const listed = async (Filter: string): Promise<string[]> => {
    const { Policies } = (await call('ListPolicies', { Filter })) as { Policies: { Id: string }[] };
    return Policies.map(({ Id }) => Id);
  };
  expect(await listed('SERVICE_CONTROL_POLICY')).toContain('p-FullAWSAccess');
  expect(await listed('RESOURCE_CONTROL_POLICY')).toEqual(['p-RCPFullAWSAccess']);
  expect(await listed('BACKUP_POLICY')).not.toContain('p-FullAWSAccess');
  expect(await call('DescribePolicy', { PolicyId: 'p-FullAWSAccess' })).toMatchObject({
    Policy: {
      PolicySummary: {
        Arn: 'arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess',
        AwsManaged: true,
      },
    },
  });
});

test('a policy of another organization does not exist', async () => {
  const id = await org.policy('TAG_POLICY', { tags: {} });
  const other = org.clientOf(await org.server.createAccount());
  await send(other, 'CreateOrganization', {});
  for (const operation of ['DescribePolicy', 'UpdatePolicy', 'DeletePolicy', 'ListTargetsForPolicy']) {
    expect(await outcome(send(other, operation, { PolicyId: id }))).toBe('PolicyNotFoundException');
  }
});
