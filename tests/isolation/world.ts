/**
 * An organization that has one of everything, made through the API by official clients; what takes a repository or an
 * agent is put into the store, as a job would. All that can be named or described carries the word that tells a leak.
 */
import * as backup from '@aws-sdk/client-backup';
import * as cloudcontrol from '@aws-sdk/client-cloudcontrol';
import * as iam from '@aws-sdk/client-iam';
import * as organizations from '@aws-sdk/client-organizations';
import { present, SECOND_MS, systemRandom, uuid } from '@holdfast/kernel';
import { codeAt } from '../../packages/server/src/sign-in/testing/authenticator.ts';
import { insertRecoveryPoint } from '../../packages/server/src/store/recovery-points.ts';
import { insertVault } from '../../packages/server/src/store/vaults.ts';
import type { TestAccount, TestServer } from '../../packages/server/src/testing/server.ts';
import type { Things } from './inputs.ts';

export interface World {
  readonly server: TestServer;
  /** Of the management account. */
  readonly owner: TestAccount;
  readonly member: TestAccount;
  readonly things: Things;
}

const REGION = 'us-east-1';
const TYPE = 'BACKUP_POLICY';
/** One-time codes change after this time. */
const CODE_MS = 30 * SECOND_MS;
const SERVICE = 'backup.amazonaws.com';

/** `word` stands in every name, description, tag, address and document. */
export async function buildWorld(server: TestServer, owner: TestAccount, word: string): Promise<World> {
  const making: Making = { server, owner, word, accountId: owner.accountId };
  const organization = await makeOrganization(making);
  const identities = await makeIdentities(making);
  const resources = await makeResource(making);
  const backups = await makeBackups(making, resources.resourceArn);
  const free = {
    freeDeviceName: `${word}-new-device`,
    freeGroupName: `${word}-new-group`,
    freeRoleName: `${word}-new-role`,
    freeUserName: `${word}-new-user`,
  };
  const things: Things = {
    accountId: owner.accountId,
    callerKeyId: owner.credentials.accessKeyId,
    ...organization,
    ...identities,
    ...resources,
    ...backups,
    ...free,
  };
  return { server, owner, member: await server.adminOf(things.memberId), things };
}

interface Making {
  readonly server: TestServer;
  readonly owner: TestAccount;
  readonly word: string;
  readonly accountId: string;
}

