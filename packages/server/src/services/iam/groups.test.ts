/** Groups: their own life, who is in them, and that their policies are their members'. */
import * as iam from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Credentials, type TestServer, testServer } from '../../testing/server.ts';
import { allow, fails } from './testing/documents.ts';

let server: TestServer;
let client: iam.IAMClient;
let accountId: string;
beforeAll(async () => {
  server = await testServer();
  client = server.client(iam.IAMClient);
  accountId = server.management.accountId;
});
afterAll(() => server[Symbol.asyncDispose]());

const group = (GroupName: string, Path?: string) => client.send(new iam.CreateGroupCommand({ GroupName, Path }));
const user = (UserName: string) => client.send(new iam.CreateUserCommand({ UserName }));
const join = (UserName: string, GroupName: string) =>
  client.send(new iam.AddUserToGroupCommand({ UserName, GroupName }));
const leave = (UserName: string, GroupName: string) =>
  client.send(new iam.RemoveUserFromGroupCommand({ UserName, GroupName }));

async function credentialsOf(UserName: string): Promise<Credentials> {
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

describe('a group', () => {
  test('is answered as it was made; its name is taken whatever the letter case', async () => {
    const { Group } = await group('Admins', '/ops/');
    expect(Group).toEqual({
      Path: '/ops/',
      GroupName: 'Admins',
      GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
      Arn: `arn:aws:iam::${accountId}:group/ops/Admins`,
      CreateDate: expect.any(Date),
    });
    expect((await client.send(new iam.GetGroupCommand({ GroupName: 'admins' }))).Group).toEqual(Group);
    await expect(group('ADMINS')).rejects.toMatchObject(
      fails('EntityAlreadyExistsException', 'Group with name ADMINS already exists.', 409),
    );
  });

  test('that is renamed and moved keeps id, members and policies', async () => {
    const { Group } = await group('Before');
    await group('Occupied');
    await user('Stays');
    await join('Stays', 'Before');
    const rename = (NewGroupName: string) =>
      client.send(new iam.UpdateGroupCommand({ GroupName: 'Before', NewGroupName, NewPath: '/moved/' }));
    await expect(rename('occupied')).rejects.toMatchObject(fails('EntityAlreadyExistsException', 'occupied'));
    await rename('After');
    const after = await client.send(new iam.GetGroupCommand({ GroupName: 'After' }));
    expect(after.Group).toMatchObject({
      GroupId: Group?.GroupId,
      Arn: `arn:aws:iam::${accountId}:group/moved/After`,
    });
    expect(after.Users?.map(({ UserName }) => UserName)).toEqual(['Stays']);
    await expect(client.send(new iam.GetGroupCommand({ GroupName: 'Before' }))).rejects.toMatchObject(
      fails('NoSuchEntityException', 'The group with name Before cannot be found.', 404),
    );
  });

  test('goes only without members and policies, and holds its users until they left', async () => {
    const GroupName = 'Laden';
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await group(GroupName);
    await user('Member');
    await join('Member', GroupName);
    await client.send(new iam.AttachGroupPolicyCommand({ GroupName, PolicyArn }));
    await client.send(new iam.PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument: allow('*') }));
    const remove = () => client.send(new iam.DeleteGroupCommand({ GroupName }));
    const refused = (message: string) => fails('DeleteConflictException', `Cannot delete entity, must ${message}`, 409);
    await expect(remove()).rejects.toMatchObject(refused('remove users from group first.'));
    await expect(client.send(new iam.DeleteUserCommand({ UserName: 'Member' }))).rejects.toMatchObject(
      refused('remove users from group first.'),
    );
    await leave('Member', GroupName);
    await expect(remove()).rejects.toMatchObject(refused('detach all policies first.'));
    await client.send(new iam.DetachGroupPolicyCommand({ GroupName, PolicyArn }));
    await expect(remove()).rejects.toMatchObject(refused('delete policies first.'));
    await client.send(new iam.DeleteGroupPolicyCommand({ GroupName, PolicyName: 'p' }));
    await remove();
    await client.send(new iam.DeleteUserCommand({ UserName: 'Member' }));
  });

  test('has its policies read, listed and counted like those of users and roles', async () => {
    const GroupName = 'Read';
    const PolicyArn = 'arn:aws:iam::aws:policy/SecurityAudit';
    await group(GroupName);
    await client.send(new iam.AttachGroupPolicyCommand({ GroupName, PolicyArn }));
    await client.send(new iam.PutGroupPolicyCommand({ GroupName, PolicyName: 'p', PolicyDocument: allow('a:b') }));
    const attached = await client.send(new iam.ListAttachedGroupPoliciesCommand({ GroupName }));
    expect(attached.AttachedPolicies).toEqual([{ PolicyName: 'SecurityAudit', PolicyArn }]);
    expect((await client.send(new iam.ListGroupPoliciesCommand({ GroupName }))).PolicyNames).toEqual(['p']);
    const inline = await client.send(new iam.GetGroupPolicyCommand({ GroupName, PolicyName: 'p' }));
    expect(inline).toMatchObject({
      GroupName,
      PolicyName: 'p',
      PolicyDocument: encodeURIComponent(allow('a:b')).replace('*', '%2A'),
    });
    await expect(client.send(new iam.GetGroupPolicyCommand({ GroupName, PolicyName: 'none' }))).rejects.toMatchObject(
      fails('NoSuchEntityException', 'The group policy with name none cannot be found.', 404),
    );
    const { Policy } = await client.send(new iam.GetPolicyCommand({ PolicyArn }));
    expect(Policy?.AttachmentCount).toBe(1);
  });

  test('has room for 5,120 characters of inline policies', async () => {
    await group('Full');
    const put = (PolicyName: string, chars: number) =>
      client.send(
        new iam.PutGroupPolicyCommand({
          GroupName: 'Full',
          PolicyName,
          PolicyDocument: allow(`s3:${'x'.repeat(chars)}`),
        }),
      );
    await put('a', 5_120 - allow('s3:').length);
    await expect(put('b', 1)).rejects.toMatchObject(
      fails('LimitExceededException', 'Maximum policy size of 5120 bytes exceeded for group Full', 409),
    );
  });
});

