/**
 * Jobs as services and the scheduler see them: made, asked to stop, found. One statement each, inside the caller's
 * transaction.
 *
 * Not here: lists (jobs-lists.ts); claiming, heartbeats and results (jobs-work.ts); what a state means (jobs/*-job.ts).
 * After the commit of anything made here: `wake('jobs')`.
 */
import { type Instant, unreachable } from '@holdfast/kernel';
import { type Selectable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type {
  BackupJobTable,
  BackupRequest,
  CopyJobTable,
  CreatedBy,
  Lifecycle,
  RestoreJobTable,
} from './tables/jobs.ts';

export type BackupJobRow = Selectable<BackupJobTable>;
export type CopyJobRow = Selectable<CopyJobTable>;
export type RestoreJobRow = Selectable<RestoreJobTable>;

export interface NewBackupJob {
  /** A version 4 UUID; the recovery point's ARN is derived from it (jobs/recovery-point-arn.ts). */
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly vaultName: string;
  readonly resourceArn: string;
  readonly resourceType: string;
  readonly resourceName?: string | undefined;
  readonly iamRoleArn: string;
  /** Undefined: on demand. */
  readonly createdBy?: CreatedBy | undefined;
  readonly request: BackupRequest;
  readonly createdAt: Instant;
  readonly scheduledAt: Instant;
  /** Scheduled time plus start window. */
  readonly startBy: Instant;
  /** Scheduled time plus completion window (backup spec 5.1). */
  readonly completeBy: Instant;
}

/** Any number of jobs in one statement. The rows come back in no order. */
export async function createBackupJobs(tx: Tx, jobs: readonly NewBackupJob[]): Promise<BackupJobRow[]> {
  if (jobs.length === 0) return [];
  const rows = jobs.map((job) => ({
    id: job.id,
    account_id: job.accountId,
    region: job.region,
    vault_name: job.vaultName,
    resource_arn: job.resourceArn,
    resource_type: job.resourceType,
    resource_name: job.resourceName ?? null,
    iam_role_arn: job.iamRoleArn,
    created_by: job.createdBy ?? null,
    request: job.request,
    created_at: job.createdAt,
    scheduled_at: job.scheduledAt,
    start_by: job.startBy,
    complete_by: job.completeBy,
  }));
  // One parameter whatever their number, so that the statement stays prepared and has no limit of 65,535 parameters.
  const result = await sql<BackupJobRow>`
    insert into backup_job (id, account_id, region, state, vault_name, resource_arn, resource_type, resource_name,
      iam_role_arn, created_by, request, created_at, scheduled_at, start_by, complete_by, run_after)
    select id, account_id, region, 'CREATED', vault_name, resource_arn, resource_type, resource_name,
      iam_role_arn, created_by, request, created_at, scheduled_at, start_by, complete_by, created_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as job (id text, account_id text, region text,
      vault_name text, resource_arn text, resource_type text, resource_name text, iam_role_arn text, created_by jsonb,
      request jsonb, created_at bigint, scheduled_at bigint, start_by bigint, complete_by bigint)
    returning *`.execute(tx);
  return result.rows;
}

export interface NewCopyJob {
  readonly id: string;
  /** Of the source recovery point. */
  readonly accountId: string;
  readonly region: string;
  readonly sourceVaultArn: string;
  readonly sourceRecoveryPointArn: string;
  readonly destinationVaultArn: string;
  /** Undefined, or DeleteAfterDays -1: the source's (backup spec 8.4). */
  readonly lifecycle?: Lifecycle | undefined;
  readonly resourceArn: string;
  readonly resourceType: string;
  readonly resourceName?: string | undefined;
  readonly iamRoleArn: string;
  readonly createdBy?: CreatedBy | undefined;
  readonly createdByBackupJobId?: string | undefined;
  readonly createdAt: Instant;
}

export async function createCopyJobs(tx: Tx, jobs: readonly NewCopyJob[]): Promise<CopyJobRow[]> {
  if (jobs.length === 0) return [];
  return tx
    .insertInto('copy_job')
    .values(
      jobs.map((job) => ({
        id: job.id,
        account_id: job.accountId,
        region: job.region,
        state: 'CREATED' as const,
        source_vault_arn: job.sourceVaultArn,
        source_recovery_point_arn: job.sourceRecoveryPointArn,
        destination_vault_arn: job.destinationVaultArn,
        destination_lifecycle: job.lifecycle ?? null,
        resource_arn: job.resourceArn,
        resource_type: job.resourceType,
        resource_name: job.resourceName ?? null,
        iam_role_arn: job.iamRoleArn,
        created_by: job.createdBy ?? null,
        created_by_backup_job_id: job.createdByBackupJobId ?? null,
        created_at: job.createdAt,
        run_after: job.createdAt,
      })),
    )
    .returningAll()
    .execute();
}

export interface NewRestoreJob {
  readonly id: string;
  readonly accountId: string;
  readonly region: string;
  readonly recoveryPointArn: string;
  readonly recoveryPointCreatedAt: Instant;
  readonly sourceResourceArn: string;
  readonly vaultArn: string;
  readonly resourceType: string;
  readonly iamRoleArn?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly copySourceTags: boolean;
  readonly sizeBytes?: number | undefined;
  readonly createdAt: Instant;
}

export async function createRestoreJob(tx: Tx, job: NewRestoreJob): Promise<RestoreJobRow> {
  return tx
    .insertInto('restore_job')
    .values({
      id: job.id,
      account_id: job.accountId,
      region: job.region,
      status: 'PENDING',
      recovery_point_arn: job.recoveryPointArn,
      recovery_point_created_at: job.recoveryPointCreatedAt,
      source_resource_arn: job.sourceResourceArn,
      vault_arn: job.vaultArn,
      resource_type: job.resourceType,
      iam_role_arn: job.iamRoleArn ?? null,
      metadata: { ...job.metadata },
      copy_source_tags: job.copySourceTags,
      size_bytes: job.sizeBytes ?? null,
      created_at: job.createdAt,
      run_after: job.createdAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What became of a wish to stop a backup job. `ended`: it was in this final state already. */
export type StopAnswer =
  | { readonly kind: 'stopping' }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'ended'; readonly state: BackupJobRow['state'] };

/**
 * CREATED, PENDING or RUNNING → ABORTING; the worker or the sweeper makes it ABORTED. Asking twice is stopping once.
 * Which resource types may be stopped is the service's rule (backup spec 5.4).
 */
export async function requestStop(
  tx: Tx,
  job: { readonly accountId: string; readonly region: string; readonly id: string },
): Promise<StopAnswer> {
  const found = await tx
    .selectFrom('backup_job')
    .select('state')
    .where('id', '=', job.id)
    .where('account_id', '=', job.accountId)
    .where('region', '=', job.region)
    .forUpdate()
    .executeTakeFirst();
  if (!found) return { kind: 'not-found' };
  switch (found.state) {
    case 'CREATED':
    case 'PENDING':
    case 'RUNNING':
      await tx.updateTable('backup_job').set({ state: 'ABORTING' }).where('id', '=', job.id).execute();
      return { kind: 'stopping' };
    case 'ABORTING':
      return { kind: 'stopping' };
    case 'COMPLETED':
    case 'PARTIAL':
    case 'FAILED':
    case 'ABORTED':
    case 'EXPIRED':
      return { kind: 'ended', state: found.state };
    default:
      return unreachable(found.state);
  }
}

export function findBackupJob(db: Queryable, id: string): Promise<BackupJobRow | undefined> {
  return db.selectFrom('backup_job').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findCopyJob(db: Queryable, id: string): Promise<CopyJobRow | undefined> {
  return db.selectFrom('copy_job').selectAll().where('id', '=', id).executeTakeFirst();
}

export function findRestoreJob(db: Queryable, id: string): Promise<RestoreJobRow | undefined> {
  return db.selectFrom('restore_job').selectAll().where('id', '=', id).executeTakeFirst();
}
