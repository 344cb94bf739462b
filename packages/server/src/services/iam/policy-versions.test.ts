/** Managed policies: their versions, who uses them, tags, and the filters of ListPolicies. */
import * as iam from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestServer, testServer } from '../../testing/server.ts';
import { allow, fails, trusting } from './testing/documents.ts';

let server: TestServer;
let client: iam.IAMClient;
beforeAll(async () => {
  server = await testServer();
  client = server.client(iam.IAMClient);
});
afterAll(() => server[Symbol.asyncDispose]());

const policyArn = (name: string): string => `arn:aws:iam::${server.management.accountId}:policy/${name}`;
async function policy(PolicyName: string, Path = '/'): Promise<string> {
  await client.send(new iam.CreatePolicyCommand({ PolicyName, Path, PolicyDocument: allow('v:one') }));
  return policyArn(`${Path.slice(1)}${PolicyName}`);
}
const version = (PolicyArn: string, action: string, SetAsDefault?: boolean) =>
  client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: allow(action), SetAsDefault }));
const removeVersion = (PolicyArn: string, VersionId: string) =>
  client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId }));
async function versions(PolicyArn: string): Promise<[string | undefined, boolean | undefined][]> {
  const { Versions } = await client.send(new iam.ListPolicyVersionsCommand({ PolicyArn }));
  return (Versions ?? []).map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]);
}

describe('versions', () => {
  test('are listed newest first without documents; each is read with its own', async () => {
    const PolicyArn = await policy('Versioned');
    const { PolicyVersion } = await version(PolicyArn, 'v:two');
    expect(PolicyVersion).toEqual({ VersionId: 'v2', IsDefaultVersion: false, CreateDate: expect.any(Date) });
    await version(PolicyArn, 'v:three', true);
    expect(await versions(PolicyArn)).toEqual([
      ['v3', true],
      ['v2', false],
      ['v1', false],
    ]);
    const documents: unknown[] = [];
    for (const VersionId of ['v1', 'v2', 'v3']) {
      const read = await client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId }));
      documents.push(decodeURIComponent(read.PolicyVersion?.Document ?? ''));
    }
    expect(documents).toEqual([allow('v:one'), allow('v:two'), allow('v:three')]);
    const { Policy } = await client.send(new iam.GetPolicyCommand({ PolicyArn }));
    expect(Policy?.DefaultVersionId).toBe('v3');
  });

  test('are five at most; the number of a deleted one is not given again', async () => {
    const PolicyArn = await policy('Full');
    for (const action of ['v:two', 'v:three', 'v:four', 'v:five']) await version(PolicyArn, action);
    await expect(version(PolicyArn, 'v:six')).rejects.toMatchObject(
      fails('LimitExceededException', 'A managed policy can have up to 5 versions.', 409),
    );
    await removeVersion(PolicyArn, 'v5');
    const { PolicyVersion } = await version(PolicyArn, 'v:six');
    expect(PolicyVersion?.VersionId).toBe('v6');
  });

  test('of one policy that are made at once get numbers of their own and stay five', async () => {
    const PolicyArn = await policy('Raced');
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => version(PolicyArn, 'v:race')));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect((await versions(PolicyArn)).map(([id]) => id)).toEqual(['v5', 'v4', 'v3', 'v2', 'v1']);
  });

  test('the default one stays: another has to become it first, and it then decides at once', async () => {
    const PolicyArn = await policy('Deciding');
    const UserName = 'Decided';
    await client.send(new iam.CreateUserCommand({ UserName }));
    await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn }));
    const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '' } = AccessKey ?? {};
    const decided = server.client(iam.IAMClient, { credentials: { accessKeyId, secretAccessKey } });
    const list = () => decided.send(new iam.ListUsersCommand());
    await version(PolicyArn, 'iam:ListUsers');
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(removeVersion(PolicyArn, 'v1')).rejects.toMatchObject(
      fails('DeleteConflictException', 'Cannot delete the default version of a policy.', 409),
    );
    await client.send(new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: 'v2' }));
    await expect(list()).resolves.toBeDefined();
    await removeVersion(PolicyArn, 'v1');
    expect(await versions(PolicyArn)).toEqual([['v2', true]]);
  });

  test('hold a policy until all but the default one are deleted', async () => {
    const PolicyArn = await policy('Held');
    await version(PolicyArn, 'v:two');
    const remove = () => client.send(new iam.DeletePolicyCommand({ PolicyArn }));
    await expect(remove()).rejects.toMatchObject(
      fails('DeleteConflictException', 'This policy has more than one version.', 409),
    );
    await removeVersion(PolicyArn, 'v2');
    await remove();
  });

  test('that do not exist are missing to everything that names them', async () => {
    const PolicyArn = await policy('Sparse');
    const named = { PolicyArn, VersionId: 'v9' };
    const missing = fails('NoSuchEntityException', `Policy ${PolicyArn} version v9 does not exist`, 404);
    await expect(client.send(new iam.GetPolicyVersionCommand(named))).rejects.toMatchObject(missing);
    await expect(client.send(new iam.DeletePolicyVersionCommand(named))).rejects.toMatchObject(missing);
    await expect(client.send(new iam.SetDefaultPolicyVersionCommand(named))).rejects.toMatchObject(missing);
  });

  test('of policies of AWS are one, which no account changes', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/AWSBackupFullAccess';
    expect(await versions(PolicyArn)).toEqual([['v1', true]]);
    await expect(version(PolicyArn, 'a:b')).rejects.toMatchObject(fails('AccessDenied', 'managed by AWS', 403));
    const Tags = [{ Key: 'k', Value: 'v' }];
    await expect(client.send(new iam.TagPolicyCommand({ PolicyArn, Tags }))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  test.each([
    ['that is not understood', allow('nonsense'), 'MalformedPolicyDocumentException', 'vendor'],
    ['of more than 6,144 characters', allow(`s3:${'x'.repeat(6_144)}`), 'LimitExceededException', 'PolicySize: 6144'],
  ])('with a document %s are refused', async (_what, PolicyDocument, name, message) => {
    const PolicyArn = policyArn('Sparse');
    await expect(client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument }))).rejects.toMatchObject(
      fails(name, message),
    );
  });
});

