/**
 * Inputs against the models' rules, from the wire to the error that the caller sees. The Organizations and IAM answers
 * are those recorded in September 2026 (recorded rules B.1.4, B.8.8, B.12, B.13.1, B.13.4).
 */
import { present } from '@holdfast/kernel';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type EchoServer, startEcho, wholeService } from '../testing/echo-server.ts';
import { type RawAnswer, send, sign } from '../testing/raw-request.ts';
import { tested } from '../testing/services.ts';

const NOW = Date.parse('2030-03-20T05:00:00Z');
const ORGANIZATIONAL_UNIT = 'ou-exam-00000001';
let echo: EchoServer;

beforeAll(async () => {
  const services = Object.values(tested).map(({ sdk, settings }) => wholeService(sdk, settings));
  echo = await startEcho({ services, clock: { now: () => NOW } });
});
beforeEach(() => {
  echo.invocations.length = 0;
});
afterAll(() => echo[Symbol.asyncDispose]());

async function organizations(operation: string, body: unknown): Promise<RawAnswer> {
  const headers = { host: 'x', 'x-amz-target': `AWSOrganizationsV20161128.${operation}` };
  const request = { method: 'POST', path: '/', query: {}, headers, body: JSON.stringify(body) };
  return send(echo.port, await sign(request, { service: 'organizations', at: NOW }));
}

