/**
 * A copy job from its claim to its end.
 *
 * restic's copy finds what an earlier attempt copied, so a retry takes it over. Two copies of one point into one
 * vault stand on the same snapshot; it goes with the last of them (removal.ts). Source: backup spec 8.1 (across
 * accounts), 8.2, 8.3, 8.4.
 */
import type { ConditionContext } from '../authorization/authorizer.ts';
import { pathAbove } from '../authorization/context.ts';
import { parseVaultArn, vaultArn } from '../plans/arns.ts';
import { calculatedLifecycle, copyLifecycle } from '../plans/lifecycle.ts';
import { putTags, tagsOf } from '../store/backup-tags.ts';
import type { CopyJobRow } from '../store/jobs.ts';
import { askForOrphanCheck, askForPrune } from '../store/jobs-removal.ts';
import { leave } from '../store/jobs-work.ts';
import { membershipOf } from '../store/organizations.ts';
import { findRecoveryPoint, insertRecoveryPoint, type RecoveryPointRow } from '../store/recovery-points.ts';
import { findVault, findVaultById, type VaultRow } from '../store/vaults.ts';
import { COPY_ATTEMPTS_MAX } from './copy-job.ts';
import { isStorageFull, JobFailure, LeaseLost } from './job-failure.ts';
import { accessOf, type JobParts, requireRole, type Work } from './parts.ts';
import { recoveryPointArn } from './recovery-point-arn.ts';

/** Between two tries of a copy that failed for a passing reason; AWS goes on for two hours (backup spec 5.7). */
const RETRY_MS = 30_000;

interface Prepared {
  readonly point: RecoveryPointRow;
  readonly from: VaultRow;
  readonly to: VaultRow;
}

export async function runCopy(parts: JobParts, job: CopyJobRow, work: Work): Promise<void> {
  const prepared = await prepare(parts, job);
  const { point, from, to } = prepared;
  await parts.repositories.copy(
    accessOf(parts, from),
    point.snapshot_id,
    accessOf(parts, to),
    { signal: work.signal, onProgress: ({ percent }) => work.report({ percent, bytes: undefined }) },
    (snapshotId) => record(parts, job, work, prepared, snapshotId),
  );
}

async function prepare(parts: JobParts, job: CopyJobRow): Promise<Prepared> {
  const { db } = parts;
  const destination = parseVaultArn(job.destination_vault_arn);
  if (!destination)
    throw new JobFailure(`${job.destination_vault_arn} is not the ARN of a vault.`, 'RESOURCE_NOT_FOUND');
  if (destination.accountId !== job.account_id) await refuseAcrossAccounts(parts, job, destination.accountId);
  const point = await findRecoveryPoint(db, job.source_recovery_point_arn);
  if (!point || point.status === 'DELETING') {
    const message = `Copy job failed because recovery point ${job.source_recovery_point_arn} does not exist.`;
    throw new JobFailure(message, 'RESOURCE_NOT_FOUND');
  }
  const from = await findVaultById(db, point.vault_id);
  const to = await findVault(db, destination);
  if (!from || !to) {
    const arn = from ? job.destination_vault_arn : job.source_vault_arn;
    throw new JobFailure(`Copy job failed because backup vault ${arn} does not exist.`, 'RESOURCE_NOT_FOUND');
  }
  if (to.state !== 'AVAILABLE') {
    throw new JobFailure(`The backup vault ${to.name} is still being made.`, 'INVALID_STATE', { retryable: true });
  }
  if (to.id === from.id) {
    throw new JobFailure('Copy job failed because source and destination are the same vault.', 'UNSUPPORTED_OPERATION');
  }
  const questions = [
    {
      action: 'backup:CopyFromBackupVault',
      resource: point.arn,
      context: await copyContext(parts, job.destination_vault_arn, destination.accountId),
    },
    { action: 'backup:CopyIntoBackupVault', resource: job.destination_vault_arn },
  ];
  await requireRole(parts, job, questions, 'copy');
  return { point, from, to };
}

/**
 * What a copy is about, for IAM: where it goes, and where in its organization that account hangs (backup spec 14.2).
 */
async function copyContext({ db }: JobParts, vault: string, accountId: string): Promise<ConditionContext> {
  const membership = await membershipOf(db, accountId);
  return {
    'backup:copytargets': [vault],
    ...(membership && { 'backup:copytargetorgpaths': [pathAbove(membership)] }),
  };
}

