import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

let org: TestOrganization;
let call: (operation: string, input: object) => Promise<object>;
let unit: string;
let policy: string;
let account: string;
beforeAll(async () => {
  org = await testOrganization();
  call = (operation, input) => send(org.client, operation, input);
  unit = await org.unit('unit');
  account = await org.account('one');
  policy = await org.policy('TAG_POLICY', { tags: {} });
});
afterAll(() => org[Symbol.asyncDispose]());

const tagged = (resource: string, tags: Record<string, string>): Promise<string> =>
  outcome(
    call('TagResource', { ResourceId: resource, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
  );
async function tagsOf(ResourceId: string): Promise<Record<string, string>> {
  const { Tags } = (await call('ListTagsForResource', { ResourceId })) as { Tags: { Key: string; Value: string }[] };
  return Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
}

test('roots, units, accounts and policies carry tags, each its own', async () => {
  for (const resource of [org.rootId, unit, account, policy]) {
    expect(await tagged(resource, { id: resource, empty: '' })).toBe('Success');
  }
  for (const resource of [org.rootId, unit, account, policy]) {
    expect(await tagsOf(resource)).toEqual({ id: resource, empty: '' });
    await call('UntagResource', { ResourceId: resource, TagKeys: ['id', 'empty', 'never there'] });
    expect(await tagsOf(resource)).toEqual({});
  }
});

test('a key that is there gets the new value; keys are case-sensitive', async () => {
  await tagged(unit, { key: 'a', Key: 'b' });
  await tagged(unit, { key: 'c' });
  expect(await tagsOf(unit)).toEqual({ key: 'c', Key: 'b' });
  await call('UntagResource', { ResourceId: unit, TagKeys: ['key', 'Key'] });
});

test('nothing to tag and nothing to untag succeed', async () => {
  expect(await outcome(call('TagResource', { ResourceId: unit, Tags: [] }))).toBe('Success');
  expect(await outcome(call('UntagResource', { ResourceId: unit, TagKeys: [] }))).toBe('Success');
});

describe('errors leave all tags as they were', () => {
  const rows: [rule: string, operation: string, input: () => object, answer: string][] = [
    ['a resource is named', 'TagResource', () => ({ Tags: [] }), 'InvalidInputException INPUT_REQUIRED:RESOURCE_ID'],
    [
      'a resource id is one',
      'TagResource',
      () => ({ ResourceId: 'x', Tags: [] }),
      'InvalidInputException INVALID_PATTERN:RESOURCE_ID',
    ],
    ['tags are there', 'TagResource', () => ({ ResourceId: unit }), 'InvalidInputException INPUT_REQUIRED:TAGS'],
    [
      'a tag has a value',
      'TagResource',
      () => ({ ResourceId: unit, Tags: [{ Key: 'a' }] }),
      'InvalidInputException INPUT_REQUIRED:TAGS_1_MEMBER_VALUE',
    ],
    [
      'the second key is too long',
      'TagResource',
      () => ({
        ResourceId: unit,
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'é'.repeat(129), Value: '' },
        ],
      }),
      'InvalidInputException MAX_LENGTH_EXCEEDED:TAGS_2_MEMBER_KEY',
    ],
    [
      'a value has 256 characters at most',
      'TagResource',
      () => ({ ResourceId: unit, Tags: [{ Key: 'a', Value: 'é'.repeat(257) }] }),
      'InvalidInputException MAX_LENGTH_EXCEEDED:TAGS_1_MEMBER_VALUE',
    ],
    [
      'a key stands once',
      'TagResource',
      () => ({
        ResourceId: unit,
        Tags: [
          { Key: 'a', Value: '1' },
          { Key: 'a', Value: '2' },
        ],
      }),
      'InvalidInputException DUPLICATE_TAG_KEY',
    ],
    [
      'keys of AWS are reserved',
      'TagResource',
      () => ({
        ResourceId: unit,
        Tags: [
          { Key: 'a', Value: '' },
          { Key: 'AWS:b', Value: '' },
        ],
      }),
      'InvalidInputException INVALID_SYSTEM_TAGS_PARAMETER',
    ],
    [
      'keys of AWS stay',
      'UntagResource',
      () => ({ ResourceId: unit, TagKeys: ['aws:b'] }),
      'InvalidInputException INVALID_SYSTEM_TAGS_PARAMETER',
    ],
    ['keys are there', 'UntagResource', () => ({ ResourceId: unit }), 'InvalidInputException INPUT_REQUIRED:TAG_KEYS'],
    [
      'a tagged account exists',
      'TagResource',
      () => ({ ResourceId: '000000000000', Tags: [] }),
      'TargetNotFoundException',
    ],
    [
      'an untagged policy exists',
      'UntagResource',
      () => ({ ResourceId: 'p-0000000000', TagKeys: [] }),
      'TargetNotFoundException',
    ],
    [
      'tags are listed of what exists',
      'ListTagsForResource',
      () => ({ ResourceId: 'p-0000000000' }),
      'TargetNotFoundException',
    ],
    [
      'policies of AWS carry no tags',
      'TagResource',
      () => ({ ResourceId: 'p-FullAWSAccess', Tags: [] }),
      'TargetNotFoundException',
    ],
  ];
  test.each(rows)('%s', async (_rule, operation, input, answer) => {
    await tagged(unit, { kept: 'yes' });
    expect(await outcome(call(operation, input()))).toBe(answer);
    expect(await tagsOf(unit)).toEqual({ kept: 'yes' });
  });
});

test('fifty tags and no more, counted over all requests; a new value for a key is no new tag', async () => {
  const many = (from: number, to: number): Record<string, string> =>
    Object.fromEntries(Array.from({ length: to - from }, (_, n) => [`k${from + n}`, '']));
  expect(await tagged(account, many(0, 30))).toBe('Success');
  expect(await tagged(account, many(30, 51))).toBe('ConstraintViolationException MAX_TAG_LIMIT_EXCEEDED');
  expect(await tagged(account, many(10, 50))).toBe('Success');
  expect(await tagged(account, { one: 'more' })).toBe('ConstraintViolationException MAX_TAG_LIMIT_EXCEEDED');
  expect(Object.keys(await tagsOf(account)).length).toBeLessThanOrEqual(20);
});
