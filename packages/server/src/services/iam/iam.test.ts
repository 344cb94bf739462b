import * as iam from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const backupTrust = trusting({ Service: 'backup.amazonaws.com' });
const role = (name: string, more: Partial<iam.CreateRoleRequest> = {}) =>
  client.send(new iam.CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: backupTrust, ...more }));
const user = (name: string, more: Partial<iam.CreateUserRequest> = {}) =>
  client.send(new iam.CreateUserCommand({ UserName: name, ...more }));
describe('roles', () => {
  test('a role is answered as it was made, its trust policy URL-encoded', async () => {
    const made = await role('BackupRole', { Path: '/team/', Description: 'd', Tags: [{ Key: 'a', Value: '1' }] });
    const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'backuprole' }));
    expect(Role).toEqual({ ...made.Role, RoleLastUsed: {} });
    expect(Role).toMatchObject({
      Arn: `arn:aws:iam::${accountId}:role/team/BackupRole`,
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
      AssumeRolePolicyDocument: encodeURIComponent(backupTrust),
      MaxSessionDuration: 3600,
      Tags: [{ Key: 'a', Value: '1' }],
    });
  });

  test('names are taken whatever their letter case', async () => {
    await role('Taken');
    await expect(role('TAKEN')).rejects.toMatchObject(
      fails('EntityAlreadyExistsException', 'Role with name TAKEN already exists.', 409),
    );
  });

  test('a role is changed: description, duration, trust policy', async () => {
    await role('Changing');
    await client.send(
      new iam.UpdateRoleCommand({ RoleName: 'Changing', Description: 'new', MaxSessionDuration: 7200 }),
    );
    const document = trusting({ AWS: `arn:aws:iam::${accountId}:root` });
    await client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: 'Changing', PolicyDocument: document }));
    const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'Changing' }));
    expect(Role).toMatchObject({
      Description: 'new',
      MaxSessionDuration: 7200,
      AssumeRolePolicyDocument: encodeURIComponent(document),
    });
  });

  test('tags are set over one another without regard to letter case, and taken away', async () => {
    await role('Tagged', { Tags: [{ Key: 'Team', Value: 'a' }] });
    await client.send(
      new iam.TagRoleCommand({
        RoleName: 'Tagged',
        Tags: [
          { Key: 'team', Value: 'b' },
          { Key: 'x', Value: '' },
        ],
      }),
    );
    await client.send(new iam.UntagRoleCommand({ RoleName: 'Tagged', TagKeys: ['X', 'none'] }));
    const { Tags } = await client.send(new iam.ListRoleTagsCommand({ RoleName: 'Tagged' }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'b' }]);
    const twice = [
      { Key: 'k', Value: '1' },
      { Key: 'K', Value: '2' },
    ];
    await expect(client.send(new iam.TagRoleCommand({ RoleName: 'Tagged', Tags: twice }))).rejects.toMatchObject(
      fails('InvalidInputException', 'Duplicate tag keys'),
    );
  });

  test('a role goes only when nothing hangs on it', async () => {
    await role('Laden');
    const RoleName = 'Laden';
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
    await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'p', PolicyDocument: allow('*') }));
    const remove = () => client.send(new iam.DeleteRoleCommand({ RoleName }));
    await expect(remove()).rejects.toMatchObject(fails('DeleteConflictException', 'detach all policies first', 409));
    await client.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }));
    await expect(remove()).rejects.toMatchObject(fails('DeleteConflictException', 'delete policies first', 409));
    await client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: 'p' }));
    await remove();
    await expect(client.send(new iam.GetRoleCommand({ RoleName }))).rejects.toMatchObject(
      fails('NoSuchEntityException', 'The role with name Laden cannot be found.', 404),
    );
  });

  test('every account comes with the default role of AWS Backup and its service-linked role', async () => {
    const { AttachedPolicies } = await client.send(
      new iam.ListAttachedRolePoliciesCommand({ RoleName: 'AWSBackupDefaultServiceRole' }),
    );
    expect(AttachedPolicies?.map(({ PolicyArn }) => PolicyArn)).toEqual([
      'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup',
      'arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores',
    ]);
    const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'AWSServiceRoleForBackup' }));
    expect(Role?.Path).toBe('/aws-service-role/backup.amazonaws.com/');
  });

  test('a service-linked role is changed by nobody', async () => {
    const RoleName = 'AWSServiceRoleForBackup';
    await expect(client.send(new iam.DeleteRoleCommand({ RoleName }))).rejects.toMatchObject(
      fails('UnmodifiableEntityException', /protected role/, 400),
    );
    await expect(
      client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })),
    ).rejects.toMatchObject(fails('UnmodifiableEntityException'));
  });

  test('a service-linked role is made once, for services that have one', async () => {
    const create = (AWSServiceName: string) =>
      client.send(new iam.CreateServiceLinkedRoleCommand({ AWSServiceName, Description: 'for us' }));
    const { Role } = await create('organizations.amazonaws.com');
    expect(Role?.RoleName).toBe('AWSServiceRoleForOrganizations');
    expect(Role?.Description).toBe('for us');
    const suffixed = { AWSServiceName: 'backup.amazonaws.com', CustomSuffix: 'two' };
    await expect(client.send(new iam.CreateServiceLinkedRoleCommand(suffixed))).rejects.toMatchObject(
      fails('InvalidInputException', 'Custom suffix is not allowed', 400),
    );
    await expect(create('organizations.amazonaws.com')).rejects.toMatchObject(
      fails('InvalidInputException', 'has been taken in this account'),
    );
    await expect(create('lambda.amazonaws.com')).rejects.toMatchObject(fails('InvalidInputException'));
    await expect(create('constructor')).rejects.toMatchObject(fails('InvalidInputException'));
  });
});

