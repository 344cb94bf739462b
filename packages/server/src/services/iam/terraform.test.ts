/**
 * The calls that Terraform's AWS provider makes for IAM's resources, in its order: from creation over changes to
 * destruction, `force_destroy` included. None of them may be not implemented.
 */
import * as iam from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestServer, testServer } from '../../testing/server.ts';
import { allow, trusting } from './testing/documents.ts';

let server: TestServer;
let client: iam.IAMClient;
let accountId: string;
beforeAll(async () => {
  server = await testServer();
  client = server.client(iam.IAMClient);
  accountId = server.management.accountId;
});
afterAll(() => server[Symbol.asyncDispose]());

const gone = { name: 'NoSuchEntityException' };
const backupTrust = trusting({ Service: 'backup.amazonaws.com' });

test('aws_iam_policy: a sixth document replaces the oldest version, and the end takes all of them', async () => {
  const { Policy } = await client.send(new iam.CreatePolicyCommand({ PolicyName: 'p', PolicyDocument: allow('v:1') }));
  const PolicyArn = Policy?.Arn;
  const versions = async () => (await client.send(new iam.ListPolicyVersionsCommand({ PolicyArn }))).Versions ?? [];
  for (const action of ['v:2', 'v:3', 'v:4', 'v:5', 'v:6']) {
    const all = await versions();
    if (all.length === 5) {
      const { VersionId } = all.filter(({ IsDefaultVersion }) => !IsDefaultVersion).at(-1) ?? {};
      await client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId }));
    }
    const PolicyDocument = allow(action);
    await client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
  }
  expect((await versions()).map(({ VersionId }) => VersionId)).toEqual(['v6', 'v5', 'v4', 'v3', 'v2']);
  const read = await client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: 'v6' }));
  expect(decodeURIComponent(read.PolicyVersion?.Document ?? '')).toBe(allow('v:6'));
  for (const { VersionId, IsDefaultVersion } of await versions()) {
    if (!IsDefaultVersion) await client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  }
  await client.send(new iam.DeletePolicyCommand({ PolicyArn }));
  await expect(client.send(new iam.GetPolicyCommand({ PolicyArn }))).rejects.toMatchObject(gone);
});

test('aws_iam_role with force_detach_policies', async () => {
  const RoleName = 'r';
  await client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: backupTrust }));
  await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: 'i', PolicyDocument: allow('*') }));
  await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }));
  await client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: backupTrust }));
  await client.send(new iam.UpdateRoleCommand({ RoleName, Description: 'd', MaxSessionDuration: 7200 }));
  await client.send(new iam.TagRoleCommand({ RoleName, Tags: [{ Key: 'k', Value: 'v' }] }));
  const { Role } = await client.send(new iam.GetRoleCommand({ RoleName }));
  expect(Role).toMatchObject({ Description: 'd', MaxSessionDuration: 7200, Tags: [{ Key: 'k', Value: 'v' }] });
  expect((await client.send(new iam.ListInstanceProfilesForRoleCommand({ RoleName }))).InstanceProfiles).toEqual([]);
  const { AttachedPolicies } = await client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }));
  for (const { PolicyArn } of AttachedPolicies ?? []) {
    await client.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }));
  }
  const { PolicyNames } = await client.send(new iam.ListRolePoliciesCommand({ RoleName }));
  for (const PolicyName of PolicyNames ?? []) {
    await client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName }));
  }
  await client.send(new iam.DeleteRoleCommand({ RoleName }));
  await expect(client.send(new iam.GetRoleCommand({ RoleName }))).rejects.toMatchObject(gone);
});

test('aws_iam_user with force_destroy, aws_iam_group and its membership, aws_iam_access_key', async () => {
  const UserName = 'u';
  const GroupName = 'g';
  await client.send(new iam.CreateUserCommand({ UserName, Path: '/' }));
  await client.send(new iam.CreateGroupCommand({ GroupName }));
  await client.send(new iam.AddUserToGroupCommand({ UserName, GroupName }));
  const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
  await client.send(new iam.CreateLoginProfileCommand({ UserName, Password: 'correct horse battery' }));
  await client.send(new iam.UpdateGroupCommand({ GroupName, NewPath: '/g/' }));
  await client.send(new iam.UpdateUserCommand({ UserName, NewPath: '/u/' }));
  expect((await client.send(new iam.GetUserCommand({ UserName }))).User?.Arn).toBe(
    `arn:aws:iam::${accountId}:user/u/u`,
  );

  const { Groups } = await client.send(new iam.ListGroupsForUserCommand({ UserName }));
  expect(Groups?.map((group) => group.Arn)).toEqual([`arn:aws:iam::${accountId}:group/g/g`]);
  await client.send(new iam.RemoveUserFromGroupCommand({ UserName, GroupName }));
  const { AccessKeyMetadata } = await client.send(new iam.ListAccessKeysCommand({ UserName }));
  expect(AccessKeyMetadata?.map(({ AccessKeyId }) => AccessKeyId)).toEqual([AccessKey?.AccessKeyId]);
  await client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId: AccessKey?.AccessKeyId }));
  expect((await client.send(new iam.ListSSHPublicKeysCommand({ UserName }))).SSHPublicKeys).toEqual([]);
  await client.send(new iam.ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }));
  expect((await client.send(new iam.ListMFADevicesCommand({ UserName }))).MFADevices).toEqual([]);
  await client.send(new iam.DeleteLoginProfileCommand({ UserName }));
  expect((await client.send(new iam.ListSigningCertificatesCommand({ UserName }))).Certificates).toEqual([]);
  const specific = await client.send(new iam.ListServiceSpecificCredentialsCommand({ UserName }));
  expect(specific.ServiceSpecificCredentials).toEqual([]);
  await client.send(new iam.DeleteUserCommand({ UserName }));
  await client.send(new iam.DeleteGroupCommand({ GroupName }));
  await expect(client.send(new iam.GetLoginProfileCommand({ UserName }))).rejects.toMatchObject(gone);
  await expect(client.send(new iam.GetGroupCommand({ GroupName }))).rejects.toMatchObject(gone);
});

test('aws_iam_service_linked_role, with a description that changes', async () => {
  const { Role } = await client.send(
    new iam.CreateServiceLinkedRoleCommand({ AWSServiceName: 'organizations.amazonaws.com', Description: 'one' }),
  );
  const RoleName = Role?.RoleName;
  await client.send(new iam.UpdateRoleCommand({ RoleName, Description: 'two' }));
  expect((await client.send(new iam.GetRoleCommand({ RoleName }))).Role?.Description).toBe('two');
  const { DeletionTaskId } = await client.send(new iam.DeleteServiceLinkedRoleCommand({ RoleName }));
  const { Status } = await client.send(new iam.GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }));
  expect(Status).toBe('SUCCEEDED');
});
