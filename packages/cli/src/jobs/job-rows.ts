/**
 * Backup, copy and restore jobs as rows of one table: AWS describes the three in three shapes.
 *
 * Not here: drawing (output/table.ts), waiting for a job (job-progress.ts).
 */
import type {
  BackupClient,
  BackupJob,
  BackupJobState,
  CopyJob,
  CopyJobState,
  RestoreJobStatus,
  RestoreJobsListMember,
} from '@aws-sdk/client-backup';
import type { Instant } from '@holdfast/kernel';
import { type Colours, colourOfState } from '../output/colour.ts';
import { formatBytes, formatDuration, formatMoment } from '../output/quantities.ts';
import type { Column } from '../output/table.ts';

export interface JobRow {
  readonly kind: 'backup' | 'copy' | 'restore';
  readonly id: string;
  readonly accountId: string;
  readonly state: string;
  /** Its name, or the end of its ARN. */
  readonly resource: string;
  readonly resourceArn: string | undefined;
  readonly vault: string;
  readonly percentDone: number | undefined;
  readonly sizeBytes: number | undefined;
  readonly createdAt: Instant | undefined;
  readonly completedAt: Instant | undefined;
  readonly message: string | undefined;
  readonly recoveryPointArn: string | undefined;
}

export interface JobFilter {
  readonly limit: number;
  readonly state?: string;
  /** Twelve digits or `*`. */
  readonly account?: string;
}

const PAGE = 1_000;

/** The newest jobs of all three kinds. */
export async function jobRows(backup: BackupClient, { limit, state, account }: JobFilter): Promise<JobRow[]> {
  const sdk = await import('@aws-sdk/client-backup');
  const page = { MaxResults: Math.min(PAGE, limit), ...(account === undefined ? {} : { ByAccountId: account }) };
  const [backups, copies, restores] = await Promise.all([
    isOneOf(sdk.BackupJobState, state)
      ? backup.send(new sdk.ListBackupJobsCommand({ ...page, ...byState<BackupJobState>(state) }))
      : undefined,
    isOneOf(sdk.CopyJobState, state)
      ? backup.send(new sdk.ListCopyJobsCommand({ ...page, ...byState<CopyJobState>(state) }))
      : undefined,
    isOneOf(sdk.RestoreJobStatus, state)
      ? backup.send(
          new sdk.ListRestoreJobsCommand({
            ...page,
            ...(state === undefined ? {} : { ByStatus: state as RestoreJobStatus }),
          }),
        )
      : undefined,
  ]);
  return [
    ...(backups?.BackupJobs ?? []).map(backupRow),
    ...(copies?.CopyJobs ?? []).map(copyRow),
    ...(restores?.RestoreJobs ?? []).map(restoreRow),
  ]
    .sort((one, other) => (other.createdAt ?? 0) - (one.createdAt ?? 0))
    .slice(0, limit);
}

/** A state that a kind of job does not know matches none of them, and AWS refuses to be asked for it. */
function isOneOf(states: Readonly<Record<string, string>>, state: string | undefined): boolean {
  return state === undefined || Object.values(states).includes(state);
}

function byState<State>(state: string | undefined): { ByState?: State } {
  return state === undefined ? {} : { ByState: state as State };
}

export function backupRow(job: BackupJob): JobRow {
  return {
    kind: 'backup',
    id: job.BackupJobId ?? '',
    accountId: job.AccountId ?? '',
    state: job.State ?? '',
    resource: job.ResourceName ?? shortArn(job.ResourceArn),
    resourceArn: job.ResourceArn,
    vault: shortArn(job.BackupVaultArn ?? job.BackupVaultName),
    percentDone: percent(job.PercentDone),
    sizeBytes: job.BackupSizeInBytes,
    createdAt: job.CreationDate?.getTime(),
    completedAt: job.CompletionDate?.getTime(),
    message: job.StatusMessage,
    recoveryPointArn: job.RecoveryPointArn,
  };
}

export function copyRow(job: CopyJob): JobRow {
  return {
    kind: 'copy',
    id: job.CopyJobId ?? '',
    accountId: job.AccountId ?? '',
    state: job.State ?? '',
    resource: job.ResourceName ?? shortArn(job.ResourceArn),
    resourceArn: job.ResourceArn,
    vault: regionAndVault(job.DestinationBackupVaultArn),
    percentDone: undefined,
    sizeBytes: job.BackupSizeInBytes,
    createdAt: job.CreationDate?.getTime(),
    completedAt: job.CompletionDate?.getTime(),
    message: job.StatusMessage,
    recoveryPointArn: job.DestinationRecoveryPointArn,
  };
}

export function restoreRow(job: RestoreJobsListMember): JobRow {
  return {
    kind: 'restore',
    id: job.RestoreJobId ?? '',
    accountId: job.AccountId ?? '',
    state: job.Status ?? '',
    resource: shortArn(job.CreatedResourceArn ?? job.RecoveryPointArn),
    resourceArn: job.CreatedResourceArn,
    vault: shortArn(job.BackupVaultArn),
    percentDone: percent(job.PercentDone),
    sizeBytes: job.BackupSizeInBytes,
    createdAt: job.CreationDate?.getTime(),
    completedAt: job.CompletionDate?.getTime(),
    message: job.StatusMessage,
    recoveryPointArn: job.RecoveryPointArn,
  };
}

export function jobColumns(colours: Colours, now: Instant): Column<JobRow>[] {
  return [
    { title: 'JOB', value: (row) => row.kind },
    { title: 'ID', value: (row) => row.id, shrinkTo: 8 },
    { title: 'ACCOUNT', value: (row) => row.accountId },
    { title: 'STATE', value: (row) => row.state, colour: (row) => colourOfState(row.state, colours) },
    {
      title: 'DONE',
      value: (row) => (row.percentDone === undefined ? '-' : `${row.percentDone.toFixed(0)}%`),
      align: 'right',
    },
    { title: 'RESOURCE', value: (row) => row.resource, shrinkTo: 10 },
    { title: 'VAULT', value: (row) => row.vault, shrinkTo: 8 },
    { title: 'SIZE', value: (row) => formatBytes(row.sizeBytes), align: 'right' },
    { title: 'CREATED', value: (row) => formatMoment(row.createdAt) },
    {
      title: 'TOOK',
      value: (row) => (row.createdAt === undefined ? '-' : formatDuration((row.completedAt ?? now) - row.createdAt)),
      align: 'right',
    },
    { title: 'MESSAGE', value: (row) => row.message ?? '', shrinkTo: 12 },
  ];
}

function percent(text: string | undefined): number | undefined {
  const value = Number.parseFloat(text ?? '');
  return Number.isNaN(value) ? undefined : value;
}

/** The part after the last colon or slash. */
export function shortArn(arn: string | undefined): string {
  return arn === undefined ? '' : (/[^:/]+$/.exec(arn)?.[0] ?? arn);
}

function regionAndVault(arn: string | undefined): string {
  const [, , , region = ''] = arn?.split(':') ?? [];
  return `${region}/${shortArn(arn)}`;
}
