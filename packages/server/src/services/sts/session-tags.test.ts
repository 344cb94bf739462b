/** Session tags and source identities, along a chain of roles. */
import * as iam from '@aws-sdk/client-iam';
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { seededRandom } from '@holdfast/kernel';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Credentials, type TestServer, testServer } from '../../testing/server.ts';

let server: TestServer;
let account: string;
let admin: iam.IAMClient;
beforeAll(async () => {
  server = await testServer();
  account = server.management.accountId;
  admin = server.client(iam.IAMClient);
});
afterAll(() => server[Symbol.asyncDispose]());

const ALL = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'];
const INSIDE = { Action: [...ALL, 'iam:ListUsers'] };

interface Role {
  readonly Action?: readonly string[];
  readonly Condition?: object;
  /** Of the role's own policy. */
  readonly own?: object;
}

/** A role that the account trusts. */
async function newRole(RoleName: string, { Action = ALL, Condition, own = {} }: Role = {}): Promise<string> {
  const Statement = { Effect: 'Allow', Principal: { AWS: account }, Action, ...(Condition && { Condition }) };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  await admin.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Resource: '*', ...INSIDE, ...own },
  });
  await admin.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument }));
  return `arn:aws:iam::${account}:role/${RoleName}`;
}

type Input = Partial<AssumeRoleCommandInput>;
async function assume(RoleArn: string, input: Input = {}, credentials = server.management.credentials) {
  const client = server.client(STSClient, { credentials });
  const answer = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'work', ...input }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
  const session = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
  return { ...answer, session };
}

const listUsers = (credentials: Credentials) =>
  server.client(iam.IAMClient, { credentials }).send(new iam.ListUsersCommand());
const tags = (...pairs: [string, string][]) => ({ Tags: pairs.map(([Key, Value]) => ({ Key, Value })) });
const denied = (message: string) => ({ name: 'AccessDenied', message: expect.stringContaining(message) });

describe('tags of a session', () => {
  test('are condition keys of the request: each by its value, all by their keys', async () => {
    const RoleArn = await newRole('Asking', {
      Condition: {
        StringEquals: { 'aws:RequestTag/Team': 'blue' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['team', 'Team', 'stage'] },
        'ForAnyValue:StringEquals': { 'sts:TransitiveTagKeys': 'team' },
      },
    });
    const good = { ...tags(['team', 'blue'], ['stage', 'one']), TransitiveTagKeys: ['team'] };
    await expect(assume(RoleArn, good)).resolves.toBeDefined();
    const bad: Input[] = [
      {},
      { ...good, TransitiveTagKeys: ['stage'] },
      { ...good, ...tags(['team', 'red']) },
      { ...good, ...tags(['team', 'blue'], ['cost', '1']) },
    ];
    for (const input of bad) await expect(assume(RoleArn, input)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('stand in for tags of the role of the same name', async () => {
    const Condition = { StringEquals: { 'aws:PrincipalTag/Team': 'blue' } };
    const RoleArn = await newRole('Tagged', { own: { Condition } });
    await admin.send(new iam.TagRoleCommand({ RoleName: 'Tagged', ...tags(['team', 'blue']) }));
    await expect(listUsers((await assume(RoleArn)).session)).resolves.toBeDefined();
    const { session } = await assume(RoleArn, tags(['TEAM', 'red']));
    await expect(listUsers(session)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test.each<[what: string, input: Input, name: string]>([
    ['the same key twice', tags(['a', '1'], ['A', '2']), 'ValidationError'],
    ['51 tags', tags(...Array.from({ length: 51 }, (_, at): [string, string] => [`k${at}`, ''])), 'ValidationError'],
    ['a key of 129 characters', tags(['k'.repeat(129), '']), 'ValidationError'],
    ['a value of 257 characters', tags(['k', 'v'.repeat(257)]), 'ValidationError'],
    ['more than fits, packed', tags(...incompressible()), 'PackedPolicyTooLargeException'],
  ])('are refused with %s', async (_what, input, name) => {
    const RoleArn = `arn:aws:iam::${account}:role/Tagged`;
    await expect(assume(RoleArn, input)).rejects.toMatchObject({ name });
  });

  test('and policies tell how much of the room they take', async () => {
    const RoleArn = `arn:aws:iam::${account}:role/Tagged`;
    expect((await assume(RoleArn)).PackedPolicySize).toBeUndefined();
    const some = (await assume(RoleArn, tags(['a', '1']))).PackedPolicySize ?? 0;
    const more = (await assume(RoleArn, tags(...incompressible().slice(0, 10)))).PackedPolicySize ?? 0;
    expect(some).toBeGreaterThan(0);
    expect(more).toBeGreaterThan(some);
    expect(more).toBeLessThanOrEqual(100);
  });
});

describe('along a chain', () => {
  test('transitive tags go along, others do not', async () => {
    const first = await newRole('First');
    const needs = (team: string, stage: string) => ({
      own: { Condition: { StringEquals: { 'aws:PrincipalTag/team': team, 'aws:PrincipalTag/stage': stage } } },
    });
    const second = await newRole('Second', needs('blue', 'two'));
    const third = await newRole('Third', needs('blue', 'three'));
    const passed = { ...tags(['team', 'blue'], ['stage', 'one']), TransitiveTagKeys: ['team'] };
    const one = await assume(first, passed);
    const two = await assume(second, tags(['stage', 'two']), one.session);
    await expect(listUsers(two.session)).resolves.toBeDefined();
    const three = await assume(third, tags(['stage', 'three']), two.session);
    await expect(listUsers(three.session)).resolves.toBeDefined();
    const bare = await assume(third, {}, two.session);
    await expect(listUsers(bare.session)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('a transitive tag cannot be replaced, and each role must let it in', async () => {
    const passed = { ...tags(['team', 'blue']), TransitiveTagKeys: ['team'] };
    const { session } = await assume(`arn:aws:iam::${account}:role/First`, passed);
    await expect(assume(`arn:aws:iam::${account}:role/Second`, tags(['Team', 'red']), session)).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('transitive'),
    });
    const plain = await newRole('NoTags', { Action: ['sts:AssumeRole'] });
    await expect(assume(plain, {}, session)).rejects.toMatchObject(denied('sts:TagSession'));
    await expect(assume(plain)).resolves.toBeDefined();
  });

  test('a source identity goes along, is not changed, and each role must let it in', async () => {
    const Condition = { StringEquals: { 'aws:SourceIdentity': 'ann' } };
    const first = `arn:aws:iam::${account}:role/First`;
    const second = await newRole('ForAnn', { Condition });
    const { session, SourceIdentity } = await assume(first, { SourceIdentity: 'ann' });
    expect(SourceIdentity).toBe('ann');
    expect((await assume(second, {}, session)).SourceIdentity).toBe('ann');
    await expect(assume(second, { SourceIdentity: 'bob' }, session)).rejects.toMatchObject({ name: 'AccessDenied' });
    const other = await assume(first);
    await expect(assume(second, {}, other.session)).rejects.toMatchObject({ name: 'AccessDenied' });
    const plain = `arn:aws:iam::${account}:role/NoTags`;
    await expect(assume(plain, {}, session)).rejects.toMatchObject(denied('sts:SetSourceIdentity'));
  });
});

/** Fifty tags that no packing makes small. */
function incompressible(): [string, string][] {
  const random = seededRandom(5);
  return Array.from({ length: 50 }, (_, at) => [`k${at}`, Buffer.from(random.bytes(150)).toString('base64')]);
}
