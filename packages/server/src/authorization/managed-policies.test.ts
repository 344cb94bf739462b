import { describe, expect, test } from 'vitest';
import { MANAGED_POLICIES, managedPolicy } from './managed-policies.ts';
import { problemOfPolicy } from './policy-document.ts';

test.each(MANAGED_POLICIES.map(({ arn }) => arn))('%s is understood and has a unique id as IAM makes them', (arn) => {
  const policy = managedPolicy(arn);
  expect(problemOfPolicy(policy?.document ?? '', 'identity')).toBeUndefined();
  expect(policy?.id).toMatch(/^ANPA[A-Z2-7]{17}$/);
});

test('no two managed policies share a name, an ARN or an id', () => {
  for (const key of ['name', 'arn', 'id'] as const) {
    const values = MANAGED_POLICIES.map((policy) => policy[key]);
    expect(new Set(values).size).toBe(values.length);
  }
});

describe('under the names of AWS there are', () => {
  test.each([
    'AdministratorAccess',
    'PowerUserAccess',
    'ReadOnlyAccess',
    'job-function/ViewOnlyAccess',
    'SecurityAudit',
    'IAMFullAccess',
    'IAMReadOnlyAccess',
    'IAMUserChangePassword',
    'AWSOrganizationsFullAccess',
    'AWSOrganizationsReadOnlyAccess',
    'AWSBackupFullAccess',
    'AWSBackupOperatorAccess',
    'AWSBackupOrganizationAdminAccess',
    'AWSBackupAuditAccess',
    'AWSBackupSearchOperatorAccess',
    'service-role/AWSBackupServiceRolePolicyForBackup',
    'service-role/AWSBackupServiceRolePolicyForRestores',
    'AWSBackupServiceRolePolicyForS3Backup',
    'AWSBackupServiceRolePolicyForS3Restore',
    'aws-service-role/AWSBackupServiceLinkedRolePolicyForBackup',
    'aws-service-role/AWSServiceRolePolicyForBackupReports',
  ])('%s', (name) => {
    expect(managedPolicy(`arn:aws:iam::aws:policy/${name}`)).toBeDefined();
  });
});
