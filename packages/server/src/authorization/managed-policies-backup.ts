/**
 * AWS's managed policies for those who back up and restore, and for the roles that do it in their stead.
 * Source of the names and purposes: backup spec 14.3, recorded roles.
 */
import { type Grant, type ManagedPolicy, makeRoleOf, managed, READ_ORGANIZATION } from './managed-policy.ts';

const PASS_BACKUP_ROLES: Grant = {
  Action: 'iam:PassRole',
  Resource: ['arn:aws:iam::*:role/*AWSBackup*', 'arn:aws:iam::*:role/*AwsBackup*'],
  Condition: {
    StringLike: { 'iam:PassedToService': ['backup.amazonaws.com', 'restore-testing.backup.amazonaws.com'] },
  },
};

export const BACKUP_POLICIES: readonly ManagedPolicy[] = [
  managed(
    4,
    '/',
    'AWSBackupFullAccess',
    'Everything in AWS Backup.',
    { Action: ['backup:*', 'backup-storage:*'] },
    { Action: ['cloudformation:*Resource*', 'iam:GetRole', 'iam:ListRoles', 'tag:GetResources'] },
    READ_ORGANIZATION,
    PASS_BACKUP_ROLES,
    makeRoleOf('backup.amazonaws.com'),
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
  managed(43, '/', 'AWSBackupAuditAccess', 'Backup Audit Manager: frameworks, report plans, and what they look at.', {
    Action: [
      'backup:*Framework*',
      'backup:*Report*',
      'backup:DescribeBackupVault',
      'backup:GetBackupPlan',
      'backup:GetBackupVaultAccessPolicy',
      'backup:ListBackupPlans',
      'backup:ListBackupSelections',
      'backup:ListBackupVaults',
      'backup:ListProtectedResources',
      'backup:ListRecoveryPointsByBackupVault',
      'backup:ListRecoveryPointsByResource',
      'organizations:DescribeOrganization',
      'organizations:ListAWSServiceAccessForOrganization',
    ],
  }),
  managed(44, '/', 'AWSBackupSearchOperatorAccess', 'Search in backups, and restores of what was found.', {
    Action: [
      'backup:GetRecoveryPointIndexDetails',
      'backup:ListIndexedRecoveryPoints',
      'backup:UpdateRecoveryPointIndexSettings',
      'backup-search:*',
    ],
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
  managed(45, '/', 'AWSBackupServiceRolePolicyForS3Backup', 'What AWS Backup needs to back up buckets.', {
    Action: [
      's3:GetBucket*',
      's3:GetObject*',
      's3:ListAllMyBuckets',
      's3:ListBucket*',
      's3:PutBucketNotification',
      's3:PutInventoryConfiguration',
      'tag:GetResources',
    ],
  }),
  managed(46, '/', 'AWSBackupServiceRolePolicyForS3Restore', 'What AWS Backup needs to restore buckets.', {
    Action: ['s3:CreateBucket', 's3:GetBucket*', 's3:GetObject*', 's3:ListBucket*', 's3:PutBucket*', 's3:PutObject*'],
  }),
  managed(47, '/service-role/', 'AWSBackupServiceRolePolicyForIndexing', 'What AWS Backup needs to index backups.', {
    Action: ['backup:UpdateRecoveryPointIndexSettings', 'backup-storage:*', 'backup-search:*'],
  }),
  managed(52, '/service-role/', 'AWSBackupServiceRolePolicyForScans', 'What AWS Backup needs to scan backups.', {
    Action: ['backup-storage:*', 'guardduty:GetMalwareScan', 'guardduty:StartMalwareScan'],
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
  managed(53, '/aws-service-role/', 'AWSServiceRolePolicyForBackupReports', 'Reports of AWS Backup.', {
    Action: ['backup:Describe*', 'backup:List*', 'organizations:Describe*', 'organizations:List*', 's3:PutObject'],
  }),
  managed(54, '/aws-service-role/', 'AWSServiceRolePolicyForBackupRestoreTesting', 'Cleaning up after restore tests.', {
    Action: ['elasticfilesystem:DeleteFileSystem', 'rds:DeleteDBInstance', 's3:DeleteBucket', 's3:DeleteObject*'],
  }),
];
