/**
 * What the text members of inputs mean: which of them name a thing, and what the others hold in a valid input.
 *
 * By member name, as a service spells it; `service:Member` goes before `Member`, `service:Operation:Member` before
 * both. An operation with a member that stands nowhere here fails `every member of every input is known`.
 */
export const KINDS = [
  'accessKeyId',
  'accountAlias',
  'accountId',
  'backupJobId',
  'callerKeyId',
  'clientToken',
  'copyJobId',
  'copyVaultArn',
  'createAccountRequestId',
  'creatorRequestId',
  'deletionTaskId',
  'email',
  'freeGroupName',
  'freeRoleName',
  'freeUserName',
  'groupName',
  'handshakeId',
  'iamPolicyArn',
  'idempotencyToken',
  'inlinePolicyName',
  'memberId',
  'orgPolicyId',
  'planId',
  'planVersionId',
  'recoveryPointArn',
  'requestToken',
  'resourceArn',
  'resourceIdentifier',
  'restoreJobId',
  'roleArn',
  'roleName',
  'rootId',
  'selectionId',
  'transferId',
  'unitId',
  'userArn',
  'userName',
  'vaultArn',
  'vaultName',
] as const;
export type Kind = (typeof KINDS)[number];

/** `unused`: names nothing and is left out where it may be. `page`: a page token, tried in page-tokens.test.ts. */
export type Field = { readonly names: Kind } | { readonly holds: unknown } | 'unused' | 'page';

const names = (kind: Kind): Field => ({ names: kind });
const holds = (value: unknown): Field => ({ holds: value });

