/**
 * A backup job from its claim to its end: checks, source, restic, record.
 *
 * INVARIANT: a recovery point is recorded only when restic has committed the snapshot and the source was read to its
 * end; files that could not be read make the job and the point PARTIAL and are named (AWS knows PARTIAL of composite
 * jobs only: divergence). A retry never takes over what a lost worker left in the repository, because nobody saw it
 * succeed: it is removed as an orphan. Source: backup spec 5.1, 6.1, 6.5, 8.4; engine rules 4-6.
 */
import path from 'node:path';
import { isoTime, uuid } from '@holdfast/kernel';
import { vaultArn } from '../plans/arns.ts';
import { calculatedLifecycle } from '../plans/lifecycle.ts';
import { putTags } from '../store/backup-tags.ts';
import { type BackupJobRow, createCopyJobs } from '../store/jobs.ts';
import { askForOrphanCheck, askForPrune } from '../store/jobs-removal.ts';
import { leave } from '../store/jobs-work.ts';
import { insertRecoveryPoint } from '../store/recovery-points.ts';
import { findResource, type ResourceRow } from '../store/resources.ts';
import { findVault, type VaultRow } from '../store/vaults.ts';
import type { BackupInput, BackupOutcome } from '../vault/repositories.ts';
import { startRetryDelayMs } from './backup-job.ts';
import { isStorageFull, JobFailure, LeaseLost } from './job-failure.ts';
import { accessOf, connectorOf, type JobParts, mergedTags, requireRole, resourceRefOf, type Work } from './parts.ts';
import { mustBeAllowed } from './places.ts';
import { recoveryPointArn } from './recovery-point-arn.ts';

/** Unreadable files that the message names. */
const FILES_NAMED = 10;

interface Prepared {
  readonly vault: VaultRow;
  readonly resource: ResourceRow;
  readonly tags: Readonly<Record<string, string>>;
  readonly input: BackupInput;
  readonly restoreMetadata: Readonly<Record<string, string>>;
}

/** Does the job and records its end. @throws LeaseLost; what jobFailureOf understands */
export async function runBackup(parts: JobParts, job: BackupJobRow, work: Work): Promise<void> {
  const prepared = await prepare(parts, job, work.signal);
  const { vault, resource } = prepared;
  const arn = recoveryPointArn(pointOf(job));
  const outcome = await parts.repositories.backup(
    accessOf(parts, vault),
    prepared.input,
    {
      accountId: job.account_id,
      createdAt: job.created_at,
      tags: [
        `holdfast:rp=${arn}`,
        `holdfast:resource=${resource.arn}`,
        `holdfast:type=${resource.type_name}`,
        `holdfast:job=${job.id}`,
        `holdfast:attempt=${job.attempt}`,
        `holdfast:created=${job.created_at}`,
      ],
    },
    {
      signal: work.signal,
      onProgress: ({ percent, bytesDone }) => work.report({ percent, bytes: bytesDone }),
    },
  );
  await record(parts, job, work, prepared, outcome);
}

async function prepare(parts: JobParts, job: BackupJobRow, signal: AbortSignal): Promise<Prepared> {
  const { db } = parts;
  const vault = await findVault(db, { accountId: job.account_id, region: job.region, name: job.vault_name });
  if (!vault) {
    const arn = vaultArn(job.region, job.account_id, job.vault_name);
    throw new JobFailure(`Backup job failed because backup vault ${arn} does not exist.`, 'RESOURCE_NOT_FOUND');
  }
  if (vault.state !== 'AVAILABLE') {
    throw new JobFailure(`The backup vault ${vault.name} is still being made.`, 'INVALID_STATE', { retryable: true });
  }
  const resource = await findResource(db, job.resource_arn);
  if (resource?.account_id !== job.account_id || resource.region !== job.region) {
    throw new JobFailure(`The resource ${job.resource_arn} is not registered any more.`, 'RESOURCE_NOT_FOUND');
  }
  const connector = connectorOf(parts, resource.type_name);
  const questions = connector.roleActions.backup.map((action) => ({ action, resource: resource.arn }));
  await requireRole(parts, job, questions, 'backup');
  const tags = mergedTags(resource.tags, job.request.recoveryPointTags);
  const ref = resourceRefOf(parts, resource);
  await mustBeAllowed(parts.settings, job.account_id, connector.placesOf(ref.properties));
  const input = await connector.source(ref, signal);
  if (input.kind === 'directory') {
    await mustBeAllowed(parts.settings, job.account_id, [input.folder]);
    mustNotHold(input.folder, vault);
  }
  const inside = input.kind === 'directory' ? `/${path.basename(input.folder)}` : `/${input.fileName}`;
  const restoreMetadata = {
    ...connector.restoreMetadata(ref),
    'holdfast:type': resource.type_name,
    'holdfast:snapshot-path': inside,
  };
  return { vault, resource, tags, input, restoreMetadata };
}

/** A backup of a folder that holds its own vault would grow with each run. */
function mustNotHold(folder: string, vault: VaultRow): void {
  const below = path.relative(folder, vault.storage.path);
  if (below === '' || (!below.startsWith('..') && !path.isAbsolute(below))) {
    const message = `The directory ${folder} holds the storage of the vault ${vault.name}: a vault must lie outside of what it keeps.`;
    throw new JobFailure(message, 'INVALID_STATE');
  }
}

