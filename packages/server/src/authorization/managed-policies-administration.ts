/**
 * AWS's managed policies for those who administer accounts and organizations.
 * Source of the names and purposes: organizations spec 7 and 8.1; IAM's "AWS managed policies for job functions".
 */
import { type ManagedPolicy, makeRoleOf, managed, READ_ORGANIZATION } from './managed-policy.ts';

export const ADMINISTRATION_POLICIES: readonly ManagedPolicy[] = [
  managed(2, '/', 'AdministratorAccess', 'Everything.', { Action: '*' }),
  managed(
    26,
    '/',
    'PowerUserAccess',
    'Everything but the administration of identities, organizations and accounts.',
    { NotAction: ['account:*', 'iam:*', 'organizations:*'] },
    {
      Action: [
        'iam:CreateServiceLinkedRole',
        'iam:DeleteServiceLinkedRole',
        'iam:ListRoles',
        'organizations:DescribeOrganization',
      ],
    },
  ),
  managed(3, '/', 'ReadOnlyAccess', 'Reading of all services.', {
    Action: [
      'backup:Describe*',
      'backup:Get*',
      'backup:List*',
      'cloudformation:Get*',
      'cloudformation:List*',
      'cloudtrail:LookupEvents',
      'iam:Get*',
      'iam:List*',
      'iam:Simulate*',
      'organizations:Describe*',
      'organizations:List*',
      'sts:GetAccessKeyInfo',
      'sts:GetCallerIdentity',
      'tag:Get*',
    ],
  }),
  managed(27, '/job-function/', 'ViewOnlyAccess', 'Lists of what there is, without what is in it.', {
    Action: [
      'backup:Describe*',
      'backup:List*',
      'cloudformation:List*',
      'iam:GetAccountSummary',
      'iam:List*',
      'organizations:Describe*',
      'organizations:List*',
      'sts:GetCallerIdentity',
      'tag:Get*',
    ],
  }),
  managed(34, '/', 'SecurityAudit', 'How an account is set up: who may do what, and what was done.', {
    Action: [
      'backup:DescribeBackupVault',
      'backup:GetBackupVaultAccessPolicy',
      'backup:List*',
      'cloudformation:List*',
      'cloudtrail:Describe*',
      'cloudtrail:List*',
      'cloudtrail:LookupEvents',
      'iam:GenerateCredentialReport',
      'iam:Get*',
      'iam:List*',
      'iam:Simulate*',
      'organizations:Describe*',
      'organizations:List*',
      'tag:Get*',
    ],
  }),
  managed(32, '/', 'IAMFullAccess', 'Everything in IAM.', {
    Action: 'iam:*',
  }),
  managed(35, '/', 'IAMReadOnlyAccess', 'Reading of IAM.', {
    Action: ['iam:GenerateCredentialReport', 'iam:Get*', 'iam:List*', 'iam:Simulate*'],
  }),
  managed(
    36,
    '/',
    'IAMUserChangePassword',
    "The change of one's own password.",
    { Action: 'iam:ChangePassword', Resource: 'arn:aws:iam::*:user/${aws:username}' },
    { Action: 'iam:GetAccountPasswordPolicy' },
  ),
  managed(
    7,
    '/',
    'AWSOrganizationsFullAccess',
    'Everything in AWS Organizations.',
    { Action: 'organizations:*' },
    makeRoleOf('organizations.amazonaws.com'),
  ),
  managed(33, '/', 'AWSOrganizationsReadOnlyAccess', 'Reading of AWS Organizations.', READ_ORGANIZATION),
  managed(25, '/aws-service-role/', 'AWSOrganizationsServiceTrustPolicy', 'Roles of services in member accounts.', {
    Action: 'iam:CreateServiceLinkedRole',
  }),
  managed(37, '/', 'AWSCloudTrail_FullAccess', 'Everything in AWS CloudTrail.', { Action: 'cloudtrail:*' }),
  managed(42, '/', 'AWSCloudTrail_ReadOnlyAccess', 'Reading of AWS CloudTrail.', {
    Action: ['cloudtrail:Describe*', 'cloudtrail:Get*', 'cloudtrail:List*', 'cloudtrail:LookupEvents'],
  }),
];
