/** AWS Backup: which operations there are, and which are not yet. */
import * as sdk from '@aws-sdk/client-backup';
import { backupViolation, constraintTables, defineService } from '@holdfast/wire';
import { createBackupPlan } from './create-backup-plan.ts';
import { createBackupSelection } from './create-backup-selection.ts';
import { createBackupVault } from './create-backup-vault.ts';
import { deleteBackupPlan } from './delete-backup-plan.ts';
import { deleteBackupSelection } from './delete-backup-selection.ts';
import { deleteBackupVault } from './delete-backup-vault.ts';
import { deleteRecoveryPoint } from './delete-recovery-point.ts';
import { describeBackupJob } from './describe-backup-job.ts';
import { describeBackupVault } from './describe-backup-vault.ts';
import { describeCopyJob } from './describe-copy-job.ts';
import { describeGlobalSettings } from './describe-global-settings.ts';
import { describeProtectedResource } from './describe-protected-resource.ts';
import { describeRecoveryPoint } from './describe-recovery-point.ts';
import { describeRestoreJob } from './describe-restore-job.ts';
import { getBackupPlan } from './get-backup-plan.ts';
import { getBackupSelection } from './get-backup-selection.ts';
import { getRecoveryPointRestoreMetadata } from './get-recovery-point-restore-metadata.ts';
import { getRestoreJobMetadata } from './get-restore-job-metadata.ts';
import { getSupportedResourceTypes } from './get-supported-resource-types.ts';
import { listBackupJobs } from './list-backup-jobs.ts';
import { listBackupPlanVersions } from './list-backup-plan-versions.ts';
import { listBackupPlans } from './list-backup-plans.ts';
import { listBackupSelections } from './list-backup-selections.ts';
import { listBackupVaults } from './list-backup-vaults.ts';
import { listCopyJobs } from './list-copy-jobs.ts';
import { listProtectedResources } from './list-protected-resources.ts';
import { listProtectedResourcesByBackupVault } from './list-protected-resources-by-backup-vault.ts';
import { listRecoveryPointsByBackupVault } from './list-recovery-points-by-backup-vault.ts';
import { listRecoveryPointsByResource } from './list-recovery-points-by-resource.ts';
import { listRestoreJobs } from './list-restore-jobs.ts';
import { listRestoreJobsByProtectedResource } from './list-restore-jobs-by-protected-resource.ts';
import { listTags } from './list-tags.ts';
import { describeRegionSettings, updateRegionSettings } from './region-settings.ts';
import { startBackupJob } from './start-backup-job.ts';
import { startCopyJob } from './start-copy-job.ts';
import { startRestoreJob } from './start-restore-job.ts';
import { stopBackupJob } from './stop-backup-job.ts';
import { tagResource } from './tag-resource.ts';
import { untagResource } from './untag-resource.ts';
import { updateBackupPlan } from './update-backup-plan.ts';
import { updateRecoveryPointLifecycle } from './update-recovery-point-lifecycle.ts';

const ruleNames = [
  { path: 'BackupPlan.Rules[].RuleName', kinds: ['pattern'] },
  { path: 'BackupPlan.Rules[].TargetBackupVaultName', kinds: ['pattern'] },
] as const;

/** Rules of the model that AWS does not enforce, or that have a message of their own. */
const unenforced = {
  '*': [
    // Vaults that the service makes itself are called aws/…; CreateBackupVault checks names.
    { path: 'BackupVaultName', kinds: ['pattern'] },
    // Some types have spaces in their names.
    { path: 'ByResourceType', kinds: ['pattern'] },
  ],
  // `*` stands for the whole organization.
  ListBackupJobs: [{ path: 'ByAccountId', kinds: ['pattern'] }],
  ListCopyJobs: [{ path: 'ByAccountId', kinds: ['pattern'] }],
  ListRestoreJobs: [{ path: 'ByAccountId', kinds: ['pattern'] }],
  // "Error in rule …" names the rule.
  CreateBackupPlan: ruleNames,
  UpdateBackupPlan: ruleNames,
} as const;

