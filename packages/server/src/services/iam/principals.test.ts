/** Users and roles beyond their making: names, boundaries, tags, when they were used, the keys of users and of root. */
import * as iam from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assumeRole } from '../../testing/assume-role.ts';
import { rootKey } from '../../testing/root-key.ts';
import { type TestServer, testServer } from '../../testing/server.ts';
import { allow, fails, trusting } from './testing/documents.ts';

let server: TestServer;
let client: iam.IAMClient;
let accountId: string;
beforeAll(async () => {
  server = await testServer();
  client = server.client(iam.IAMClient);
  accountId = server.management.accountId;
});
afterAll(() => server[Symbol.asyncDispose]());

const ADMINISTRATOR = 'arn:aws:iam::aws:policy/AdministratorAccess';
const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

const user = (UserName: string, more: Partial<iam.CreateUserRequest> = {}) =>
  client.send(new iam.CreateUserCommand({ UserName, ...more }));
const role = (RoleName: string) =>
  client.send(
    new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting({ Service: 'backup.amazonaws.com' }) }),
  );

async function userWith(UserName: string, ...documents: readonly string[]): Promise<iam.IAMClient> {
  await user(UserName);
  for (const [index, PolicyDocument] of documents.entries()) {
    await client.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: `p${index}`, PolicyDocument }));
  }
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
  return server.client(iam.IAMClient, { credentials: { accessKeyId, secretAccessKey } });
}

describe('a user that is renamed and moved', () => {
  test('keeps id, keys, policies and the trust of roles, under the new ARN', async () => {
    const ann = await userWith('Ann', allow('iam:ListUsers'));
    const { User } = await client.send(new iam.GetUserCommand({ UserName: 'Ann' }));
    const AssumeRolePolicyDocument = trusting({ AWS: User?.Arn });
    await client.send(new iam.CreateRoleCommand({ RoleName: 'TrustsAnn', AssumeRolePolicyDocument }));
    await client.send(new iam.UpdateUserCommand({ UserName: 'Ann', NewUserName: 'Anna', NewPath: '/team/' }));
    const renamed = await client.send(new iam.GetUserCommand({ UserName: 'anna' }));
    const Arn = `arn:aws:iam::${accountId}:user/team/Anna`;
    expect(renamed.User).toMatchObject({ UserId: User?.UserId, Arn });
    await expect(ann.send(new iam.ListUsersCommand())).resolves.toBeDefined();
    const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'TrustsAnn' }));
    expect(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '')).toBe(trusting({ AWS: Arn }));
    await expect(client.send(new iam.GetUserCommand({ UserName: 'Ann' }))).rejects.toMatchObject(
      fails('NoSuchEntityException', 'The user with name Ann cannot be found.', 404),
    );
  });

  test('may change the letter case of its own name, but not take the name of another', async () => {
    await user('case');
    await user('other');
    const rename = (UserName: string, NewUserName: string) =>
      client.send(new iam.UpdateUserCommand({ UserName, NewUserName }));
    await rename('case', 'CASE');
    await expect(rename('CASE', 'OTHER')).rejects.toMatchObject(
      fails('EntityAlreadyExistsException', 'User with name OTHER already exists.', 409),
    );
  });

  test('needs the permission for both names', async () => {
    await user('from');
    const resource = (name: string) => ({ Resource: `arn:aws:iam::${accountId}:user/${name}` });
    const clerk = await userWith('clerk', allow('iam:UpdateUser', resource('from')));
    const rename = () => clerk.send(new iam.UpdateUserCommand({ UserName: 'from', NewUserName: 'to' }));
    await expect(rename()).rejects.toMatchObject(
      fails('AccessDenied', `on resource: arn:aws:iam::${accountId}:user/to`),
    );
    const PolicyDocument = allow('iam:UpdateUser', resource('to'));
    await client.send(new iam.PutUserPolicyCommand({ UserName: 'clerk', PolicyName: 'also', PolicyDocument }));
    await rename();
  });
});