const document = (more: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
const text = (value: string | undefined): string => present(value, 'a text in the answer');

async function makeOrganization({ server, owner: { credentials }, word }: Making) {
  const client = server.client(organizations.OrganizationsClient, { credentials });
  const tags = [{ Key: word, Value: word }];
  await client.send(new organizations.CreateOrganizationCommand({}));
  const { Roots: roots } = await client.send(new organizations.ListRootsCommand({}));
  const rootId = text(roots?.[0]?.Id);
  await client.send(new organizations.EnablePolicyTypeCommand({ RootId: rootId, PolicyType: TYPE }));
  const unit = await client.send(
    new organizations.CreateOrganizationalUnitCommand({ ParentId: rootId, Name: `${word} unit`, Tags: tags }),
  );
  const unitId = text(unit.OrganizationalUnit?.Id);
  const Content = JSON.stringify({ plans: { [word]: {} } });
  const policy = await client.send(
    new organizations.CreatePolicyCommand({
      Type: TYPE,
      Name: `${word} policy`,
      Description: word,
      Content,
      Tags: tags,
    }),
  );
  const orgPolicyId = text(policy.Policy?.PolicySummary?.Id);
  await client.send(new organizations.AttachPolicyCommand({ PolicyId: orgPolicyId, TargetId: unitId }));
  const email = `${word}@members.test`;
  const created = await client.send(
    new organizations.CreateAccountCommand({ AccountName: `${word} member`, Email: email, Tags: tags }),
  );
  const createAccountRequestId = text(created.CreateAccountStatus?.Id);
  await server.tick('accounts');
  const { CreateAccountStatus: status } = await client.send(
    new organizations.DescribeCreateAccountStatusCommand({ CreateAccountRequestId: createAccountRequestId }),
  );
  const memberId = text(status?.AccountId);
  await client.send(new organizations.EnableAWSServiceAccessCommand({ ServicePrincipal: SERVICE }));
  const invited = await client.send(
    new organizations.InviteAccountToOrganizationCommand({
      Target: { Type: 'EMAIL', Id: `guest-of-${word}@example.test` },
      Notes: word,
    }),
  );
  await server.tick('publisher');
  return {
    rootId,
    unitId,
    orgPolicyId,
    email,
    createAccountRequestId,
    memberId,
    handshakeId: text(invited.Handshake?.Id),
    transferId: `rt-${word}01`,
  };
}

async function makeIdentities({ server, owner: { credentials }, word, accountId }: Making) {
  const client = server.client(iam.IAMClient, { credentials });
  const [userName, roleName, inlinePolicyName] = [`${word}-user`, `${word}-role`, `${word}-inline`];
  const [groupName, accountAlias] = [`${word}-group`, `${word}-alias`];
  const Tags = [{ Key: word, Value: word }];
  const PolicyDocument = document({ Sid: word, Action: 's3:GetObject', Resource: '*' });
  const { User: user } = await client.send(new iam.CreateUserCommand({ UserName: userName, Tags }));
  await client.send(new iam.CreateAccountAliasCommand({ AccountAlias: accountAlias }));
  await client.send(new iam.PutUserPolicyCommand({ UserName: userName, PolicyName: inlinePolicyName, PolicyDocument }));
  const { AccessKey: key } = await client.send(new iam.CreateAccessKeyCommand({ UserName: userName }));
  const AssumeRolePolicyDocument = document({
    Action: 'sts:AssumeRole',
    Principal: { Service: SERVICE, AWS: `arn:aws:iam::${accountId}:root` },
  });
  const { Role: role } = await client.send(
    new iam.CreateRoleCommand({ RoleName: roleName, AssumeRolePolicyDocument, Description: word, Tags }),
  );
  await client.send(new iam.PutRolePolicyCommand({ RoleName: roleName, PolicyName: inlinePolicyName, PolicyDocument }));
  const { Policy: policy } = await client.send(
    new iam.CreatePolicyCommand({ PolicyName: `${word}-policy`, Description: word, PolicyDocument, Tags }),
  );
  const iamPolicyArn = text(policy?.Arn);
  await client.send(new iam.AttachRolePolicyCommand({ RoleName: roleName, PolicyArn: iamPolicyArn }));
  await client.send(new iam.AttachUserPolicyCommand({ UserName: userName, PolicyArn: iamPolicyArn }));
  await client.send(new iam.CreateGroupCommand({ GroupName: groupName }));
  await client.send(new iam.AddUserToGroupCommand({ GroupName: groupName, UserName: userName }));
  await client.send(new iam.AttachGroupPolicyCommand({ GroupName: groupName, PolicyArn: iamPolicyArn }));
  await client.send(
    new iam.PutGroupPolicyCommand({ GroupName: groupName, PolicyName: inlinePolicyName, PolicyDocument }),
  );
  const { DeletionTaskId: deletionTaskId } = await client.send(
    new iam.DeleteServiceLinkedRoleCommand({ RoleName: 'AWSServiceRoleForBackup' }),
  );
  await client.send(new iam.CreateLoginProfileCommand({ UserName: userName, Password: `${word}-Password-1` }));
  return {
    userName,
    oidcProviderArn: `arn:aws:iam::${accountId}:oidc-provider/${word}.test`,
    mfaSerial: await newDevice(server, client, { name: `${word}-device`, userName }),
    userArn: text(user?.Arn),
    accountAlias,
    groupName,
    deletionTaskId: text(deletionTaskId),
    roleName,
    inlinePolicyName,
    iamPolicyArn,
    roleArn: text(role?.Arn),
    accessKeyId: text(key?.AccessKeyId),
  };
}

interface Device {
  readonly name: string;
  readonly userName: string;
}

/** The serial number of a device that the user has from now on. */
export async function newDevice(server: TestServer, client: iam.IAMClient, device: Device): Promise<string> {
  const { VirtualMFADevice: made } = await client.send(
    new iam.CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: device.name }),
  );
  const seed = Buffer.from(present(made?.Base32StringSeed, 'the seed')).toString();
  const now = server.installation.clock.now();
  const SerialNumber = text(made?.SerialNumber);
  await client.send(
    new iam.EnableMFADeviceCommand({
      UserName: device.userName,
      SerialNumber,
      AuthenticationCode1: codeAt(seed, now - CODE_MS),
      AuthenticationCode2: codeAt(seed, now),
    }),
  );
  return SerialNumber;
}

async function makeResource({ server, owner: { credentials }, word }: Making) {
  const client = server.client(cloudcontrol.CloudControlClient, { credentials });
  const clientToken = `${word}-client-token`;
  const { ProgressEvent: progress } = await client.send(
    new cloudcontrol.CreateResourceCommand({
      TypeName: 'Holdfast::FileSystem::Directory',
      ClientToken: clientToken,
      DesiredState: JSON.stringify({ Path: `/srv/${word}`, Tags: [{ Key: word, Value: word }] }),
    }),
  );
  const resourceIdentifier = text(progress?.Identifier);
  const described = await client.send(
    new cloudcontrol.GetResourceCommand({
      TypeName: 'Holdfast::FileSystem::Directory',
      Identifier: resourceIdentifier,
    }),
  );
  const { Arn } = JSON.parse(text(described.ResourceDescription?.Properties)) as { Arn: string };
  return { clientToken, resourceIdentifier, resourceArn: Arn, requestToken: text(progress?.RequestToken) };
}

