/** A second one of everything that is listed, so that every list has a second page. */
import { IAMClient } from '@aws-sdk/client-iam';
import { systemRandom, uuid } from '@holdfast/kernel';
import { call, codeOf, type Input, type Target } from './wire-call.ts';
import { newDevice, type World } from './world.ts';

const TYPE_NAME = 'Holdfast::FileSystem::Directory';
/** A plan without its parts: one fault for each account that it reaches, and one for each part. */
const INCOMPLETE = { plans: { daily: { rules: { r: { start_backup_window_minutes: { '@@assign': 60 } } } } } };
/** ListTagsForResource has pages of twenty and takes no other size. */
const TAGS = 21;

export async function addSecondThings(world: World, targets: readonly Target[]): Promise<void> {
  const perform = performer(world, targets);
  await identities(world, perform);
  await devices(world, perform);
  await organization(world, perform);
  await backups(world, perform);
  await repeated(world);
  for (const path of ['/srv/second', '/srv/third']) {
    await perform('cloudcontrolapi:CreateResource', {
      TypeName: TYPE_NAME,
      DesiredState: JSON.stringify({ Path: path }),
    });
  }
}

type Perform = (name: string, input: Input) => Promise<string>;

/** Calls as the owner; answers the body. */
function performer({ server, owner }: World, targets: readonly Target[]): Perform {
  return async (name, input) => {
    const target = targets.find((each) => each.name === name);
    if (!target) throw new Error(`There is no operation ${name}.`);
    const answer = await call(target, input, { server, credentials: owner.credentials });
    if (codeOf(answer) !== 'Success') throw new Error(`${name}: ${answer.body}`);
    return answer.body;
  };
}

const document = (more: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });

async function identities(
  { things: { userName, roleName, groupName, iamPolicyArn, accountId } }: World,
  perform: Perform,
): Promise<void> {
  const PolicyDocument = document({ Action: 's3:GetObject', Resource: '*' });
  const AssumeRolePolicyDocument = document({
    Action: 'sts:AssumeRole',
    Principal: { Service: 'backup.amazonaws.com' },
  });
  const tags = [1, 2].map((n) => ({ Key: `key${n}`, Value: '' }));
  const PolicyArn = `arn:aws:iam::${accountId}:policy/second`;
  await perform('iam:CreatePolicy', { PolicyName: 'second', PolicyDocument });
  await perform('iam:CreateRole', { RoleName: 'second', AssumeRolePolicyDocument });
  await perform('iam:CreateAccessKey', { UserName: userName });
  await perform('iam:PutRolePolicy', { RoleName: roleName, PolicyName: 'second', PolicyDocument });
  await perform('iam:PutUserPolicy', { UserName: userName, PolicyName: 'second', PolicyDocument });
  await perform('iam:AttachRolePolicy', { RoleName: roleName, PolicyArn });
  await perform('iam:AttachUserPolicy', { UserName: userName, PolicyArn });
  await perform('iam:TagRole', { RoleName: roleName, Tags: tags });
  await perform('iam:TagUser', { UserName: userName, Tags: tags });
  await perform('iam:TagPolicy', { PolicyArn: iamPolicyArn, Tags: tags });
  await perform('iam:CreatePolicyVersion', { PolicyArn: iamPolicyArn, PolicyDocument });
  await perform('iam:CreateUser', { UserName: 'second' });
  await perform('iam:CreateGroup', { GroupName: 'second' });
  await perform('iam:AddUserToGroup', { GroupName: 'second', UserName: userName });
  await perform('iam:AddUserToGroup', { GroupName: groupName, UserName: 'second' });
  await perform('iam:AttachGroupPolicy', { GroupName: groupName, PolicyArn });
  await perform('iam:PutGroupPolicy', { GroupName: groupName, PolicyName: 'second', PolicyDocument });
}

async function devices({ server, owner, things: { userName, mfaSerial } }: World, perform: Perform): Promise<void> {
  await newDevice(server, server.client(IAMClient, owner), { name: 'second', userName });
  await perform('iam:CreateVirtualMFADevice', { VirtualMFADeviceName: 'third' });
  await perform('iam:TagMFADevice', {
    SerialNumber: mfaSerial,
    Tags: [1, 2].map((n) => ({ Key: `key${n}`, Value: '' })),
  });
}

