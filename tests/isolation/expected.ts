/**
 * What is answered to callers to whom nothing belongs, where it is not a plain refusal; each with its reason. The test
 * fails for an entry that is not needed.
 */

import type { Kind } from './fields.ts';

/** What a service answers for a thing that is not there, or that is none of the caller's business. */
export const REFUSALS: Readonly<Record<string, readonly string[]>> = {
  backup: ['ResourceNotFoundException', 'AccessDeniedException'],
  cloudcontrolapi: ['ResourceNotFoundException', 'RequestTokenNotFoundException'],
  cloudtrail: ['AccessDeniedException'],
  holdfast: ['AccessDeniedException'],
  iam: ['NoSuchEntity', 'AccessDenied'],
  organizations: ['AWSOrganizationsNotInUseException'],
  sts: ['AccessDenied'],
};

interface Expected {
  readonly reason: string;
  readonly code: string;
  readonly operations: readonly string[];
}

/** Services in which a call that names nothing acts on the caller's own account: allowed, and about nobody else. */
export const OWN_ACCOUNT: ReadonlySet<string> = new Set(['backup', 'cloudcontrolapi', 'cloudtrail', 'iam', 'sts']);

/** To an account in no organization that names everything of another one. */
const TO_STRANGERS: readonly Expected[] = [
  {
    reason: 'names are each account’s own: the same one is free here',
    code: 'Success',
    operations: [
      'backup:CreateBackupPlan',
      'backup:CreateBackupVault',
      'iam:CreateGroup',
      'iam:CreatePolicy',
      'iam:CreateRole',
      'iam:CreateUser',
      'iam:CreateVirtualMFADevice',
    ],
  },
  {
    reason: 'lists the caller’s own: a filter that fits nothing leaves nothing',
    code: 'Success',
    operations: ['backup:ListRecoveryPointsByResource', 'backup:ListRestoreJobsByProtectedResource'],
  },
  {
    reason: 'Cloud Control tells in its ProgressEvent that there is no such resource',
    code: 'Success',
    operations: ['cloudcontrolapi:DeleteResource', 'cloudcontrolapi:UpdateResource'],
  },
  {
    reason: 'everybody who may be invited may look for invitations, or make an organization',
    code: 'Success',
    operations: ['organizations:ListHandshakesForAccount', 'organizations:CreateOrganization'],
  },
  {
    reason: 'anybody may be party to a handshake, and a stranger is to none',
    code: 'HandshakeNotFoundException',
    operations: [
      'organizations:AcceptHandshake',
      'organizations:CancelHandshake',
      'organizations:DeclineHandshake',
      'organizations:DescribeHandshake',
    ],
  },
  {
    reason: 'the operation’s model has no other error for a plan that is not there',
    code: 'InvalidParameterValueException',
    operations: ['backup:CreateBackupSelection'],
  },
  {
    reason: 'only for the management account, which a stranger is not',
    code: 'InvalidRequestException',
    operations: ['backup:DescribeGlobalSettings'],
  },
  {
    reason: 'the token proves nothing, so that no role is looked at',
    code: 'InvalidIdentityToken',
    operations: ['sts:AssumeRoleWithWebIdentity'],
  },
  {
    reason: 'each account has this role from its beginning',
    code: 'InvalidInput',
    operations: ['iam:CreateServiceLinkedRole'],
  },
];

export const toStrangers: ReadonlyMap<string, string> = byOperation(TO_STRANGERS);

function byOperation(table: readonly Expected[]): ReadonlyMap<string, string> {
  return new Map(table.flatMap(({ code, operations }) => operations.map((operation) => [operation, code] as const)));
}

interface Told {
  /** Stands in the answer. */
  readonly answer: string;
  readonly tells: readonly Kind[];
}