describe('trust policies', () => {
  test.each([
    ['a user that does not exist', { AWS: 'arn:aws:iam::ACCOUNT:user/nobody' }],
    ['a role that does not exist', { AWS: ['arn:aws:iam::ACCOUNT:role/none'] }],
    ['an account that does not exist', { AWS: '999999999999' }],
    ['a wildcard in an ARN', { AWS: 'arn:aws:iam::ACCOUNT:user/*' }],
    ['a kind of principal that is none', { Robot: 'x' }],
    ['a service that is none', { Service: 'backup' }],
  ])('%s is refused as a principal', async (_what, principal) => {
    const document = trusting(principal).replace('ACCOUNT', accountId);
    await expect(role('Refused', { AssumeRolePolicyDocument: document })).rejects.toMatchObject(
      fails('MalformedPolicyDocumentException', /[Ii]nvalid principal/, 400),
    );
  });

  test('who is made anew under a trusted name is not trusted: the policy then shows the old unique id', async () => {
    const { User } = await user('Trusted');
    await role('Trusting', { AssumeRolePolicyDocument: trusting({ AWS: User?.Arn }) });
    const shown = async () => {
      const { Role } = await client.send(new iam.GetRoleCommand({ RoleName: 'Trusting' }));
      return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
    };
    expect(await shown()).toBe(trusting({ AWS: User?.Arn }));
    await client.send(new iam.DeleteUserCommand({ UserName: 'Trusted' }));
    await user('Trusted');
    expect(await shown()).toBe(trusting({ AWS: User?.UserId }));
  });
});