describe('a permissions boundary', () => {
  test('is set, told, replaced and taken away, for users and for roles', async () => {
    await user('Bound');
    await role('Bound');
    for (const boundary of [READ_ONLY, ADMINISTRATOR]) {
      const PermissionsBoundary = boundary;
      await client.send(new iam.PutUserPermissionsBoundaryCommand({ UserName: 'Bound', PermissionsBoundary }));
      await client.send(new iam.PutRolePermissionsBoundaryCommand({ RoleName: 'Bound', PermissionsBoundary }));
    }
    const told = async () => {
      const { User } = await client.send(new iam.GetUserCommand({ UserName: 'Bound' }));
      const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'Bound' }));
      return [User?.PermissionsBoundary, Role?.PermissionsBoundary];
    };
    const shape = { PermissionsBoundaryType: 'PermissionsBoundaryPolicy', PermissionsBoundaryArn: ADMINISTRATOR };
    expect(await told()).toEqual([shape, shape]);
    await client.send(new iam.DeleteUserPermissionsBoundaryCommand({ UserName: 'Bound' }));
    await client.send(new iam.DeleteRolePermissionsBoundaryCommand({ RoleName: 'Bound' }));
    expect(await told()).toEqual([undefined, undefined]);
  });

  test.each([
    ['that does not exist', 'arn:aws:iam::aws:policy/NoSuchPolicy', 'NoSuchEntityException'],
    [
      "that is a service's own",
      'arn:aws:iam::aws:policy/aws-service-role/AWSOrganizationsServiceTrustPolicy',
      'PolicyNotAttachableException',
    ],
  ])('%s is refused', async (_what, PermissionsBoundary, name) => {
    await expect(
      client.send(new iam.PutUserPermissionsBoundaryCommand({ UserName: 'Bound', PermissionsBoundary })),
    ).rejects.toMatchObject({ name });
  });

  test('limits at once, and only a permission for that very boundary lets somebody set it', async () => {
    const hers = await userWith('Bea', allow('iam:*'));
    const condition = { Condition: { StringEquals: { 'iam:PermissionsBoundary': READ_ONLY } } };
    const keeper = await userWith('keeper', allow('iam:PutUserPermissionsBoundary', condition));
    const bind = (PermissionsBoundary: string) =>
      keeper.send(new iam.PutUserPermissionsBoundaryCommand({ UserName: 'Bea', PermissionsBoundary }));
    await expect(bind(ADMINISTRATOR)).rejects.toMatchObject({ name: 'AccessDenied' });
    await bind(READ_ONLY);
    await expect(hers.send(new iam.ListUsersCommand())).resolves.toBeDefined();
    await expect(hers.send(new iam.CreateGroupCommand({ GroupName: 'hers' }))).rejects.toMatchObject(
      fails('AccessDenied', 'because no permissions boundary allows', 403),
    );
  });
});