describe('at once', () => {
  const settled = async (...commands: readonly Promise<unknown>[]): Promise<string[]> =>
    (await Promise.allSettled(commands)).map(({ status }) => status);
  const ROUNDS = 5;

  test('a policy is deleted or attached, never both', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const PolicyArn = await policy(`Race${round}`);
      const UserName = `racer-${round}`;
      await client.send(new iam.CreateUserCommand({ UserName }));
      const outcome = await settled(
        client.send(new iam.DeletePolicyCommand({ PolicyArn })),
        client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn })),
      );
      expect(outcome.toSorted()).toEqual(['fulfilled', 'rejected']);
      const { AttachedPolicies } = await client.send(new iam.ListAttachedUserPoliciesCommand({ UserName }));
      expect(AttachedPolicies).toHaveLength(outcome[1] === 'fulfilled' ? 1 : 0);
    }
  });

  test('a user is deleted or joins a group, never both', async () => {
    await client.send(new iam.CreateGroupCommand({ GroupName: 'race' }));
    for (let round = 0; round < ROUNDS; round++) {
      const UserName = `joiner-${round}`;
      await client.send(new iam.CreateUserCommand({ UserName }));
      const outcome = await settled(
        client.send(new iam.DeleteUserCommand({ UserName })),
        client.send(new iam.AddUserToGroupCommand({ UserName, GroupName: 'race' })),
      );
      expect(outcome.toSorted()).toEqual(['fulfilled', 'rejected']);
      const { Users } = await client.send(new iam.GetGroupCommand({ GroupName: 'race' }));
      const members = Users?.map((member) => member.UserName) ?? [];
      expect(members.includes(UserName)).toBe(outcome[1] === 'fulfilled');
    }
  });
});