/**
 * Copies into other accounts need an organization and a setting of its that nothing can switch on yet (backup spec
 * 8.1).
 */
async function refuseAcrossAccounts({ db }: JobParts, job: CopyJobRow, accountId: string): Promise<never> {
  const [source, destination] = await Promise.all([membershipOf(db, job.account_id), membershipOf(db, accountId)]);
  if (!source || source.organization.id !== destination?.organization.id) {
    const message = 'Copy job failed. Both source and destination account must be a member of the same organization.';
    throw new JobFailure(message, 'ACCESS_DENIED');
  }
  const message = 'Copy job failed. Cross-account copy feature is not enabled for the current organization.';
  throw new JobFailure(message, 'FEATURE_NOT_ENABLED');
}

async function record(
  parts: JobParts,
  job: CopyJobRow,
  work: Work,
  { point, from, to }: Prepared,
  snapshotId: string,
): Promise<void> {
  const now = parts.clock.now();
  const arn = recoveryPointArn({
    resourceType: job.resource_type,
    region: to.region,
    accountId: to.account_id,
    job: { kind: 'copy', id: job.id },
  });
  const state = point.status === 'PARTIAL' ? 'PARTIAL' : 'COMPLETED';
  const lifecycle = copyLifecycle(point.lifecycle, job.destination_lifecycle);
  const { deleteAt, moveToColdAt } = calculatedLifecycle(point.created_at, lifecycle);
  await parts.db.transaction().execute(async (tx) => {
    const ours = await leave(tx, work.lease, {
      state,
      status_message: point.status_message,
      message_category: state === 'COMPLETED' ? 'SUCCESS' : 'MISCELLANEOUS',
      size_bytes: point.size_bytes,
      destination_recovery_point_arn: arn,
      destination_lifecycle: lifecycle === undefined ? null : JSON.stringify(lifecycle),
      completed_at: now,
    });
    if (!ours) throw new LeaseLost('The lease was lost before the copy was recorded.');
    const { lease_token: _token, ...facts } = point;
    const recorded = await insertRecoveryPoint(tx, {
      ...facts,
      arn,
      account_id: to.account_id,
      region: to.region,
      vault_id: to.id,
      source_vault_arn: vaultArn(from.region, from.account_id, from.name),
      status: state,
      iam_role_arn: job.iam_role_arn,
      created_by: job.created_by,
      initiated_at: job.created_at,
      completed_at: now,
      lifecycle: lifecycle ?? null,
      delete_at: deleteAt ?? null,
      move_to_cold_at: moveToColdAt ?? null,
      last_restored_at: null,
      snapshot_id: snapshotId,
      copied_from_arn: point.arn,
      lease_until: null,
    });
    if (recorded === 'no-vault') {
      const message = `Copy job failed because backup vault ${job.destination_vault_arn} does not exist.`;
      throw new JobFailure(message, 'RESOURCE_NOT_FOUND');
    }
    await putTags(tx, to.account_id, arn, await tagsOf(tx, point.arn));
  });
  parts.log.info('job.copy-ended', { jobId: job.id, state, snapshotId });
}

export async function copyFailed(parts: JobParts, job: CopyJobRow, work: Work, failure: JobFailure): Promise<void> {
  const now = parts.clock.now();
  const again = failure.retryable && job.attempt < COPY_ATTEMPTS_MAX;
  await parts.db.transaction().execute(async (tx) => {
    const ours = await leave(
      tx,
      work.lease,
      again
        ? {
            state: 'CREATED',
            run_after: now + RETRY_MS,
            status_message: `Waiting to be tried again: ${failure.message}`,
          }
        : { state: 'FAILED', status_message: failure.message, message_category: failure.category, completed_at: now },
    );
    if (!ours) throw new LeaseLost('The lease was lost before the failure was recorded.');
    // Another account's vault was refused before anything was written to it.
    const destination = parseVaultArn(job.destination_vault_arn);
    const to = !again && destination?.accountId === job.account_id ? await findVault(tx, destination) : undefined;
    if (to?.state !== 'AVAILABLE') return;
    await askForOrphanCheck(tx, to.id, now + parts.settings.leaseMs);
    if (isStorageFull(failure)) await askForPrune(tx, to.id, now);
  });
  parts.log.warn(again ? 'job.copy-postponed' : 'job.copy-failed', { jobId: job.id, reason: failure.message });
}