/** AWS itself tells this of what is not the caller's; by naming. */
export const TOLD: ReadonlyMap<string, Told> = new Map([
  // Aliases are names of the whole partition: who wants one that is taken is told.
  ['iam:CreateAccountAlias AccountAlias', { answer: 'EntityAlreadyExists', tells: [] }],
  // "You can't invite an account that is a member of an organization": the reason names the fact.
  ['organizations:InviteAccountToOrganization Target.Id', { answer: 'ALREADY_IN_AN_ORGANIZATION', tells: [] }],
  // The account of any access key: so that who finds one knows whom to tell.
  ['sts:GetAccessKeyInfo AccessKeyId', { answer: '<Account>', tells: ['accountId'] }],
]);

/** Members that change nothing of an answer, not even when they name a thing of the caller's own. */
const SILENT: readonly { readonly reason: string; readonly namings: readonly string[] }[] = [
  {
    reason: 'a plan may name vaults that are not there yet; its jobs then say so',
    namings: [
      'backup:CreateBackupPlan BackupPlan.Rules.TargetBackupVaultName',
      'backup:UpdateBackupPlan BackupPlan.Rules.TargetBackupVaultName',
    ],
  },
  {
    reason: 'the job tells whether its destination is there and open',
    namings: ['backup:StartCopyJob DestinationBackupVaultArn'],
  },
  { reason: 'a selection may name any ARN', namings: ['backup:CreateBackupSelection BackupSelection.Resources'] },
  {
    reason: 'the token stands for an earlier call of the same account: the answers differ in ids alone',
    namings: [
      'backup:CreateBackupPlan CreatorRequestId',
      'backup:CreateBackupSelection CreatorRequestId',
      'backup:StartBackupJob IdempotencyToken',
      'backup:StartCopyJob IdempotencyToken',
      'backup:StartRestoreJob IdempotencyToken',
    ],
  },
  {
    reason: 'there are no composite jobs and points, hence no parents',
    namings: [
      'backup:ListBackupJobs ByParentJobId',
      'backup:ListCopyJobs ByParentJobId',
      'backup:ListRestoreJobs ByParentJobId',
      'backup:ListRecoveryPointsByBackupVault ByParentRecoveryPointArn',
      'organizations:ListHandshakesForAccount Filter.ParentHandshakeId',
      'organizations:ListHandshakesForOrganization Filter.ParentHandshakeId',
    ],
  },
  {
    reason: 'the name is given to a new thing, or to one of the thing’s own',
    namings: [
      'iam:CreatePolicy PolicyName',
      'iam:CreateRole RoleName',
      'iam:CreateUser UserName',
      'iam:CreateGroup GroupName',
      'iam:CreateVirtualMFADevice VirtualMFADeviceName',
      'iam:PutGroupPolicy PolicyName',
      'iam:PutRolePolicy PolicyName',
      'iam:UpdateGroup NewGroupName',
      'iam:UpdateUser NewUserName',
      'iam:PutUserPolicy PolicyName',
    ],
  },
  {
    reason: 'the token proves nothing, so that no role is looked at',
    namings: ['sts:AssumeRoleWithWebIdentity RoleArn', 'sts:AssumeRoleWithWebIdentity PolicyArns.arn'],
  },
  { reason: 'roles of services alone are looked for', namings: ['iam:DeleteServiceLinkedRole RoleName'] },
  {
    reason: 'policies are tried on any ARN: the thing itself is not looked at',
    namings: ['iam:SimulateCustomPolicy ResourceArns', 'iam:SimulatePrincipalPolicy ResourceArns'],
  },
  { reason: 'an address that is taken is told in the request’s state', namings: ['organizations:CreateAccount Email'] },
  {
    reason: 'refused for everybody: there are no bills and no other partitions here',
    namings: [
      'organizations:CreateGovCloudAccount Email',
      'organizations:DescribeResponsibilityTransfer Id',
      'organizations:InviteOrganizationToTransferResponsibility Target.Id',
      'organizations:ListInboundResponsibilityTransfers Id',
      'organizations:TerminateResponsibilityTransfer Id',
      'organizations:UpdateResponsibilityTransfer Id',
    ],
  },
];

export const silent: ReadonlySet<string> = new Set(SILENT.flatMap(({ namings }) => namings));