describe('tags', () => {
  const Tags = [
    { Key: 'Team', Value: 'a' },
    { Key: 'x', Value: '' },
  ];

  test('of users and policies are set over one another, listed and taken away like those of roles', async () => {
    const { Policy } = await client.send(
      new iam.CreatePolicyCommand({ PolicyName: 'T', PolicyDocument: allow('*'), Tags }),
    );
    const PolicyArn = Policy?.Arn;
    await user('Tagged', { Tags });
    const more = [{ Key: 'team', Value: 'b' }];
    await client.send(new iam.TagUserCommand({ UserName: 'Tagged', Tags: more }));
    await client.send(new iam.TagPolicyCommand({ PolicyArn, Tags: more }));
    await client.send(new iam.UntagUserCommand({ UserName: 'Tagged', TagKeys: ['X'] }));
    await client.send(new iam.UntagPolicyCommand({ PolicyArn, TagKeys: ['X'] }));
    expect((await client.send(new iam.ListUserTagsCommand({ UserName: 'Tagged' }))).Tags).toEqual(more);
    expect((await client.send(new iam.ListPolicyTagsCommand({ PolicyArn }))).Tags).toEqual(more);
    expect((await client.send(new iam.GetUserCommand({ UserName: 'Tagged' }))).User?.Tags).toEqual(more);
    expect((await client.send(new iam.GetPolicyCommand({ PolicyArn }))).Policy?.Tags).toEqual(more);
  });

  test('set at once by many are all there', async () => {
    await user('Busy');
    const keys = Array.from({ length: 8 }, (_, index) => `key-${index}`);
    await Promise.all(
      keys.map((Key) => client.send(new iam.TagUserCommand({ UserName: 'Busy', Tags: [{ Key, Value: 'v' }] }))),
    );
    const listed = await client.send(new iam.ListUserTagsCommand({ UserName: 'Busy' }));
    expect(listed.Tags?.map(({ Key }) => Key)).toEqual(keys);
  });

  test('are 50 at most', async () => {
    await user('Crowded');
    const many = Array.from({ length: 50 }, (_, index) => ({ Key: `key-${index}`, Value: 'v' }));
    await client.send(new iam.TagUserCommand({ UserName: 'Crowded', Tags: many }));
    await expect(
      client.send(new iam.TagUserCommand({ UserName: 'Crowded', Tags: [{ Key: 'one-more', Value: 'v' }] })),
    ).rejects.toMatchObject({ name: 'LimitExceededException' });
  });

  test('given at creation take the permission to tag', async () => {
    const maker = await userWith('maker', allow(['iam:CreateUser', 'iam:CreateRole', 'iam:CreatePolicy']));
    const AssumeRolePolicyDocument = trusting({ Service: 'backup.amazonaws.com' });
    await maker.send(new iam.CreateUserCommand({ UserName: 'made-bare' }));
    for (const [command, action] of [
      [new iam.CreateUserCommand({ UserName: 'made', Tags }), 'iam:TagUser'],
      [new iam.CreateRoleCommand({ RoleName: 'made', AssumeRolePolicyDocument, Tags }), 'iam:TagRole'],
      [new iam.CreatePolicyCommand({ PolicyName: 'made', PolicyDocument: allow('*'), Tags }), 'iam:TagPolicy'],
    ] as const) {
      await expect(maker.send(command as iam.CreateUserCommand)).rejects.toMatchObject(
        fails('AccessDenied', `is not authorized to perform: ${action} on resource`, 403),
      );
    }
  });

  test('of a policy decide who may change it, as aws:ResourceTag and as iam:ResourceTag', async () => {
    const ours = await client.send(
      new iam.CreatePolicyCommand({
        PolicyName: 'Ours',
        PolicyDocument: allow('*'),
        Tags: [{ Key: 'team', Value: 'a' }],
      }),
    );
    const theirs = await client.send(new iam.CreatePolicyCommand({ PolicyName: 'Theirs', PolicyDocument: allow('*') }));
    for (const key of ['aws:ResourceTag/team', 'iam:ResourceTag/team']) {
      const member = await userWith(
        `member-${key.slice(0, 3)}`,
        allow('iam:GetPolicy', { Condition: { StringEquals: { [key]: 'a' } } }),
      );
      const get = (PolicyArn?: string) => member.send(new iam.GetPolicyCommand({ PolicyArn }));
      await expect(get(ours.Policy?.Arn)).resolves.toBeDefined();
      await expect(get(theirs.Policy?.Arn)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });
});

test('GetAccessKeyLastUsed is asked about on the user, and tells nobody else whose key it is', async () => {
  await userWith('Kim');
  const { AccessKeyMetadata } = await client.send(new iam.ListAccessKeysCommand({ UserName: 'Kim' }));
  const AccessKeyId = AccessKeyMetadata?.[0]?.AccessKeyId ?? '';
  const lastUsed = (as: iam.IAMClient, id: string) => as.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
  const Resource = `arn:aws:iam::${accountId}:user/Kim`;
  const auditor = await userWith('Auditor', allow('iam:GetAccessKeyLastUsed', { Resource }));
  expect((await lastUsed(auditor, AccessKeyId)).UserName).toBe('Kim');
  const stranger = await userWith('Stranger', allow('iam:GetAccessKeyLastUsed', { Resource: `${Resource}s` }));
  const told = async (id: string) => (await lastUsed(stranger, id).catch((error: Error) => error.message)) as string;
  const unknown = `${AccessKeyId.slice(0, -4)}ZZZZ`;
  expect((await told(AccessKeyId)).replace(AccessKeyId, '')).toBe((await told(unknown)).replace(unknown, ''));
});

describe('roles', () => {
  test('are described anew by UpdateRoleDescription, service-linked ones too', async () => {
    await role('Described');
    for (const RoleName of ['Described', 'AWSServiceRoleForBackup']) {
      const { Role } = await client.send(new iam.UpdateRoleDescriptionCommand({ RoleName, Description: 'new' }));
      expect(Role).toMatchObject({ RoleName, Description: 'new' });
      await client.send(new iam.UpdateRoleCommand({ RoleName, Description: 'newer' }));
      const read = await client.send(new iam.GetRoleCommand({ RoleName }));
      expect(read.Role?.Description).toBe('newer');
    }
    await expect(
      client.send(new iam.UpdateRoleCommand({ RoleName: 'AWSServiceRoleForBackup', MaxSessionDuration: 7200 })),
    ).rejects.toMatchObject({ name: 'UnmodifiableEntityException' });
  });

  test('tell when and where one of their sessions was last used', async () => {
    const { credentials } = await assumeRole(server, server.management, {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    });
    const lastUsed = async () => (await client.send(new iam.GetRoleCommand({ RoleName: 'actor' }))).Role?.RoleLastUsed;
    expect(await lastUsed()).toEqual({});
    await server.client(STSClient, { credentials, region: 'eu-central-1' }).send(new GetCallerIdentityCommand());
    await server.tick('identity');
    expect(await lastUsed()).toEqual({ Region: 'eu-central-1', LastUsedDate: expect.any(Date) });
  });
});

describe("an account's root", () => {
  let root: iam.IAMClient;
  let first: string;
  beforeAll(async () => {
    // The first key of a root comes from the operator, not from the API.
    const credentials = await rootKey(server);
    first = credentials.accessKeyId;
    root = server.client(iam.IAMClient, { credentials });
  });

  test('is no IAM user, and told so', async () => {
    const { User } = await root.send(new iam.GetUserCommand());
    expect(User).toEqual({
      UserId: accountId,
      Arn: `arn:aws:iam::${accountId}:root`,
      CreateDate: expect.any(Date),
    });
  });

  test('rotates its own keys: a second one, the first inactive, then gone', async () => {
    const { AccessKey } = await root.send(new iam.CreateAccessKeyCommand());
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    await expect(root.send(new iam.CreateAccessKeyCommand())).rejects.toMatchObject(
      fails('LimitExceededException', 'AccessKeysPerUser: 2', 409),
    );
    const listed = await root.send(new iam.ListAccessKeysCommand());
    expect(listed.AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId).toSorted()).toEqual(
      [first, accessKeyId].toSorted(),
    );
    const next = server.client(iam.IAMClient, { credentials: { accessKeyId, secretAccessKey } });
    await next.send(new iam.UpdateAccessKeyCommand({ AccessKeyId: first, Status: 'Inactive' }));
    await expect(root.send(new iam.ListUsersCommand())).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await server.tick('identity');
    const { AccessKeyLastUsed } = await next.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: first }));
    expect(AccessKeyLastUsed).toMatchObject({ ServiceName: 'iam', Region: 'us-east-1' });
    await next.send(new iam.DeleteAccessKeyCommand({ AccessKeyId: first }));
    expect((await next.send(new iam.ListAccessKeysCommand())).AccessKeyMetadata).toHaveLength(1);
  });

  test('has keys that no user reaches; GetAccountSummary tells that there are some', async () => {
    const { accessKeyId: AccessKeyId } = await rootKey(server);
    const remove = client.send(new iam.DeleteAccessKeyCommand({ UserName: 'admin', AccessKeyId }));
    await expect(remove).rejects.toMatchObject(fails('NoSuchEntityException', 'The Access Key with id', 404));
    const { SummaryMap } = await client.send(new iam.GetAccountSummaryCommand());
    expect(SummaryMap?.['AccountAccessKeysPresent']).toBe(1);
  });
});
