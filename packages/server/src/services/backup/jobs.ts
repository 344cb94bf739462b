/**
 * What the operations on jobs share: shapes of jobs in answers, and whose jobs a list shows.
 * Source: backup spec 5.2, 5.3, 8.3, 10.5.
 */
import type { BackupJob, CopyJob, RestoreJobsListMember } from '@aws-sdk/client-backup';
import { DAY_MS, type Instant } from '@holdfast/kernel';
import { vaultArn } from '../../plans/arns.ts';
import { memberAccountIds, monitoredOrganization } from '../../store/backup-visibility.ts';
import type { BackupJobRow, CopyJobRow, RestoreJobRow } from '../../store/jobs.ts';
import type { ReadCall } from '../operation.ts';
import { lifecycleShape } from './lifecycle-shape.ts';

/** Lists of jobs go back this far. */
const LISTED_MS = 30 * DAY_MS;
/** The filter that stands for any value. */
const ANY = '*';

const optionalDate = (at: number | null): Date | undefined => (at === null ? undefined : new Date(at));

/** AWS's percentages are texts with one digit after the point. */
function percentText(percent: number): string {
  return percent.toFixed(1);
}

export function backupJobShape(job: BackupJobRow) {
  return {
    AccountId: job.account_id,
    BackupJobId: job.id,
    BackupVaultName: job.vault_name,
    BackupVaultArn: vaultArn(job.region, job.account_id, job.vault_name),
    VaultType: 'BACKUP_VAULT',
    VaultLockState: 'UNLOCKED',
    RecoveryPointArn: job.recovery_point_arn ?? undefined,
    RecoveryPointLifecycle: lifecycleShape(job.request.lifecycle),
    IsEncrypted: true,
    ResourceArn: job.resource_arn,
    ResourceName: job.resource_name ?? undefined,
    ResourceType: job.resource_type,
    CreationDate: new Date(job.created_at),
    InitiationDate: optionalDate(job.initiated_at),
    CompletionDate: optionalDate(job.completed_at),
    ExpectedCompletionDate: optionalDate(job.expected_completion_at),
    StartBy: new Date(job.start_by),
    State: job.state,
    StatusMessage: job.status_message ?? undefined,
    MessageCategory: job.message_category ?? undefined,
    PercentDone: percentText(job.percent_done),
    BackupSizeInBytes: job.size_bytes ?? undefined,
    BytesTransferred: job.bytes_transferred ?? undefined,
    IamRoleArn: job.iam_role_arn,
    CreatedBy: job.created_by ?? undefined,
    BackupOptions: job.request.backupOptions && { ...job.request.backupOptions },
    IsParent: false,
  } as const satisfies BackupJob;
}

export function copyJobShape(job: CopyJobRow) {
  return {
    AccountId: job.account_id,
    CopyJobId: job.id,
    SourceBackupVaultArn: job.source_vault_arn,
    SourceRecoveryPointArn: job.source_recovery_point_arn,
    DestinationBackupVaultArn: job.destination_vault_arn,
    DestinationVaultType: 'BACKUP_VAULT',
    DestinationVaultLockState: 'UNLOCKED',
    DestinationRecoveryPointArn: job.destination_recovery_point_arn ?? undefined,
    DestinationRecoveryPointLifecycle: lifecycleShape(job.destination_lifecycle),
    ResourceArn: job.resource_arn,
    ResourceName: job.resource_name ?? undefined,
    ResourceType: job.resource_type,
    CreationDate: new Date(job.created_at),
    CompletionDate: optionalDate(job.completed_at),
    State: job.state,
    StatusMessage: job.status_message ?? undefined,
    MessageCategory: job.message_category ?? undefined,
    BackupSizeInBytes: job.size_bytes ?? undefined,
    IamRoleArn: job.iam_role_arn,
    CreatedBy: job.created_by ?? undefined,
    CreatedByBackupJobId: job.created_by_backup_job_id ?? undefined,
    IsParent: false,
  } as const satisfies CopyJob;
}

export function restoreJobShape(job: RestoreJobRow) {
  return {
    AccountId: job.account_id,
    RestoreJobId: job.id,
    RecoveryPointArn: job.recovery_point_arn,
    RecoveryPointCreationDate: optionalDate(job.recovery_point_created_at),
    SourceResourceArn: job.source_resource_arn,
    BackupVaultArn: job.vault_arn,
    CreationDate: new Date(job.created_at),
    CompletionDate: optionalDate(job.completed_at),
    Status: job.status,
    StatusMessage: job.status_message ?? undefined,
    PercentDone: percentText(job.percent_done),
    BackupSizeInBytes: job.size_bytes ?? undefined,
    IamRoleArn: job.iam_role_arn ?? undefined,
    CreatedResourceArn: job.created_resource_arn ?? undefined,
    ResourceType: job.resource_type,
    IsParent: false,
  } as const satisfies RestoreJobsListMember;
}

/** The filters that all three lists of jobs have. */
interface CommonFilters {
  readonly ByCreatedBefore?: Date | undefined;
  readonly ByCreatedAfter?: Date | undefined;
  readonly ByCompleteBefore?: Date | undefined;
  readonly ByCompleteAfter?: Date | undefined;
  readonly ByResourceType?: string | undefined;
}

/** None older than the lists go back, whatever is asked for. */
export function commonFilter(input: CommonFilters, now: Instant) {
  const oldest = now - LISTED_MS;
  return {
    resourceType: input.ByResourceType,
    createdBefore: input.ByCreatedBefore?.getTime(),
    createdAfter: Math.max(input.ByCreatedAfter?.getTime() ?? oldest, oldest),
    completedBefore: input.ByCompleteBefore?.getTime(),
    completedAfter: input.ByCompleteAfter?.getTime(),
  };
}

export function exactOrAny(value: string | undefined): string | undefined {
  return value === ANY ? undefined : value;
}

/**
 * Whose jobs are listed for the filter ByAccountId: the caller's own, or those of the organization that the caller
 * monitors. Who may not see another account's jobs sees none of them.
 */
export async function listedAccounts(call: ReadCall, wanted: string | undefined): Promise<readonly string[]> {
  if (wanted === undefined || wanted === call.accountId) return [call.accountId];
  const organizationId = await monitoredOrganization(call.db, call.accountId);
  if (wanted === ANY) return organizationId ? memberAccountIds(call.db, organizationId) : [call.accountId];
  return organizationId ? memberAccountIds(call.db, organizationId, [wanted]) : [];
}