async function organization({ server, owner, things }: World, perform: Perform): Promise<void> {
  const { rootId, unitId, memberId, orgPolicyId } = things;
  const Tags = Array.from({ length: TAGS }, (_, n) => ({ Key: `key${n}`, Value: '' }));
  await perform('organizations:TagResource', { ResourceId: unitId, Tags });
  await perform('organizations:CreateOrganizationalUnit', { ParentId: rootId, Name: 'second' });
  await perform('organizations:CreateAccount', { AccountName: 'second', Email: 'second@members.test' });
  await server.tick('accounts');
  const accounts = [...(await perform('organizations:ListAccounts', {})).matchAll(/"Id":"(\d{12})"/g)].map(
    ([, id]) => id,
  );
  const ServicePrincipal = 'config.amazonaws.com';
  await perform('organizations:EnableAWSServiceAccess', { ServicePrincipal });
  await perform('organizations:RegisterDelegatedAdministrator', { AccountId: memberId, ServicePrincipal });
  for (const AccountId of accounts.filter((id) => id !== owner.accountId)) {
    await perform('organizations:RegisterDelegatedAdministrator', {
      AccountId,
      ServicePrincipal: 'backup.amazonaws.com',
    });
  }
  const created = await perform('organizations:CreatePolicy', {
    Type: 'BACKUP_POLICY',
    Name: 'second',
    Description: '',
    Content: JSON.stringify(INCOMPLETE),
  });
  const PolicyId = /"Id":"(p-\w+)"/.exec(created)?.[1];
  for (const TargetId of [rootId, unitId]) await perform('organizations:AttachPolicy', { PolicyId, TargetId });
  await perform('organizations:AttachPolicy', { PolicyId: orgPolicyId, TargetId: rootId });
  await perform('organizations:InviteAccountToOrganization', { Target: { Type: 'EMAIL', Id: 'second@guests.test' } });
  await server.tick('publisher');
}

async function backups({ things }: World, perform: Perform): Promise<void> {
  const { accountId, planId, vaultName, vaultArn, resourceArn, recoveryPointArn, copyVaultArn } = things;
  const IamRoleArn = `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`;
  const plan = (BackupPlanName: string) => ({
    BackupPlan: { BackupPlanName, Rules: [{ RuleName: 'second', TargetBackupVaultName: vaultName }] },
  });
  await perform('backup:CreateBackupPlan', plan('second'));
  await perform('backup:UpdateBackupPlan', { BackupPlanId: planId, ...plan('again') });
  await perform('backup:TagResource', { ResourceArn: vaultArn, Tags: { one: '', two: '' } });
  await perform('backup:CreateBackupSelection', {
    BackupPlanId: planId,
    BackupSelection: { SelectionName: 'second', IamRoleArn, Resources: [resourceArn] },
  });
  await perform('backup:StartBackupJob', { BackupVaultName: vaultName, ResourceArn: resourceArn, IamRoleArn });
  const point = { RecoveryPointArn: recoveryPointArn, IamRoleArn };
  await perform('backup:StartRestoreJob', { ...point, Metadata: { newFileSystem: 'true' } });
  await perform('backup:StartCopyJob', {
    ...point,
    SourceBackupVaultName: vaultName,
    DestinationBackupVaultArn: copyVaultArn,
  });
}

/** What only a repository or a job makes: rows like those that are there. */
async function repeated({ server: { installation }, things }: World): Promise<void> {
  const { vaultName, recoveryPointArn, accountId, resourceArn } = things;
  const { db } = installation;
  const vault = await db
    .selectFrom('backup_vault')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('name', '=', vaultName)
    .executeTakeFirstOrThrow();
  await db
    .insertInto('backup_vault')
    .values({ ...vault, id: uuid(systemRandom), name: 'second' })
    .execute();
  const point = await db
    .selectFrom('recovery_point')
    .selectAll()
    .where('arn', '=', recoveryPointArn)
    .executeTakeFirstOrThrow();
  const others = [resourceArn, `${resourceArn}0`].map((resource_arn, n) => ({
    ...point,
    arn: `${recoveryPointArn.slice(0, -2)}${n}${n}`,
    resource_arn,
  }));
  await db.insertInto('recovery_point').values(others).execute();
}
