import { randomBytes } from 'node:crypto';
import { AwsError } from '@holdfast/wire';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Caller } from '../authorization/caller.ts';
import { sealerOf } from '../secrets/sealer.ts';
import type { OperationSchema } from './operation.ts';
import { type PageCall, page } from './pagination.ts';

const installation = { sealer: sealerOf(randomBytes(32)) };
const root = {
  kind: 'root',
  accountId: '111111111111',
  arn: 'arn:aws:iam::111111111111:root',
  accessKeyId: 'AKIA1',
} as const;
const caller: PageCall = { installation, caller: { ...root, userId: root.accountId }, region: 'us-east-1' };
const user: Caller = { ...root, kind: 'user', userName: 'ann', userId: 'AIDAANN' };
const LIST: OperationSchema = [9, 'ns', 'ListNumbers'];
const invalidToken = (): AwsError => new AwsError({ code: 'InvalidToken', httpStatus: 400 }, 'not a token');

interface Ask {
  call?: PageCall;
  operation?: OperationSchema;
  parameters?: Record<string, unknown>;
  token?: string | null | undefined;
  maxResults?: number | undefined;
  numbers?: readonly number[];
}

function ask({ call = caller, operation = LIST, parameters = {}, token, maxResults, numbers = [1, 2, 3, 4, 5] }: Ask) {
  return page<number, number>(call, {
    operation,
    parameters,
    token,
    maxResults,
    defaultSize: 2,
    invalidToken,
    read: async (after, limit) => numbers.filter((number) => number > (after ?? 0)).slice(0, limit),
    cursorOf: (number) => number,
  });
}

test('following the tokens gives every row once, in order, whatever the page sizes', async () => {
  const lists = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(lists, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), async (list, sizes) => {
      const numbers = list.toSorted((a, b) => a - b);
      const seen: number[] = [];
      let token: string | undefined;
      let turn = 0;
      do {
        const answer = await ask({ numbers, token, maxResults: sizes[turn++ % sizes.length] });
        seen.push(...answer.items);
        token = answer.nextToken;
      } while (token !== undefined);
      expect(seen).toEqual(numbers);
    }),
    { numRuns: 50 },
  );
});

test('a page that ends exactly with the list has no token', async () => {
  expect(await ask({ numbers: [1, 2] })).toEqual({ items: [1, 2], nextToken: undefined });
});

test('absent and null tokens are the first page; absent and null parameters are the same question', async () => {
  const { nextToken } = await ask({ token: null, parameters: { b: 1, a: null } });
  expect((await ask({ token: nextToken, parameters: { a: undefined, b: 1 } })).items).toEqual([3, 4]);
});

const elsewhere: [what: string, change: Ask][] = [
  ['another account', { call: { ...caller, caller: { ...root, accountId: '222222222222', userId: '222222222222' } } }],
  ['another principal of the account', { call: { ...caller, caller: user } }],
  ['another region', { call: { ...caller, region: 'eu-central-1' } }],
  ['another operation', { operation: [9, 'ns', 'ListOthers'] }],
  ['another parameter', { parameters: { filter: 'b' } }],
  ['a parameter less', { parameters: {} }],
  ['another installation', { call: { ...caller, installation: { sealer: sealerOf(randomBytes(32)) } } }],
];
test.each(elsewhere)('a token is invalid for %s', async (_what, change) => {
  const { nextToken } = await ask({ parameters: { filter: 'a' } });
  await expect(ask({ parameters: { filter: 'a' }, token: nextToken, ...change })).rejects.toThrow('not a token');
});

test('a token opens for a renewed session of the role that it was given to', async () => {
  const session = (name: string, accessKeyId: string): PageCall => ({
    ...caller,
    caller: {
      ...root,
      kind: 'session',
      accessKeyId,
      userId: `AROAROLE:${name}`,
      roleArn: 'arn:aws:iam::111111111111:role/lister',
      sessionName: name,
      sessionPolicies: [],
      sessionPolicyArns: [],
      sessionTags: {},
      transitiveTagKeys: [],
      issuedAt: 0,
      expiresAt: 0,
    },
  });
  const { nextToken } = await ask({ call: session('first', 'ASIA1') });
  expect((await ask({ call: session('second', 'ASIA2'), token: nextToken })).items).toEqual([3, 4]);
});

test('a token with one changed byte, an empty one and a made-up one are invalid', async () => {
  const { nextToken = '' } = await ask({});
  const bytes = Buffer.from(nextToken, 'base64');
  for (let place = 0; place < bytes.length; place += 7) {
    const changed = Buffer.from(bytes);
    changed[place] = (changed[place] ?? 0) ^ 1;
    await expect(ask({ token: changed.toString('base64') })).rejects.toThrow('not a token');
  }
  await expect(ask({ token: '' })).rejects.toThrow('not a token');
  await expect(ask({ token: 'eyJvZmZzZXQiOjIwfQ' })).rejects.toThrow('not a token');
});

test('a token does not show its cursor', async () => {
  const { nextToken = '' } = await page<string, string>(caller, {
    operation: LIST,
    parameters: {},
    token: undefined,
    maxResults: 1,
    defaultSize: 1,
    invalidToken,
    read: async () => ['secret-name', 'z'],
    cursorOf: (name) => name,
  });
  expect(Buffer.from(nextToken, 'base64').includes('secret-name')).toBe(false);
});