async function record(
  parts: JobParts,
  job: BackupJobRow,
  work: Work,
  { vault, resource, tags, restoreMetadata }: Prepared,
  outcome: BackupOutcome,
): Promise<void> {
  const now = parts.clock.now();
  const arn = recoveryPointArn(pointOf(job));
  const problem = unreadableMessage(outcome);
  const state = problem === undefined ? 'COMPLETED' : 'PARTIAL';
  const { deleteAt, moveToColdAt } = calculatedLifecycle(job.created_at, job.request.lifecycle);
  await parts.db.transaction().execute(async (tx) => {
    const ours = await leave(tx, work.lease, {
      state,
      status_message: problem ?? job.request.note ?? null,
      message_category: problem !== undefined || job.request.note !== undefined ? 'MISCELLANEOUS' : 'SUCCESS',
      percent_done: 100,
      size_bytes: outcome.sizeBytes,
      bytes_transferred: outcome.sizeBytes,
      recovery_point_arn: arn,
      completed_at: now,
    });
    if (!ours) throw new LeaseLost('The lease was lost before the recovery point was recorded.');
    const recorded = await insertRecoveryPoint(tx, {
      arn,
      account_id: job.account_id,
      region: job.region,
      vault_id: vault.id,
      source_vault_arn: null,
      resource_arn: resource.arn,
      resource_type: resource.resource_type,
      resource_name: resource.name,
      status: state,
      status_message: problem ?? null,
      iam_role_arn: job.iam_role_arn,
      created_by: job.created_by,
      created_at: job.created_at,
      initiated_at: job.initiated_at,
      completed_at: now,
      size_bytes: outcome.sizeBytes,
      lifecycle: job.request.lifecycle ?? null,
      delete_at: deleteAt ?? null,
      move_to_cold_at: moveToColdAt ?? null,
      last_restored_at: null,
      snapshot_id: outcome.snapshotId,
      restore_metadata: { ...restoreMetadata },
      copied_from_arn: null,
      lease_until: null,
    });
    if (recorded === 'no-vault') {
      const gone = vaultArn(job.region, job.account_id, job.vault_name);
      throw new JobFailure(`Backup job failed because backup vault ${gone} does not exist.`, 'RESOURCE_NOT_FOUND');
    }
    await putTags(tx, job.account_id, arn, tags);
    await createCopyJobs(tx, copiesOf(parts, job, arn, now));
  });
  parts.log.info('job.backup-ended', { jobId: job.id, state, snapshotId: outcome.snapshotId });
}

function copiesOf(parts: JobParts, job: BackupJobRow, pointArn: string, now: number) {
  return (job.request.copyActions ?? []).map((action) => ({
    id: uuid(parts.random),
    accountId: job.account_id,
    region: job.region,
    sourceVaultArn: vaultArn(job.region, job.account_id, job.vault_name),
    sourceRecoveryPointArn: pointArn,
    destinationVaultArn: action.destinationVaultArn,
    lifecycle: action.lifecycle,
    resourceArn: job.resource_arn,
    resourceType: job.resource_type,
    resourceName: job.resource_name ?? undefined,
    iamRoleArn: job.iam_role_arn,
    createdBy: job.created_by ?? undefined,
    createdByBackupJobId: job.id,
    createdAt: now,
  }));
}

/** Undefined: everything was read. */
function unreadableMessage({ unreadable: { count, first } }: BackupOutcome): string | undefined {
  if (count === 0) return undefined;
  if (first.length === 0) return 'Not all files could be read; restic did not say which are not in the recovery point.';
  const named = first.slice(0, FILES_NAMED).map(({ item, why }) => (why === '' ? item : `${item} (${why})`));
  const rest = count > named.length ? ` and ${count - named.length} more` : '';
  return `${count} ${count === 1 ? 'file' : 'files'} could not be read and are not in the recovery point: ${named.join(', ')}${rest}`;
}

function pointOf(job: BackupJobRow) {
  return {
    resourceType: job.resource_type,
    region: job.region,
    accountId: job.account_id,
    job: { kind: 'backup', id: job.id },
  } as const;
}

/** Records the end of a job that could not be done, or gives it back for another start inside its window. */
export async function backupFailed(parts: JobParts, job: BackupJobRow, work: Work, failure: JobFailure): Promise<void> {
  const now = parts.clock.now();
  const againAt = now + startRetryDelayMs(now - job.created_at);
  const again = failure.retryable && againAt <= job.start_by;
  await parts.db.transaction().execute(async (tx) => {
    const ours = await leave(
      tx,
      work.lease,
      again
        ? {
            state: 'CREATED',
            attempt: job.attempt - 1,
            run_after: againAt,
            status_message: `Waiting to be tried again at ${isoTime(againAt)}: ${failure.message}`,
          }
        : { state: 'FAILED', status_message: failure.message, message_category: failure.category, completed_at: now },
    );
    if (!ours) throw new LeaseLost('The lease was lost before the failure was recorded.');
    const vault = await findVault(tx, { accountId: job.account_id, region: job.region, name: job.vault_name });
    if (vault?.state !== 'AVAILABLE') return;
    await askForOrphanCheck(tx, vault.id, now + parts.settings.leaseMs);
    // Else the vault stays full of what the failed backup wrote, and the next ones fail of it.
    if (isStorageFull(failure)) await askForPrune(tx, vault.id, now);
  });
  parts.log.warn(again ? 'job.backup-postponed' : 'job.backup-failed', { jobId: job.id, reason: failure.message });
}