test.each([
  ['{', 'Syntax errors in policy.'],
  ['[]', 'Syntax errors in policy.'],
  ['{"Statement":[]}', 'Syntax errors in policy.'],
  ['{"Version":"2020-01-01","Statement":[]}', 'Policy document must be version 2012-10-17 or greater.'],
  ['{"Statement":{"Effect":"Allow","Resource":"*"}}', 'Policy statement must contain actions.'],
  ['{"Statement":{"Effect":"Allow","Action":"s3:Get"}}', 'Policy statement must contain resources.'],
  ['{"Statement":{"Effect":"Allow","Action":"GetObject","Resource":"*"}}', 'must be prefaced by a vendor'],
  ['{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"bucket"}}', 'must be in ARN format or "*"'],
  [
    '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}}',
    'Policy document should not specify a principal.',
  ],
  ['{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Extra":1}}', '"Extra" is not an element'],
  ['{"Statement":{"Effect":"Allow","Effect":"Deny","Action":"s3:*","Resource":"*"}}', 'Effect'],
])('the policy document %s is refused', async (PolicyDocument, message) => {
  await expect(
    client.send(new iam.CreatePolicyCommand({ PolicyName: 'Refused', PolicyDocument })),
  ).rejects.toMatchObject(fails('MalformedPolicyDocumentException', message, 400));
});