describe('members', () => {
  test('join once however often they are added, are listed from both sides, and leave', async () => {
    for (const name of ['g-one', 'g-two']) await group(name);
    await user('Joiner');
    for (const name of ['g-two', 'g-one', 'g-one']) await join('Joiner', name);
    const groupsOf = async () => {
      const { Groups } = await client.send(new iam.ListGroupsForUserCommand({ UserName: 'Joiner' }));
      return Groups?.map(({ GroupName }) => GroupName);
    };
    expect(await groupsOf()).toEqual(['g-one', 'g-two']);
    await leave('Joiner', 'g-two');
    expect(await groupsOf()).toEqual(['g-one']);
    await expect(leave('Joiner', 'g-two')).rejects.toMatchObject(fails('NoSuchEntityException', 'Joiner', 404));
  });

  test('of a group come in pages, each once', async () => {
    await group('Paged');
    for (const name of ['p-c', 'p-a', 'p-b']) {
      await user(name);
      await join(name, 'Paged');
    }
    const names: (string | undefined)[] = [];
    for await (const { Users } of iam.paginateGetGroup({ client, pageSize: 2 }, { GroupName: 'Paged' })) {
      names.push(...(Users ?? []).map(({ UserName }) => UserName));
    }
    expect(names).toEqual(['p-a', 'p-b', 'p-c']);
  });

  test('are in ten groups at most', async () => {
    await user('Social');
    for (let number = 0; number < 11; number++) {
      await group(`circle-${number}`);
      const joining = join('Social', `circle-${number}`);
      if (number < 10) await joining;
      else await expect(joining).rejects.toMatchObject(fails('LimitExceededException', 'GroupsPerUser: 10', 409));
    }
  });

  test.each([
    ['of a user that does not exist', 'Nobody', 'circle-0', 'The user with name Nobody cannot be found.'],
    ['of a group that does not exist', 'Social', 'nowhere', 'The group with name nowhere cannot be found.'],
  ])('membership %s is refused', async (_what, UserName, GroupName, message) => {
    await expect(join(UserName, GroupName)).rejects.toMatchObject(fails('NoSuchEntityException', message, 404));
  });
});

describe("a group's policies", () => {
  test('are in force for members from the next request on, and no longer once they left', async () => {
    await group('Listers');
    await user('Grace');
    const grace = server.client(iam.IAMClient, { credentials: await credentialsOf('Grace') });
    const list = () => grace.send(new iam.ListUsersCommand());
    const name = { GroupName: 'Listers', PolicyName: 'inline' };
    await expect(list()).rejects.toMatchObject(fails('AccessDenied', 'because no identity-based policy allows'));
    await join('Grace', 'Listers');
    await client.send(new iam.PutGroupPolicyCommand({ ...name, PolicyDocument: allow('iam:ListUsers') }));
    await expect(list()).resolves.toBeDefined();
    await client.send(new iam.DeleteGroupPolicyCommand(name));
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' });
    const attachment = { GroupName: 'Listers', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' };
    await client.send(new iam.AttachGroupPolicyCommand(attachment));
    await expect(list()).resolves.toBeDefined();
    await leave('Grace', 'Listers');
    await expect(list()).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('that deny win over what the member itself is allowed', async () => {
    await group('Denied');
    await user('Dan');
    await client.send(
      new iam.AttachUserPolicyCommand({ UserName: 'Dan', PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }),
    );
    await join('Dan', 'Denied');
    const PolicyDocument = allow('iam:ListUsers', { Effect: 'Deny' });
    await client.send(new iam.PutGroupPolicyCommand({ GroupName: 'Denied', PolicyName: 'deny', PolicyDocument }));
    const dan = server.client(iam.IAMClient, { credentials: await credentialsOf('Dan') });
    await expect(dan.send(new iam.ListUsersCommand())).rejects.toMatchObject(
      fails('AccessDenied', 'with an explicit deny in an identity-based policy', 403),
    );
    await expect(dan.send(new iam.ListGroupsCommand())).resolves.toBeDefined();
  });

  test('reach no further than the boundary of the member', async () => {
    await group('Bounded');
    await user('Bea');
    await client.send(
      new iam.AttachGroupPolicyCommand({
        GroupName: 'Bounded',
        PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      }),
    );
    await join('Bea', 'Bounded');
    const bea = server.client(iam.IAMClient, { credentials: await credentialsOf('Bea') });
    await expect(bea.send(new iam.ListUsersCommand())).resolves.toBeDefined();
    const boundary = { UserName: 'Bea', PermissionsBoundary: 'arn:aws:iam::aws:policy/AWSOrganizationsReadOnlyAccess' };
    await client.send(new iam.PutUserPermissionsBoundaryCommand(boundary));
    await expect(bea.send(new iam.ListUsersCommand())).rejects.toMatchObject(
      fails('AccessDenied', 'because no permissions boundary allows', 403),
    );
  });
});