async function query(service: 'iam' | 'sts', fields: Record<string, string>): Promise<RawAnswer> {
  const Version = service === 'iam' ? '2010-05-08' : '2011-06-15';
  const headers = { host: 'x', 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams({ Version, ...fields }).toString();
  return send(echo.port, await sign({ method: 'POST', path: '/', query: {}, headers, body }, { service, at: NOW }));
}

async function backup(
  method: string,
  path: string,
  body: unknown,
  search: Record<string, string> = {},
): Promise<RawAnswer> {
  const request = {
    method,
    path,
    query: search,
    headers: { host: 'x' },
    body: method === 'GET' ? '' : JSON.stringify(body),
  };
  return send(echo.port, await sign(request, { service: 'backup', at: NOW }));
}

const long = (length: number) => 'é'.repeat(length);
const tag = (Key: string, Value?: string) => ({ Key, Value });

describe('AWS Organizations', () => {
  test.each<[operation: string, input: object, reason: string, message?: string]>([
    ['UpdateOrganizationalUnit', { OrganizationalUnitId: ORGANIZATIONAL_UNIT, Name: '' }, 'MIN_LENGTH_EXCEEDED:NAME'],
    [
      'UpdateOrganizationalUnit',
      { OrganizationalUnitId: ORGANIZATIONAL_UNIT, Name: long(129) },
      'MAX_LENGTH_EXCEEDED:NAME',
    ],
    [
      'UpdateOrganizationalUnit',
      { OrganizationalUnitId: 'invalid', Name: 'x' },
      'INVALID_PATTERN:ORGANIZATIONAL_UNIT_ID',
    ],
    ['UpdatePolicy', { PolicyId: 'p-examplepolicy', Description: long(513) }, 'MAX_LENGTH_EXCEEDED:DESCRIPTION'],
    ['UpdatePolicy', { PolicyId: 'p-examplepolicy', Name: '' }, 'MIN_LENGTH_EXCEEDED:NAME'],
    ['UpdatePolicy', { PolicyId: 'p-examplepolicy', Content: '' }, 'MIN_LENGTH_EXCEEDED:CONTENT'],
    ['TagResource', { ResourceId: ORGANIZATIONAL_UNIT, Tags: null }, 'INPUT_REQUIRED:TAGS'],
    ['TagResource', { ResourceId: ORGANIZATIONAL_UNIT }, 'INPUT_REQUIRED:TAGS'],
    ['TagResource', { ResourceId: ORGANIZATIONAL_UNIT, Tags: [tag('a')] }, 'INPUT_REQUIRED:TAGS_1_MEMBER_VALUE'],
    [
      'TagResource',
      { ResourceId: ORGANIZATIONAL_UNIT, Tags: [tag('a', 'b'), tag(long(129), 'c')] },
      'MAX_LENGTH_EXCEEDED:TAGS_2_MEMBER_KEY',
    ],
    ['UntagResource', { ResourceId: ORGANIZATIONAL_UNIT }, 'INPUT_REQUIRED:TAG_KEYS'],
    [
      'ListOrganizationalUnitsForParent',
      { ParentId: ORGANIZATIONAL_UNIT, MaxResults: 0 },
      'MIN_VALUE_EXCEEDED:MAX_RESULTS',
      'You provided a value that is below the minimum allowed.',
    ],
    [
      'ListOrganizationalUnitsForParent',
      { ParentId: ORGANIZATIONAL_UNIT, MaxResults: 21 },
      'MAX_VALUE_EXCEEDED:MAX_RESULTS',
      'You provided a value that exceeds the maximum allowed.',
    ],
    ['DescribeHandshake', {}, 'INPUT_REQUIRED:HANDSHAKE_ID', 'You must provide a value for the parameter.'],
    ['DescribeHandshake', { HandshakeId: '' }, 'INVALID_PATTERN:HANDSHAKE_ID'],
    ['DescribeEffectivePolicy', {}, 'INPUT_REQUIRED:POLICY_TYPE'],
    [
      'DescribeEffectivePolicy',
      { PolicyType: 'RESOURCE_CONTROL_POLICY' },
      'INVALID_ENUM:POLICY_TYPE',
      'You specified an invalid value.',
    ],
    [
      'DescribeEffectivePolicy',
      { PolicyType: 'SERVICE_CONTROL_POLICY' },
      'INVALID_ENUM_POLICY_TYPE',
      'You specified an invalid policy type.',
    ],
    [
      'ListEffectivePolicyValidationErrors',
      { AccountId: '111111111111', PolicyType: 'NONSENSE' },
      'INVALID_ENUM_POLICY_TYPE',
    ],
    [
      'ListEffectivePolicyValidationErrors',
      { PolicyType: 'TAG_POLICY' },
      'TARGET_NOT_SUPPORTED',
      'You specified a target that is not currently supported.',
    ],
    [
      'ListEffectivePolicyValidationErrors',
      { AccountId: '1', PolicyType: 'TAG_POLICY', MaxResults: 0 },
      'MIN_VALUE_EXCEEDED:MAX_RESULTS',
    ],
    [
      'InviteAccountToOrganization',
      {},
      'INVALID_PATTERN',
      'You provided a value that does not match the required pattern.',
    ],
    [
      'InviteAccountToOrganization',
      { Target: {} },
      'INVALID_PARTY_TYPE_TARGET',
      'You specified an invalid party type as the target parameter.',
    ],
    [
      'InviteAccountToOrganization',
      { Target: { Id: '111111111111' } },
      'INVALID_PARTY_TYPE_TARGET',
      'You specified an invalid party type as the target parameter.',
    ],
    ['ListHandshakesForAccount', { Filter: { ActionType: 'NONSENSE' } }, 'INVALID_ENUM:FILTER_ACTION_TYPE'],
    ['ListCreateAccountStatus', { States: ['SUCCEEDED', 'NONSENSE'] }, 'INVALID_LIST_MEMBER:STATES'],
  ])('%s of %j is refused with %s', async (operation, input, reason, message) => {
    const answer = await organizations(operation, input);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toMatchObject({
      __type: 'InvalidInputException',
      Reason: reason,
      ...(message === undefined ? {} : { Message: message }),
    });
    expect(echo.invocations).toEqual([]);
  });

  test.each<[rule: string, operation: string, input: object]>([
    [
      'lengths count characters, not bytes',
      'UpdateOrganizationalUnit',
      { OrganizationalUnitId: ORGANIZATIONAL_UNIT, Name: long(128) },
    ],
    [
      '… nor halves of surrogate pairs',
      'UpdateOrganizationalUnit',
      { OrganizationalUnitId: ORGANIZATIONAL_UNIT, Name: '\u{1F600}'.repeat(128) },
    ],
    ['an absent optional member is fine', 'UpdateOrganizationalUnit', { OrganizationalUnitId: ORGANIZATIONAL_UNIT }],
    ['a tag value may be empty', 'TagResource', { ResourceId: ORGANIZATIONAL_UNIT, Tags: [tag('first', '')] }],
    ['an empty list is fine', 'TagResource', { ResourceId: ORGANIZATIONAL_UNIT, Tags: [] }],
    ['each branch of a pattern is anchored', 'TagResource', { ResourceId: '111111111111', Tags: [] }],
  ])('%s', async (_rule, operation, input) => {
    expect((await organizations(operation, input)).status).toBe(200);
    expect(echo.invocations[0]?.input).toEqual(input);
  });

  test('null counts as absent, members that the model does not know are ignored', async () => {
    const input = { ParentId: ORGANIZATIONAL_UNIT, MaxResults: null, Nonsense: { a: 1 } };
    expect((await organizations('ListOrganizationalUnitsForParent', input)).status).toBe(200);
    expect(echo.invocations[0]?.input).toEqual({ ParentId: ORGANIZATIONAL_UNIT });
  });

  test('a pattern does not match a part of a branch', async () => {
    const answer = await organizations('AttachPolicy', { PolicyId: 'p-examplepolicy', TargetId: '111111111111x' });
    expect(JSON.parse(answer.body)).toMatchObject({ Reason: 'INVALID_PATTERN:TARGET_ID' });
  });

  test.each<[unknown, string]>([
    [{ PolicyId: 7 }, 'NUMBER_VALUE cannot be converted to String'],
    [{ PolicyId: ['p-examplepolicy'] }, 'START_ARRAY cannot be converted to String'],
    [{ PolicyId: { Ref: 'x' } }, 'START_OBJECT cannot be converted to String'],
    [{ PolicyId: true }, 'TRUE_VALUE cannot be converted to String'],
  ])('a member of the wrong type cannot be read: %j', async (input, message) => {
    const answer = await organizations('DescribePolicy', input);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.body)).toEqual({ __type: 'SerializationException', message });
  });

  test.each([[1.5], [2 ** 31], ['5']])('MaxResults %j is no integer', async (MaxResults) => {
    const answer = await organizations('ListRoots', { MaxResults });
    expect(JSON.parse(answer.body)).toMatchObject({ __type: 'SerializationException' });
  });
});

