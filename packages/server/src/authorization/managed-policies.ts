/**
 * AWS's managed policies that backups and their administrators need, under AWS's names.
 *
 * The contents are our own, in the least form that grants what Holdfast checks: a policy that works here is not a copy
 * of AWS's. Source of the names and purposes: backup spec 14.3, organizations spec 7 and 8.1, recorded roles.
 */

export interface ManagedPolicy {
  readonly arn: string;
  /** ANPA…; fixed, since it is part of the API. */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly document: string;
}

interface Grant {
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

const PREFIX = 'arn:aws:iam::aws:policy';
const ID_CHARS = 17;
const PASS_BACKUP_ROLES: Grant = {
  Action: 'iam:PassRole',
  Resource: ['arn:aws:iam::*:role/*AWSBackup*', 'arn:aws:iam::*:role/*AwsBackup*'],
  Condition: {
    StringLike: { 'iam:PassedToService': ['backup.amazonaws.com', 'restore-testing.backup.amazonaws.com'] },
  },
};
const READ_ORGANIZATION: Grant = { Action: ['organizations:Describe*', 'organizations:List*'] };

function managed(number: number, path: string, name: string, description: string, ...grants: Grant[]): ManagedPolicy {
  const statements = grants.map((grant) => ({ Effect: 'Allow', Resource: '*', ...grant }));
  return {
    arn: `${PREFIX}${path}${name}`,
    id: `ANPAHOLDFAST${String(number).padStart(ID_CHARS - 'HOLDFAST'.length, 'A')}`,
    name,
    path,
    description,
    document: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
  };
}

export const MANAGED_POLICIES: readonly ManagedPolicy[] = [
  managed(2, '/', 'AdministratorAccess', 'Everything.', { Action: '*' }),
  managed(3, '/', 'ReadOnlyAccess', 'Reading of all services.', {
    Action: [
      'backup:Describe*',
      'backup:Get*',
      'backup:List*',
      'cloudformation:Get*',
      'cloudformation:List*',
      'iam:Get*',
      'iam:List*',
      'organizations:Describe*',
      'organizations:List*',
      'sts:GetCallerIdentity',
    ],
  }),
  managed(
    4,
    '/',
    'AWSBackupFullAccess',
    'Everything in AWS Backup.',
    { Action: ['backup:*', 'backup-storage:*'] },
    { Action: ['cloudformation:*Resource*', 'iam:GetRole', 'iam:ListRoles', 'tag:GetResources'] },
    READ_ORGANIZATION,
    PASS_BACKUP_ROLES,
    {
      Action: 'iam:CreateServiceLinkedRole',
      Resource: 'arn:aws:iam::*:role/aws-service-role/*',
      Condition: { StringEquals: { 'iam:AWSServiceName': 'backup.amazonaws.com' } },
    },
  ),
  managed(
    5,
    '/',
    'AWSBackupOperatorAccess',
    'Back up, copy and restore by plans that others made; neither plans nor vaults are changed.',
    {
      Action: [
        'backup:Describe*',
        'backup:Get*',
        'backup:List*',
        'backup:CreateBackupSelection',
        'backup:DeleteBackupSelection',
        'backup:StartBackupJob',
        'backup:StartCopyJob',
        'backup:StartRestoreJob',
      ],
    },
    { Action: ['cloudformation:GetResource', 'cloudformation:ListResources', 'iam:GetRole', 'iam:ListRoles'] },
    PASS_BACKUP_ROLES,
  ),
  managed(
    6,
    '/',
    'AWSBackupOrganizationAdminAccess',
    "Backup policies of an organization and the view over its accounts' jobs.",
    {
      Action: [
        'backup:Describe*',
        'backup:List*',
        'organizations:DisableAWSServiceAccess',
        'organizations:EnableAWSServiceAccess',
        'organizations:RegisterDelegatedAdministrator',
        'organizations:DeregisterDelegatedAdministrator',
        'organizations:AttachPolicy',
        'organizations:CreatePolicy',
        'organizations:DeletePolicy',
        'organizations:DetachPolicy',
        'organizations:DisablePolicyType',
        'organizations:EnablePolicyType',
        'organizations:UpdatePolicy',
      ],
    },
    READ_ORGANIZATION,
  ),
  managed(
    7,
    '/',
    'AWSOrganizationsFullAccess',
    'Everything in AWS Organizations.',
    { Action: 'organizations:*' },
    {
      Action: 'iam:CreateServiceLinkedRole',
      Resource: 'arn:aws:iam::*:role/aws-service-role/*',
      Condition: { StringEquals: { 'iam:AWSServiceName': 'organizations.amazonaws.com' } },
    },
  ),
  managed(33, '/', 'AWSOrganizationsReadOnlyAccess', 'Reading of AWS Organizations.', READ_ORGANIZATION),
  managed(32, '/', 'IAMFullAccess', 'Everything in IAM.', {
    Action: 'iam:*',
  }),
  managed(22, '/service-role/', 'AWSBackupServiceRolePolicyForBackup', 'What AWS Backup needs to back up and copy.', {
    Action: [
      'backup:CopyFromBackupVault',
      'backup:CopyIntoBackupVault',
      'backup:DescribeBackupVault',
      'backup-storage:*',
      'elasticfilesystem:Backup',
      'elasticfilesystem:DescribeTags',
      'rds:AddTagsToResource',
      'rds:CopyDBSnapshot',
      'rds:CreateDBSnapshot',
      'rds:DescribeDBInstances',
      'rds:DescribeDBSnapshots',
      'rds:ListTagsForResource',
      'tag:GetResources',
    ],
  }),
  managed(23, '/service-role/', 'AWSBackupServiceRolePolicyForRestores', 'What AWS Backup needs to restore.', {
    Action: [
      'backup-storage:*',
      'elasticfilesystem:CreateFileSystem',
      'elasticfilesystem:DescribeFileSystems',
      'elasticfilesystem:Restore',
      'rds:CreateDBInstance',
      'rds:DescribeDBInstances',
      'rds:DescribeDBSnapshots',
      'rds:RestoreDBInstanceFromDBSnapshot',
    ],
  }),
  managed(
    24,
    '/aws-service-role/',
    'AWSBackupServiceLinkedRolePolicyForBackup',
    "AWS Backup's own work in an account.",
    {
      Action: ['backup:*', 'backup-storage:*', 'elasticfilesystem:*', 'rds:*', 'tag:GetResources'],
    },
  ),
  managed(25, '/aws-service-role/', 'AWSOrganizationsServiceTrustPolicy', 'Roles of services in member accounts.', {
    Action: 'iam:CreateServiceLinkedRole',
  }),
];

const BY_ARN: ReadonlyMap<string, ManagedPolicy> = new Map(MANAGED_POLICIES.map((policy) => [policy.arn, policy]));

export function managedPolicy(arn: string): ManagedPolicy | undefined {
  return BY_ARN.get(arn);
}