export const backup = defineService({
  sdk,
  name: 'backup',
  title: 'AWS Backup',
  protocol: { kind: 'restJson1' },
  constraints: constraintTables.backup,
  violation: backupViolation,
  unenforced,
  handlers: {
    createBackupPlan,
    createBackupSelection,
    createBackupVault,
    deleteBackupPlan,
    deleteBackupSelection,
    deleteBackupVault,
    deleteRecoveryPoint,
    describeBackupJob,
    describeBackupVault,
    describeCopyJob,
    describeGlobalSettings,
    describeProtectedResource,
    describeRecoveryPoint,
    describeRegionSettings,
    describeRestoreJob,
    getBackupPlan,
    getBackupSelection,
    getRecoveryPointRestoreMetadata,
    getRestoreJobMetadata,
    getSupportedResourceTypes,
    listBackupJobs,
    listBackupPlanVersions,
    listBackupPlans,
    listBackupSelections,
    listBackupVaults,
    listCopyJobs,
    listProtectedResources,
    listProtectedResourcesByBackupVault,
    listRecoveryPointsByBackupVault,
    listRecoveryPointsByResource,
    listRestoreJobs,
    listRestoreJobsByProtectedResource,
    listTags,
    startBackupJob,
    startCopyJob,
    startRestoreJob,
    stopBackupJob,
    tagResource,
    untagResource,
    updateBackupPlan,
    updateRecoveryPointLifecycle,
    updateRegionSettings,
  },
  notImplemented: [
    'AssociateBackupVaultMpaApprovalTeam',
    'CancelLegalHold',
    'CreateFramework',
    'CreateLegalHold',
    'CreateLogicallyAirGappedBackupVault',
    'CreateReportPlan',
    'CreateRestoreAccessBackupVault',
    'CreateRestoreTestingPlan',
    'CreateRestoreTestingSelection',
    'CreateTieringConfiguration',
    'DeleteBackupVaultAccessPolicy',
    'DeleteBackupVaultLockConfiguration',
    'DeleteBackupVaultNotifications',
    'DeleteFramework',
    'DeleteReportPlan',
    'DeleteRestoreTestingPlan',
    'DeleteRestoreTestingSelection',
    'DeleteTieringConfiguration',
    'DescribeFramework',
    'DescribeReportJob',
    'DescribeReportPlan',
    'DescribeScanJob',
    'DisassociateBackupVaultMpaApprovalTeam',
    'DisassociateRecoveryPoint',
    'DisassociateRecoveryPointFromParent',
    'ExportBackupPlanTemplate',
    'GetBackupPlanFromJSON',
    'GetBackupPlanFromTemplate',
    'GetBackupVaultAccessPolicy',
    'GetBackupVaultNotifications',
    'GetLegalHold',
    'GetPITRMalwareScanResults',
    'GetRecoveryPointIndexDetails',
    'GetRestoreTestingInferredMetadata',
    'GetRestoreTestingPlan',
    'GetRestoreTestingSelection',
    'GetTieringConfiguration',
    'ListBackupJobSummaries',
    'ListBackupPlanTemplates',
    'ListCopyJobSummaries',
    'ListFrameworks',
    'ListIndexedRecoveryPoints',
    'ListLegalHolds',
    'ListRecoveryPointsByLegalHold',
    'ListReportJobs',
    'ListReportPlans',
    'ListRestoreAccessBackupVaults',
    'ListRestoreJobSummaries',
    'ListRestoreTestingPlans',
    'ListRestoreTestingSelections',
    'ListScanJobSummaries',
    'ListScanJobs',
    'ListTieringConfigurations',
    'PutBackupVaultAccessPolicy',
    'PutBackupVaultLockConfiguration',
    'PutBackupVaultNotifications',
    'PutRestoreValidationResult',
    'RevokeRestoreAccessBackupVault',
    'StartReportJob',
    'StartScanJob',
    'UpdateFramework',
    'UpdateGlobalSettings',
    'UpdateRecoveryPointIndexSettings',
    'UpdateReportPlan',
    'UpdateRestoreTestingPlan',
    'UpdateRestoreTestingSelection',
    'UpdateTieringConfiguration',
  ],
});
