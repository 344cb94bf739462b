/**
 * Lists of jobs, newest first, one page at a time by keyset: the cost of a page does not grow with its number.
 *
 * Every filter of ListBackupJobs, ListCopyJobs and ListRestoreJobs is here except the parent's: Holdfast has no
 * composite jobs, so a list by parent is empty and the service answers it without asking. Moments compare as AWS's
 * filters are named: `createdBefore` and `createdAfter` leave the given moment itself out.
 */
import type { Instant } from '@holdfast/kernel';
import { sql } from 'kysely';
import type { Queryable } from './database.ts';
import type { BackupJobRow, CopyJobRow, RestoreJobRow } from './jobs.ts';

/** Where the next page goes on: the last job of the one before. */
export interface JobCursor {
  readonly createdAt: Instant;
  readonly id: string;
}

interface Filter {
  /** Whose jobs; the caller's own, or the members that a management account may see. */
  readonly accountIds: readonly string[];
  readonly region: string;
  readonly resourceType?: string | undefined;
  readonly createdBefore?: Instant | undefined;
  readonly createdAfter?: Instant | undefined;
  readonly completedBefore?: Instant | undefined;
  readonly completedAfter?: Instant | undefined;
  readonly after?: JobCursor | undefined;
  readonly limit: number;
}

export interface BackupJobFilter extends Filter {
  readonly resourceArn?: string | undefined;
  readonly state?: BackupJobRow['state'] | undefined;
  readonly vaultName?: string | undefined;
  readonly messageCategory?: string | undefined;
}

export interface CopyJobFilter extends Filter {
  readonly resourceArn?: string | undefined;
  readonly state?: CopyJobRow['state'] | undefined;
  readonly destinationVaultArn?: string | undefined;
  readonly messageCategory?: string | undefined;
  readonly sourceRecoveryPointArn?: string | undefined;
}

export interface RestoreJobFilter extends Filter {
  readonly status?: RestoreJobRow['status'] | undefined;
  /** For ListRestoreJobsByProtectedResource. */
  readonly sourceResourceArn?: string | undefined;
  readonly recoveryPointCreatedBefore?: Instant | undefined;
  readonly recoveryPointCreatedAfter?: Instant | undefined;
}

export function listBackupJobs(db: Queryable, filter: BackupJobFilter): Promise<BackupJobRow[]> {
  let query = db
    .selectFrom('backup_job')
    .selectAll()
    .where('account_id', 'in', [...filter.accountIds])
    .where('region', '=', filter.region);
  if (filter.resourceArn !== undefined) query = query.where('resource_arn', '=', filter.resourceArn);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.vaultName !== undefined) query = query.where('vault_name', '=', filter.vaultName);
  if (filter.messageCategory !== undefined) query = query.where('message_category', '=', filter.messageCategory);
  if (filter.resourceType !== undefined) query = query.where('resource_type', '=', filter.resourceType);
  if (filter.createdBefore !== undefined) query = query.where('created_at', '<', filter.createdBefore);
  if (filter.createdAfter !== undefined) query = query.where('created_at', '>', filter.createdAfter);
  if (filter.completedBefore !== undefined) query = query.where('completed_at', '<', filter.completedBefore);
  if (filter.completedAfter !== undefined) query = query.where('completed_at', '>', filter.completedAfter);
  if (filter.after !== undefined) query = query.where(past(filter.after));
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
}

export function listCopyJobs(db: Queryable, filter: CopyJobFilter): Promise<CopyJobRow[]> {
  let query = db
    .selectFrom('copy_job')
    .selectAll()
    .where('account_id', 'in', [...filter.accountIds])
    .where('region', '=', filter.region);
  if (filter.resourceArn !== undefined) query = query.where('resource_arn', '=', filter.resourceArn);
  if (filter.state !== undefined) query = query.where('state', '=', filter.state);
  if (filter.destinationVaultArn !== undefined)
    query = query.where('destination_vault_arn', '=', filter.destinationVaultArn);
  if (filter.messageCategory !== undefined) query = query.where('message_category', '=', filter.messageCategory);
  if (filter.sourceRecoveryPointArn !== undefined)
    query = query.where('source_recovery_point_arn', '=', filter.sourceRecoveryPointArn);
  if (filter.resourceType !== undefined) query = query.where('resource_type', '=', filter.resourceType);
  if (filter.createdBefore !== undefined) query = query.where('created_at', '<', filter.createdBefore);
  if (filter.createdAfter !== undefined) query = query.where('created_at', '>', filter.createdAfter);
  if (filter.completedBefore !== undefined) query = query.where('completed_at', '<', filter.completedBefore);
  if (filter.completedAfter !== undefined) query = query.where('completed_at', '>', filter.completedAfter);
  if (filter.after !== undefined) query = query.where(past(filter.after));
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
}

export function listRestoreJobs(db: Queryable, filter: RestoreJobFilter): Promise<RestoreJobRow[]> {
  let query = db
    .selectFrom('restore_job')
    .selectAll()
    .where('account_id', 'in', [...filter.accountIds])
    .where('region', '=', filter.region);
  if (filter.status !== undefined) query = query.where('status', '=', filter.status);
  if (filter.resourceType !== undefined) query = query.where('resource_type', '=', filter.resourceType);
  if (filter.sourceResourceArn !== undefined) query = query.where('source_resource_arn', '=', filter.sourceResourceArn);
  if (filter.recoveryPointCreatedBefore !== undefined)
    query = query.where('recovery_point_created_at', '<', filter.recoveryPointCreatedBefore);
  if (filter.recoveryPointCreatedAfter !== undefined)
    query = query.where('recovery_point_created_at', '>', filter.recoveryPointCreatedAfter);
  if (filter.createdBefore !== undefined) query = query.where('created_at', '<', filter.createdBefore);
  if (filter.createdAfter !== undefined) query = query.where('created_at', '>', filter.createdAfter);
  if (filter.completedBefore !== undefined) query = query.where('completed_at', '<', filter.completedBefore);
  if (filter.completedAfter !== undefined) query = query.where('completed_at', '>', filter.completedAfter);
  if (filter.after !== undefined) query = query.where(past(filter.after));
  return query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
}

/**
 * A row comparison, which the index on (…, created_at desc, id desc) answers by going on where the page before ended.
 */
function past(cursor: JobCursor) {
  return sql<boolean>`(created_at, id) < (${cursor.createdAt}, ${cursor.id})`;
}