async function makeBackups(making: Making, resourceArn: string) {
  const { server, owner, word, accountId } = making;
  const client = server.client(backup.BackupClient, owner);
  const { vaultName, vaultArn } = await makeVault(making);
  const IamRoleArn = `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`;
  const creatorRequestId = `${word}-creator-request`;
  const idempotencyToken = `${word}-idempotency-token`;
  const tags = { [word]: word };
  await client.send(new backup.TagResourceCommand({ ResourceArn: vaultArn, Tags: tags }));
  const plan = await client.send(
    new backup.CreateBackupPlanCommand({
      BackupPlan: { BackupPlanName: `${word}-plan`, Rules: [{ RuleName: word, TargetBackupVaultName: vaultName }] },
      CreatorRequestId: creatorRequestId,
      BackupPlanTags: tags,
    }),
  );
  const planId = text(plan.BackupPlanId);
  const selection = await client.send(
    new backup.CreateBackupSelectionCommand({
      BackupPlanId: planId,
      BackupSelection: { SelectionName: `${word}-selection`, IamRoleArn, Resources: [resourceArn] },
      CreatorRequestId: creatorRequestId,
    }),
  );
  const recoveryPointArn = await makePoint(making, { vaultName, resourceArn, planId });
  await client.send(new backup.TagResourceCommand({ ResourceArn: recoveryPointArn, Tags: tags }));
  const copyVaultArn = `arn:aws:backup:eu-central-1:${accountId}:backup-vault:${word}-copies`;
  const once = { IamRoleArn, IdempotencyToken: idempotencyToken };
  const job = await client.send(
    new backup.StartBackupJobCommand({ ...once, BackupVaultName: vaultName, ResourceArn: resourceArn }),
  );
  const copy = await client.send(
    new backup.StartCopyJobCommand({
      ...once,
      SourceBackupVaultName: vaultName,
      RecoveryPointArn: recoveryPointArn,
      DestinationBackupVaultArn: copyVaultArn,
    }),
  );
  const restore = await client.send(
    new backup.StartRestoreJobCommand({
      ...once,
      RecoveryPointArn: recoveryPointArn,
      Metadata: { newFileSystem: 'true', target: `/srv/${word}` },
    }),
  );
  return {
    vaultName,
    vaultArn,
    copyVaultArn,
    recoveryPointArn,
    creatorRequestId,
    idempotencyToken,
    planId,
    planVersionId: text(plan.VersionId),
    selectionId: text(selection.SelectionId),
    backupJobId: text(job.BackupJobId),
    copyJobId: text(copy.CopyJobId),
    restoreJobId: text(restore.RestoreJobId),
  };
}

/** A vault's row alone: its repository takes a second, and nothing here opens it. */
async function makeVault({ server: { installation }, accountId, word }: Making) {
  const id = uuid(systemRandom);
  const vaultName = `${word}-vault`;
  await installation.db.transaction().execute((tx) =>
    insertVault(tx, {
      id,
      account_id: accountId,
      region: REGION,
      name: vaultName,
      state: 'AVAILABLE',
      encryption_key_arn: `arn:aws:kms:${REGION}:${accountId}:key/${id}`,
      creator_request_id: `${word}-creator-request`,
      created_at: installation.clock.now(),
      storage: { kind: 'directory', path: `/nowhere/${word}` },
      repository_id: null,
      key_sealed: Buffer.of(1),
      last_pruned_at: null,
      prune_due_at: null,
    }),
  );
  return { vaultName, vaultArn: `arn:aws:backup:${REGION}:${accountId}:backup-vault:${vaultName}`, vaultId: id };
}

interface PointOf {
  readonly vaultName: string;
  readonly resourceArn: string;
  readonly planId: string;
}

async function makePoint(
  { server: { installation }, accountId, word }: Making,
  { vaultName, resourceArn, planId }: PointOf,
): Promise<string> {
  const { db, clock } = installation;
  const now = clock.now();
  const vault = await db
    .selectFrom('backup_vault')
    .select('id')
    .where('account_id', '=', accountId)
    .where('name', '=', vaultName)
    .executeTakeFirstOrThrow();
  const arn = `arn:aws:backup:${REGION}:${accountId}:recovery-point:${uuid(systemRandom)}`;
  await db.transaction().execute((tx) =>
    insertRecoveryPoint(tx, {
      arn,
      account_id: accountId,
      region: REGION,
      vault_id: vault.id,
      source_vault_arn: null,
      resource_arn: resourceArn,
      resource_type: 'EFS',
      resource_name: word,
      status: 'COMPLETED',
      status_message: word,
      iam_role_arn: `arn:aws:iam::${accountId}:role/service-role/AWSBackupDefaultServiceRole`,
      created_by: { BackupPlanId: planId, BackupPlanArn: planId, BackupPlanVersion: word, BackupRuleId: word },
      created_at: now,
      initiated_at: now,
      completed_at: now,
      size_bytes: 1_024,
      lifecycle: null,
      delete_at: null,
      move_to_cold_at: null,
      last_restored_at: null,
      snapshot_id: 'a'.repeat(64),
      restore_metadata: { 'file-system-id': word },
      copied_from_arn: null,
      lease_until: null,
    }),
  );
  return arn;
}