describe('who uses a policy', () => {
  let used: string;
  let bounding: string;
  beforeAll(async () => {
    used = await policy('Used', '/uses/');
    bounding = await policy('Bounding', '/uses/');
    await policy('Unused', '/uses/');
    await client.send(new iam.CreateGroupCommand({ GroupName: 'users-of-it', Path: '/team/' }));
    await client.send(new iam.AttachGroupPolicyCommand({ GroupName: 'users-of-it', PolicyArn: used }));
    for (const UserName of ['u-one', 'u-two']) {
      await client.send(new iam.CreateUserCommand({ UserName, PermissionsBoundary: bounding }));
      await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn: used }));
    }
    const AssumeRolePolicyDocument = trusting({ Service: 'backup.amazonaws.com' });
    await client.send(
      new iam.CreateRoleCommand({ RoleName: 'r-one', AssumeRolePolicyDocument, PermissionsBoundary: used }),
    );
  });

  async function entities(input: iam.ListEntitiesForPolicyCommandInput): Promise<(string | undefined)[]> {
    const names: (string | undefined)[] = [];
    for await (const page of iam.paginateListEntitiesForPolicy({ client, pageSize: 2 }, input)) {
      names.push(...(page.PolicyGroups ?? []).map(({ GroupName }) => GroupName));
      names.push(...(page.PolicyRoles ?? []).map(({ RoleName }) => RoleName));
      names.push(...(page.PolicyUsers ?? []).map(({ UserName }) => UserName));
    }
    return names;
  }

  test.each<[string, Omit<iam.ListEntitiesForPolicyCommandInput, 'PolicyArn'>, string[]]>([
    ['all of them, page by page', {}, ['users-of-it', 'r-one', 'u-one', 'u-two']],
    ['users alone', { EntityFilter: 'User' }, ['u-one', 'u-two']],
    ['those below a path', { PathPrefix: '/team/' }, ['users-of-it']],
    ['those whom it gives permissions', { PolicyUsageFilter: 'PermissionsPolicy' }, ['users-of-it', 'u-one', 'u-two']],
    ['those whom it bounds', { PolicyUsageFilter: 'PermissionsBoundary' }, ['r-one']],
    ['policies, which use none', { EntityFilter: 'LocalManagedPolicy' }, []],
  ])('can be asked: %s', async (_what, filter, expected) => {
    expect(await entities({ PolicyArn: used, ...filter })).toEqual(expected);
  });

  test('is counted, as permissions and as boundary, and holds the policy', async () => {
    const { Policy } = await client.send(new iam.GetPolicyCommand({ PolicyArn: used }));
    expect(Policy).toMatchObject({ AttachmentCount: 3, PermissionsBoundaryUsageCount: 1 });
    await expect(client.send(new iam.DeletePolicyCommand({ PolicyArn: bounding }))).rejects.toMatchObject(
      fails('DeleteConflictException', 'Cannot delete a policy attached to entities.', 409),
    );
  });

  test.each<[string, iam.ListPoliciesCommandInput, string[]]>([
    ['nothing but the path', {}, ['Bounding', 'Unused', 'Used']],
    ['what is attached', { OnlyAttached: true }, ['Used']],
    ['what gives permissions', { PolicyUsageFilter: 'PermissionsPolicy' }, ['Used']],
    ['what bounds', { PolicyUsageFilter: 'PermissionsBoundary' }, ['Bounding', 'Used']],
    ['what is attached and bounds', { PolicyUsageFilter: 'PermissionsBoundary', OnlyAttached: true }, ['Used']],
    ["AWS's own", { Scope: 'AWS' }, []],
  ])('policies are listed by %s', async (_what, filter, expected) => {
    const { Policies } = await client.send(new iam.ListPoliciesCommand({ PathPrefix: '/uses/', ...filter }));
    expect(Policies?.map(({ PolicyName }) => PolicyName)).toEqual(expected);
  });

  test("policies of AWS are listed as attached when somebody in the caller's account has them", async () => {
    const { Policies } = await client.send(new iam.ListPoliciesCommand({ Scope: 'AWS', OnlyAttached: true }));
    expect(Policies?.map(({ PolicyName }) => PolicyName)).toEqual([
      'AWSBackupServiceLinkedRolePolicyForBackup',
      'AWSBackupServiceRolePolicyForBackup',
      'AWSBackupServiceRolePolicyForRestores',
      'AdministratorAccess',
    ]);
  });
});