describe('managed policies', () => {
  test('a policy is made, read, attached, counted, and goes when it is detached', async () => {
    const document = allow("s3:Get*'()!");
    await expect(
      client.send(new iam.CreatePolicyCommand({ PolicyName: 'Own', PolicyDocument: document })),
    ).rejects.toMatchObject(fails('MalformedPolicyDocumentException'));
    const { Policy } = await client.send(
      new iam.CreatePolicyCommand({
        PolicyName: 'Own',
        Path: '/a/',
        Description: "it's",
        PolicyDocument: allow('s3:*'),
      }),
    );
    const PolicyArn = `arn:aws:iam::${accountId}:policy/a/Own`;
    expect(Policy).toMatchObject({ Arn: PolicyArn, DefaultVersionId: 'v1', AttachmentCount: 0, Description: "it's" });
    const { PolicyVersion } = await client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v1' }));
    expect(PolicyVersion?.Document).toBe(encodeURIComponent(allow('s3:*')).replaceAll('*', '%2A'));
    await user('Holder');
    await client.send(new iam.AttachUserPolicyCommand({ UserName: 'Holder', PolicyArn }));
    await client.send(new iam.AttachUserPolicyCommand({ UserName: 'Holder', PolicyArn }));
    const read = await client.send(new iam.GetPolicyCommand({ PolicyArn }));
    expect(read.Policy?.AttachmentCount).toBe(1);
    await expect(client.send(new iam.DeletePolicyCommand({ PolicyArn }))).rejects.toMatchObject(
      fails('DeleteConflictException', 'Cannot delete a policy attached to entities.', 409),
    );
    await client.send(new iam.DetachUserPolicyCommand({ UserName: 'Holder', PolicyArn }));
    await client.send(new iam.DeletePolicyCommand({ PolicyArn }));
    await expect(client.send(new iam.GetPolicyCommand({ PolicyArn }))).rejects.toMatchObject(
      fails('NoSuchEntityException', '', 404),
    );
  });

  test('a policy of another account is out of reach', async () => {
    const other = await server.createAccount();
    const theirs = server.client(iam.IAMClient, other);
    const { Policy } = await theirs.send(new iam.CreatePolicyCommand({ PolicyName: 'P', PolicyDocument: allow('*') }));
    const PolicyArn = Policy?.Arn ?? '';
    await user('Stranger');
    await expect(client.send(new iam.GetPolicyCommand({ PolicyArn }))).rejects.toMatchObject(
      fails('AccessDenied', 'because no resource-based policy allows', 403),
    );
    await expect(
      client.send(new iam.AttachUserPolicyCommand({ UserName: 'Stranger', PolicyArn })),
    ).rejects.toMatchObject(fails('NoSuchEntityException', 'does not exist or is not attachable', 404));
  });

  test('AWS managed policies exist, hold documents that we understand, and cannot be deleted', async () => {
    const { Policies } = await client.send(new iam.ListPoliciesCommand({ Scope: 'AWS', MaxItems: 1000 }));
    expect(Policies?.map(({ PolicyName }) => PolicyName)).toEqual(
      expect.arrayContaining(['AdministratorAccess', 'AWSBackupFullAccess', 'AWSOrganizationsReadOnlyAccess']),
    );
    for (const { Arn } of Policies ?? []) {
      const { PolicyVersion } = await client.send(new iam.GetPolicyVersionCommand({ PolicyArn: Arn, VersionId: 'v1' }));
      const copy = { PolicyName: 'Copy', PolicyDocument: decodeURIComponent(PolicyVersion?.Document ?? '') };
      const { Policy } = await client.send(new iam.CreatePolicyCommand(copy));
      await client.send(new iam.DeletePolicyCommand({ PolicyArn: Policy?.Arn }));
    }
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await expect(client.send(new iam.DeletePolicyCommand({ PolicyArn }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  test('pages of policies go on from AWS to own, each once', async () => {
    await client.send(new iam.CreatePolicyCommand({ PolicyName: 'ZOwn', PolicyDocument: allow('*') }));
    const { Policies: all } = await client.send(new iam.ListPoliciesCommand({ MaxItems: 1000 }));
    const names: (string | undefined)[] = [];
    for await (const { Policies } of iam.paginateListPolicies({ client, pageSize: 3 }, {})) {
      names.push(...(Policies ?? []).map(({ PolicyName }) => PolicyName));
    }
    expect(names).toEqual(all?.map(({ PolicyName }) => PolicyName));
    expect(names.at(-1)).toBe('ZOwn');
  });
});

describe('inline policies', () => {
  test('a policy is embedded, replaced, read URL-encoded, listed, removed', async () => {
    const UserName = 'Inline';
    const PolicyName = 'p';
    await user(UserName);
    const put = (PolicyDocument: string) =>
      client.send(new iam.PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
    await put(allow('a:b'));
    await put(allow('c:d'));
    const read = await client.send(new iam.GetUserPolicyCommand({ UserName, PolicyName }));
    expect(decodeURIComponent(read.PolicyDocument ?? '')).toBe(allow('c:d'));
    const { PolicyNames } = await client.send(new iam.ListUserPoliciesCommand({ UserName }));
    expect(PolicyNames).toEqual(['p']);
    await client.send(new iam.DeleteUserPolicyCommand({ UserName, PolicyName }));
    await expect(client.send(new iam.GetUserPolicyCommand({ UserName, PolicyName }))).rejects.toMatchObject(
      fails('NoSuchEntityException', 'The user policy with name p cannot be found.', 404),
    );
  });

  test('inline policies of a user have 2,048 characters together, whitespace not counted', async () => {
    const UserName = 'Full';
    await user(UserName);
    const statement = (chars: number) => allow(`s3:${'x'.repeat(chars)}`);
    const empty = statement(0).length;
    await client.send(
      new iam.PutUserPolicyCommand({ UserName, PolicyName: 'a', PolicyDocument: ` ${statement(2_048 - empty)}\n` }),
    );
    await expect(
      client.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: 'b', PolicyDocument: statement(1) })),
    ).rejects.toMatchObject(
      fails('LimitExceededException', 'Maximum policy size of 2048 bytes exceeded for user Full', 409),
    );
    expect((await client.send(new iam.ListUserPoliciesCommand({ UserName }))).PolicyNames).toEqual(['a']);
  });

  test('ten policies can be attached to a role, not eleven', async () => {
    await role('Ten');
    for (let number = 0; number < 11; number++) {
      const { Policy } = await client.send(
        new iam.CreatePolicyCommand({ PolicyName: `Ten${number}`, PolicyDocument: allow('*') }),
      );
      const attach = client.send(new iam.AttachRolePolicyCommand({ RoleName: 'Ten', PolicyArn: Policy?.Arn }));
      if (number < 10) await attach;
      else await expect(attach).rejects.toMatchObject(fails('LimitExceededException', 'PoliciesPerRole: 10', 409));
    }
  });
});

describe('users and access keys', () => {
  test('a user has two keys at most, each secret is shown once, and goes only without keys', async () => {
    const UserName = 'Keys';
    await user(UserName);
    const create = () => client.send(new iam.CreateAccessKeyCommand({ UserName }));
    const { AccessKey } = await create();
    expect(AccessKey).toMatchObject({ UserName, Status: 'Active', SecretAccessKey: expect.stringMatching(/^.{40}$/) });
    await create();
    await expect(create()).rejects.toMatchObject(fails('LimitExceededException', 'AccessKeysPerUser: 2', 409));
    const { AccessKeyMetadata } = await client.send(new iam.ListAccessKeysCommand({ UserName }));
    expect(AccessKeyMetadata).toHaveLength(2);
    expect(JSON.stringify(AccessKeyMetadata)).not.toContain(AccessKey?.SecretAccessKey);
    await expect(client.send(new iam.DeleteUserCommand({ UserName }))).rejects.toMatchObject(
      fails('DeleteConflictException', 'delete access keys first', 409),
    );
    for (const { AccessKeyId } of AccessKeyMetadata ?? []) {
      await client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    }
    await client.send(new iam.DeleteUserCommand({ UserName }));
  });

  test('without a name, key operations are about the calling user', async () => {
    const { AccessKeyMetadata } = await client.send(new iam.ListAccessKeysCommand());
    expect(AccessKeyMetadata?.map(({ UserName }) => UserName)).toContain('admin');
    expect((await client.send(new iam.GetUserCommand())).User?.UserName).toBe('admin');
  });

  test('a key of another user is not found', async () => {
    await user('KeyA');
    await user('KeyB');
    const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName: 'KeyA' }));
    const AccessKeyId = AccessKey?.AccessKeyId;
    await expect(
      client.send(new iam.UpdateAccessKeyCommand({ UserName: 'KeyB', AccessKeyId, Status: 'Inactive' })),
    ).rejects.toMatchObject(
      fails('NoSuchEntityException', `The Access Key with id ${AccessKeyId} cannot be found.`, 404),
    );
  });

  test('GetAccessKeyLastUsed knows when and for what a key was last used', async () => {
    const { accessKeyId: AccessKeyId } = server.management.credentials;
    await server.client(iam.IAMClient, { region: 'eu-central-1' }).send(new iam.GetUserCommand());
    await server.tick('identity');
    const used = await client.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId }));
    expect(used).toMatchObject({
      UserName: 'admin',
      AccessKeyLastUsed: { ServiceName: 'iam', Region: 'eu-central-1', LastUsedDate: expect.any(Date) },
    });
    const other = await server.createAccount();
    await expect(
      server.client(iam.IAMClient, other).send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('of users made at once under one name, one is made and the others are told that the name is taken', async () => {
    const attempts = await Promise.allSettled(Array.from({ length: 6 }, () => user('Racer')));
    const outcomes = attempts.map((one) => (one.status === 'fulfilled' ? 'made' : (one.reason as Error).name));
    expect(outcomes.toSorted()).toEqual([...Array<string>(5).fill('EntityAlreadyExistsException'), 'made']);
  });
});

describe('lists', () => {
  test('users below a path come in pages, each once, and a marker is bound to the path', async () => {
    for (const name of ['page-c', 'page-a', 'page-b']) await user(name, { Path: '/paged/' });
    const names: (string | undefined)[] = [];
    for await (const { Users } of iam.paginateListUsers({ client, pageSize: 1 }, { PathPrefix: '/paged/' })) {
      names.push(...(Users ?? []).map(({ UserName }) => UserName));
    }
    expect(names).toEqual(['page-a', 'page-b', 'page-c']);
    const { Marker } = await client.send(new iam.ListUsersCommand({ PathPrefix: '/paged/', MaxItems: 1 }));
    await expect(client.send(new iam.ListUsersCommand({ PathPrefix: '/', Marker }))).rejects.toMatchObject(
      fails('ValidationError', 'Invalid Marker.', 400),
    );
  });

  test.each([
    [0, 'greater than or equal to 1'],
    [1001, 'less than or equal to 1000'],
  ])('MaxItems %i is refused', async (MaxItems, message) => {
    await expect(client.send(new iam.ListUsersCommand({ MaxItems }))).rejects.toMatchObject(
      fails('ValidationError', message, 400),
    );
  });
});