const statement = (more: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
const DOCUMENT = holds(statement({ Action: 's3:GetObject', Resource: '*' }));
const TRUST = holds(statement({ Action: 'sts:AssumeRole', Principal: { Service: 'backup.amazonaws.com' } }));
const DELEGATION = statement({
  Action: 'organizations:ListRoots',
  Principal: { Service: 'backup.amazonaws.com' },
  Resource: '*',
});
const TYPE_NAME = 'Holdfast::FileSystem::Directory';

const everywhere: Readonly<Record<string, Field>> = {
  Description: 'unused',
  Key: holds('colour'),
  Marker: 'page',
  NextToken: 'page',
  Tags: 'unused',
  Value: holds('blue'),
};

const organizations: Readonly<Record<string, Field>> = {
  AccountId: names('memberId'),
  AccountName: holds('newcomer'),
  ChildId: names('unitId'),
  Content: holds('{"plans":{}}'),
  CreateAccountRequestId: names('createAccountRequestId'),
  DestinationParentId: names('unitId'),
  Email: names('email'),
  HandshakeId: names('handshakeId'),
  Id: names('transferId'),
  'InviteAccountToOrganization:Id': names('memberId'),
  'InviteOrganizationToTransferResponsibility:Id': names('memberId'),
  Name: holds('a name'),
  Notes: 'unused',
  OrganizationalUnitId: names('unitId'),
  ParentHandshakeId: names('handshakeId'),
  ParentId: names('rootId'),
  'PutResourcePolicy:Content': holds(DELEGATION),
  PolicyId: names('orgPolicyId'),
  PolicyType: holds('BACKUP_POLICY'),
  ResourceId: names('unitId'),
  RoleName: 'unused',
  RootId: names('rootId'),
  ServicePrincipal: holds('backup.amazonaws.com'),
  SourceName: holds('source'),
  SourceParentId: names('rootId'),
  States: 'unused',
  TagKeys: holds('colour'),
  TargetId: names('unitId'),
  'DescribeEffectivePolicy:TargetId': names('memberId'),
  Filter: holds('BACKUP_POLICY'),
  'ListHandshakesForAccount:Filter': 'unused',
  'ListHandshakesForOrganization:Filter': 'unused',
};

const backup: Readonly<Record<string, Field>> = {
  BackupJobId: names('backupJobId'),
  BackupOptions: 'unused',
  BackupPlanId: names('planId'),
  BackupPlanName: holds('a-plan'),
  BackupPlanTags: 'unused',
  BackupVaultAccountId: names('accountId'),
  BackupVaultName: names('vaultName'),
  BackupVaultTags: 'unused',
  ByAccountId: names('accountId'),
  ByBackupPlanId: names('planId'),
  ByBackupVaultName: names('vaultName'),
  ByDestinationVaultArn: names('copyVaultArn'),
  ByMessageCategory: 'unused',
  ByParentJobId: names('backupJobId'),
  ByParentRecoveryPointArn: names('recoveryPointArn'),
  ByResourceArn: names('resourceArn'),
  ByResourceType: 'unused',
  ByRestoreTestingPlanArn: 'unused',
  BySourceRecoveryPointArn: names('recoveryPointArn'),
  ConditionKey: holds('backup'),
  ConditionValue: holds('yes'),
  CopyJobId: names('copyJobId'),
  CreatorRequestId: names('creatorRequestId'),
  DestinationBackupVaultArn: names('copyVaultArn'),
  EncryptionKeyArn: 'unused',
  IamRoleArn: names('roleArn'),
  IdempotencyToken: names('idempotencyToken'),
  LogicallyAirGappedBackupVaultArn: 'unused',
  Metadata: holds({ newFileSystem: 'true' }),
  NotResources: 'unused',
  RecoveryPointArn: names('recoveryPointArn'),
  RecoveryPointTags: 'unused',
  ResourceArn: names('resourceArn'),
  'ListTags:ResourceArn': names('vaultArn'),
  'TagResource:ResourceArn': names('vaultArn'),
  'UntagResource:ResourceArn': names('vaultArn'),
  ResourceType: 'unused',
  ResourceTypeManagementPreference: 'unused',
  ResourceTypeOptInPreference: 'unused',
  ResourceTypes: 'unused',
  Resources: names('resourceArn'),
  RestoreJobId: names('restoreJobId'),
  RuleName: holds('nightly'),
  ScannerRoleArn: 'unused',
  ScheduleExpression: 'unused',
  ScheduleExpressionTimezone: 'unused',
  SelectionId: names('selectionId'),
  SelectionName: holds('a-selection'),
  SourceBackupVaultName: names('vaultName'),
  TagKeyList: holds('colour'),
  'TagResource:Tags': holds({ colour: 'blue' }),
  TargetBackupVaultName: names('vaultName'),
  TargetLogicallyAirGappedBackupVaultArn: 'unused',
  VersionId: names('planVersionId'),
};

const cloudcontrolapi: Readonly<Record<string, Field>> = {
  ClientToken: names('clientToken'),
  DesiredState: holds(JSON.stringify({ Path: '/srv/newcomer' })),
  Identifier: names('resourceIdentifier'),
  OperationStatuses: 'unused',
  Operations: 'unused',
  PatchDocument: holds('[{"op":"add","path":"/Tags","value":[]}]'),
  RequestToken: names('requestToken'),
  ResourceModel: 'unused',
  RoleArn: 'unused',
  TypeName: holds(TYPE_NAME),
  TypeVersionId: 'unused',
};

const iam: Readonly<Record<string, Field>> = {
  AccountAlias: names('accountAlias'),
  GroupName: names('groupName'),
  'CreateGroup:GroupName': names('freeGroupName'),
  NewGroupName: names('freeGroupName'),
  NewPath: 'unused',
  NewUserName: names('freeUserName'),
  DeletionTaskId: names('deletionTaskId'),
  InstanceProfileName: 'unused',
  ServerCertificateName: 'unused',
  ServiceName: 'unused',
  AWSServiceName: holds('backup.amazonaws.com'),
  AccessKeyId: names('accessKeyId'),
  AssumeRolePolicyDocument: TRUST,
  'CreateRole:RoleName': names('freeRoleName'),
  'CreateUser:UserName': names('freeUserName'),
  CustomSuffix: 'unused',
  Path: 'unused',
  PathPrefix: 'unused',
  PermissionsBoundary: names('iamPolicyArn'),
  PolicyArn: names('iamPolicyArn'),
  PolicyDocument: DOCUMENT,
  'UpdateAssumeRolePolicy:PolicyDocument': TRUST,
  PolicyName: names('inlinePolicyName'),
  RoleName: names('roleName'),
  TagKeys: holds('colour'),
  UserName: names('userName'),
  VersionId: holds('v1'),
};

const sts: Readonly<Record<string, Field>> = {
  AccessKeyId: names('accessKeyId'),
  ProviderId: 'unused',
  WebIdentityToken: holds('a.token.of-nobody'),
  ContextAssertion: 'unused',
  ExternalId: 'unused',
  Policy: 'unused',
  ProviderArn: 'unused',
  RoleArn: names('roleArn'),
  RoleSessionName: holds('visitor'),
  SerialNumber: 'unused',
  SourceIdentity: 'unused',
  TokenCode: 'unused',
  TransitiveTagKeys: 'unused',
  arn: names('iamPolicyArn'),
};

const holdfast: Readonly<Record<string, Field>> = {
  Action: holds('s3:GetObject'),
  PrincipalArn: names('userArn'),
  ResourceArn: names('vaultArn'),
  Values: 'unused',
  Content: 'unused',
  Kind: holds('DETACH'),
  Name: 'unused',
  Path: 'unused',
  Policy: names('orgPolicyId'),
  PolicyType: holds('BACKUP_POLICY'),
  Target: names('unitId'),
  TargetId: names('memberId'),
};

const cloudtrail: Readonly<Record<string, Field>> = {
  AttributeKey: holds('AccessKeyId'),
  AttributeValue: names('callerKeyId'),
};

const services: Readonly<Record<string, Readonly<Record<string, Field>>>> = {
  backup,
  cloudcontrolapi,
  cloudtrail,
  holdfast,
  iam,
  organizations,
  sts,
};

export function fieldOf(service: string, operation: string, member: string): Field | undefined {
  const own = services[service];
  return own?.[`${operation}:${member}`] ?? own?.[member] ?? everywhere[member];
}