describe('IAM and STS', () => {
  test.each<[service: 'iam' | 'sts', fields: Record<string, string>, message: string]>([
    [
      'iam',
      { Action: 'GetOrganizationsAccessReport', JobId: '0'.repeat(36), MaxItems: '1001' },
      "1 validation error detected: Value at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000",
    ],
    [
      'iam',
      {
        Action: 'GenerateOrganizationsAccessReport',
        EntityPath: 'o-exampleorgid/r-example',
        OrganizationsPolicyId: 'bad',
      },
      "1 validation error detected: Value at 'organizationsPolicyId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^p-[0-9a-zA-Z_]{8,128}$",
    ],
    [
      'iam',
      { Action: 'GenerateOrganizationsAccessReport', EntityPath: 'bad' },
      "2 validation errors detected: Value at 'entityPath' failed to satisfy constraint: Member must have length greater than or equal to 19; Value at 'entityPath' failed to satisfy constraint: Member must satisfy regular expression pattern: ",
    ],
    [
      'iam',
      { Action: 'TagRole', RoleName: 'r', 'Tags.member.1.Key': 'a' },
      "1 validation error detected: Value at 'tags.1.member.value' failed to satisfy constraint: Member must not be null",
    ],
    [
      'sts',
      {
        Action: 'AssumeRole',
        RoleArn: 'arn:aws:iam::111122223333:role/r',
        RoleSessionName: 'session',
        DurationSeconds: '899',
      },
      "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
  ])('%s %j is a ValidationError', async (service, fields, message) => {
    const answer = await query(service, fields);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<Type>Sender</Type><Code>ValidationError</Code>');
    expect(unescaped(answer.body)).toContain(message);
  });

  test.each([['1'], ['01'], ['+1']])('MaxItems may be written %j', async (MaxItems) => {
    expect((await query('iam', { Action: 'ListUsers', MaxItems })).status).toBe(200);
    expect(echo.invocations[0]?.input).toEqual({ MaxItems: 1 });
  });

  test.each([[' 1 '], ['1.0'], ['2147483648'], ['x'], ['']])('MaxItems %j is malformed', async (MaxItems) => {
    const answer = await query('iam', { Action: 'ListUsers', MaxItems });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<Code>MalformedInput</Code>');
  });
});

describe('AWS Backup', () => {
  const plan = { BackupPlanName: 'daily', Rules: [{ RuleName: 'r', TargetBackupVaultName: 'vault' }] };

  test.each<[rule: string, input: object, code: string, message: string]>([
    ['a required member', {}, 'MissingParameterValueException', 'The parameter BackupPlan is required.'],
    [
      'a required member below others',
      { BackupPlan: { ...plan, Rules: [{ RuleName: 'r' }] } },
      'MissingParameterValueException',
      'The parameter BackupPlan.Rules[0].TargetBackupVaultName is required.',
    ],
    [
      'a pattern',
      { BackupPlan: { ...plan, Rules: [{ RuleName: 'no spaces', TargetBackupVaultName: 'vault' }] } },
      'InvalidParameterValueException',
      'Invalid value for the parameter BackupPlan.Rules[0].RuleName: it must match the pattern ^[a-zA-Z0-9\\-\\_\\.]{1,50}$.',
    ],
    [
      'a type',
      {
        BackupPlan: {
          ...plan,
          Rules: [{ RuleName: 'r', TargetBackupVaultName: 'vault', StartWindowMinutes: 'sixty' }],
        },
      },
      'InvalidParameterValueException',
      'Invalid value for the parameter BackupPlan.Rules[0].StartWindowMinutes: it must be of type Long.',
    ],
  ])('%s that is broken is told with its path', async (_rule, input, code, message) => {
    const answer = await backup('PUT', '/backup/plans', input);
    expect(answer.status).toBe(400);
    expect(answer.headers['x-amzn-errortype']).toBe(code);
    expect(JSON.parse(answer.body)).toEqual({ Message: message });
  });

  test('a query is checked like a body', async () => {
    const answer = await backup('GET', '/backup/plans', undefined, { maxResults: '1001' });
    expect(JSON.parse(answer.body)).toEqual({
      Message: 'Invalid value for the parameter MaxResults: it must be at most 1000.',
    });
    const text = await backup('GET', '/backup/plans', undefined, { maxResults: 'many' });
    expect(JSON.parse(text.body)).toEqual({
      Message: 'Invalid value for the parameter MaxResults: it must be of type Integer.',
    });
  });

  test('a rule that the service does not enforce is not enforced: jobs of all accounts are asked for with *', async () => {
    expect((await backup('GET', '/backup-jobs/', undefined, { accountId: '*' })).status).toBe(200);
    expect(echo.invocations[0]?.input).toEqual({ ByAccountId: '*' });
  });

  test.each([
    ['2018-01-26T00:11:30.087Z', '2018-01-26T00:11:30.087Z'],
    ['2018-01-26T00:11:30.087000Z', '2018-01-26T00:11:30.087Z'],
    ['2018-01-26T01:11:30+01:00', '2018-01-26T00:11:30.000Z'],
    ['1516925490.087', '2018-01-26T00:11:30.087Z'],
    ['Fri, 26 Jan 2018 00:11:30 GMT', '2018-01-26T00:11:30.000Z'],
  ])('a time in a query may be written %s', async (createdAfter, instant) => {
    expect((await backup('GET', '/backup-jobs', undefined, { createdAfter })).status).toBe(200);
    expect(echo.invocations[0]?.input).toEqual({ ByCreatedAfter: new Date(instant) });
  });

  test.each([['yesterday'], ['2018-13-01T00:00:00Z'], ['2018-01-26'], ['']])('%j is no time', async (createdAfter) => {
    expect((await backup('GET', '/backup-jobs', undefined, { createdAfter })).status).toBe(400);
  });

  test('a map keeps any key as a key, __proto__ too', async () => {
    const request = {
      method: 'POST',
      path: '/tags/arn%3Ax',
      query: {},
      headers: { host: 'x' },
      body: '{"Tags":{"__proto__":"a","b":"c"}}',
    };
    expect((await send(echo.port, await sign(request, { service: 'backup', at: NOW }))).status).toBe(200);
    const { Tags } = present(echo.invocations[0], 'the invocation').input as { Tags: object };
    expect(Object.entries(Tags)).toEqual([
      ['__proto__', 'a'],
      ['b', 'c'],
    ]);
    expect(Object.getPrototypeOf(Tags)).toBe(Object.prototype);
  });

  test('a body of a million broken rules is answered like one', async () => {
    const TagKeyList = Array.from({ length: 100_000 }, () => 7);
    const answer = await backup('POST', '/untag/arn%3Ax', { TagKeyList });
    expect(answer.status).toBe(400);
    expect(answer.body.length).toBeLessThan(200);
  });
});

function unescaped(xml: string): string {
  return xml.replaceAll('&apos;', "'").replaceAll('&amp;', '&');
}
