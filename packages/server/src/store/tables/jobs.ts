/** Rows of the job tables of migration 0004. AWS's shapes inside jsonb keep AWS's member names. */
import type { Generated } from 'kysely';

/** AWS's Lifecycle shape. */
export interface Lifecycle {
  readonly MoveToColdStorageAfterDays?: number;
  readonly DeleteAfterDays?: number;
  readonly OptInToArchiveForSupportedResources?: boolean;
}

/** AWS's RecoveryPointCreator shape. */
export interface CreatedBy {
  readonly BackupPlanId?: string;
  readonly BackupPlanArn?: string;
  readonly BackupPlanName?: string;
  readonly BackupPlanVersion?: string;
  readonly BackupRuleId?: string;
  readonly BackupRuleName?: string;
  readonly BackupRuleCron?: string;
  readonly BackupRuleTimezone?: string;
}

/** What a backup job was asked to do beyond its columns. */
export interface BackupRequest {
  readonly lifecycle?: Lifecycle;
  /** Tags for the recovery point, over the resource's own. */
  readonly recoveryPointTags?: Readonly<Record<string, string>>;
  /** From the rule: copies to make once the recovery point exists. */
  readonly copyActions?: readonly { readonly destinationVaultArn: string; readonly lifecycle?: Lifecycle }[];
  readonly backupOptions?: Readonly<Record<string, string>>;
  /** Becomes the StatusMessage of a job that completes: AWS's "completed with issues". */
  readonly note?: string;
}

interface Work {
  attempt: Generated<number>;
  run_after: number;
  lease_owner: string | null;
  lease_token: Generated<number>;
  lease_until: number | null;
}

export interface BackupJobTable extends Work {
  id: string;
  account_id: string;
  region: string;
  state: 'CREATED' | 'PENDING' | 'RUNNING' | 'ABORTING' | 'ABORTED' | 'COMPLETED' | 'FAILED' | 'EXPIRED' | 'PARTIAL';
  status_message: string | null;
  message_category: string | null;
  vault_name: string;
  resource_arn: string;
  resource_type: string;
  resource_name: string | null;
  iam_role_arn: string;
  created_by: CreatedBy | null;
  request: BackupRequest;
  created_at: number;
  scheduled_at: number;
  start_by: number;
  complete_by: number;
  initiated_at: number | null;
  completed_at: number | null;
  expected_completion_at: number | null;
  percent_done: Generated<number>;
  size_bytes: number | null;
  bytes_transferred: number | null;
  recovery_point_arn: string | null;
}

export interface CopyJobTable extends Work {
  id: string;
  account_id: string;
  region: string;
  state: 'CREATED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'PARTIAL';
  status_message: string | null;
  message_category: string | null;
  source_vault_arn: string;
  source_recovery_point_arn: string;
  destination_vault_arn: string;
  destination_recovery_point_arn: string | null;
  destination_lifecycle: Lifecycle | null;
  resource_arn: string;
  resource_type: string;
  resource_name: string | null;
  iam_role_arn: string;
  created_by: CreatedBy | null;
  created_by_backup_job_id: string | null;
  created_at: number;
  completed_at: number | null;
  size_bytes: number | null;
}

export interface RestoreJobTable extends Work {
  id: string;
  account_id: string;
  region: string;
  status: 'PENDING' | 'RUNNING' | 'COMPLETED' | 'ABORTED' | 'FAILED';
  status_message: string | null;
  recovery_point_arn: string;
  recovery_point_created_at: number | null;
  source_resource_arn: string;
  vault_arn: string;
  resource_type: string;
  iam_role_arn: string | null;
  metadata: Record<string, string>;
  copy_source_tags: Generated<boolean>;
  created_resource_arn: string | null;
  created_at: number;
  completed_at: number | null;
  percent_done: Generated<number>;
  size_bytes: number | null;
  has_marks: Generated<boolean>;
}

export interface ResourceBusyTable {
  resource_arn: string;
  job_id: string;
}

export interface OrphanCheckTable {
  vault_id: string;
  due_at: number;
}

export interface RetentionClockTable {
  only_row: Generated<boolean>;
  seen_at: number;
  held_until: number | null;
}

export interface JobTables {
  backup_job: BackupJobTable;
  copy_job: CopyJobTable;
  restore_job: RestoreJobTable;
  resource_busy: ResourceBusyTable;
  orphan_check: OrphanCheckTable;
  retention_clock: RetentionClockTable;
}
