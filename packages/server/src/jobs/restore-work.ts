/**
 * A restore job from its claim to its end: the connector plans and does it, the new resource is registered with the
 * job's end.
 *
 * Source: backup spec 9.1, 9.2 (tags of the source: EFS only into a new file system and not for items, RDS always).
 */
import type { Connector, Restored, RestoreOrder, RestorePlan } from '@holdfast/connector-kit';
import { resourceSecretsContext } from '../secrets/contexts.ts';
import { tagsOf } from '../store/backup-tags.ts';
import type { Queryable, Tx } from '../store/database.ts';
import type { RestoreJobRow } from '../store/jobs.ts';
import { leave, noteRestore } from '../store/jobs-work.ts';
import { findRecoveryPoint, type RecoveryPointRow } from '../store/recovery-points.ts';
import { findRegistration, findResource, insertResource } from '../store/resources.ts';
import { noteMarks } from '../store/restore-marks.ts';
import { findVaultById, type VaultRow } from '../store/vaults.ts';
import { JobFailure, LeaseLost } from './job-failure.ts';
import { keptContents } from './kept-contents.ts';
import { accessOf, connectorOf, type JobParts, requireRole, resourceRefOf, type Work } from './parts.ts';
import { mustBeAllowed } from './places.ts';
import { RESTORE_ATTEMPTS_MAX } from './restore-job.ts';

const RETRY_MS = 10_000;
/** Ours in the restore metadata of a point; no connector's business. */
const TYPE = 'holdfast:type';
const INSIDE = 'holdfast:snapshot-path';

export async function runRestore(parts: JobParts, job: RestoreJobRow, work: Work): Promise<void> {
  const { db, repositories } = parts;
  const { point, vault, inside, connector, plan } = await planOf(parts, job);
  await mustBeAllowed(parts.settings, job.account_id, plan.places);
  const questions = connector.roleActions.restore.map((action) => ({ action, resource: plan.targetArn }));
  const { iam_role_arn } = job;
  if (iam_role_arn !== null) await requireRole(parts, { ...job, iam_role_arn }, questions, 'restore');
  const access = accessOf(parts, vault);
  const contents = keptContents({ repositories, access, snapshotId: point.snapshot_id, inside });
  await noteMarks(db, job.id, true);
  const restored = await plan.execute(contents, work.signal);
  await record(parts, job, work, { point, restored, typeName: connector.typeName });
  await plan.settled();
  await noteMarks(db, job.id, false);
}

interface Planned {
  readonly point: RecoveryPointRow;
  readonly vault: VaultRow;
  /** Where in the snapshot the contents are. */
  readonly inside: string;
  readonly connector: Connector;
  readonly plan: RestorePlan;
}

/** @throws JobFailure when the recovery point has gone */
export async function planOf(parts: JobParts, job: RestoreJobRow): Promise<Planned> {
  const point = await findRecoveryPoint(parts.db, job.recovery_point_arn);
  const vault = point && (await findVaultById(parts.db, point.vault_id));
  if (!point || point.status === 'DELETING' || !vault) {
    const message = `Restore job failed because recovery point ${job.recovery_point_arn} does not exist.`;
    throw new JobFailure(message, 'RESOURCE_NOT_FOUND');
  }
  const inside = point.restore_metadata[INSIDE];
  if (inside === undefined) throw new JobFailure('The recovery point does not say what it holds.', 'FATAL_ERROR');
  const connector = connectorOf(parts, point.restore_metadata[TYPE] ?? '');
  const plan = await connector.planRestore(await orderOf(parts, job, point, connector.typeName));
  return { point, vault, inside, connector, plan };
}

async function orderOf(
  parts: JobParts,
  job: RestoreJobRow,
  point: RecoveryPointRow,
  typeName: string,
): Promise<RestoreOrder> {
  const source = await findResource(parts.db, point.resource_arn);
  const place = { accountId: job.account_id, region: job.region, typeName };
  return {
    jobId: job.id,
    orderedAt: job.created_at,
    accountId: job.account_id,
    region: job.region,
    metadata: withoutOurs(job.metadata),
    kept: withoutOurs(point.restore_metadata),
    source: source?.account_id === job.account_id ? resourceRefOf(parts, source) : undefined,
    async find(identifier) {
      const row = await findRegistration(parts.db, { ...place, identifier });
      return row && resourceRefOf(parts, row);
    },
  };
}

function withoutOurs(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== TYPE && key !== INSIDE));
}

interface Outcome {
  readonly point: RecoveryPointRow;
  readonly restored: Restored;
  readonly typeName: string;
}

async function record(parts: JobParts, job: RestoreJobRow, work: Work, outcome: Outcome): Promise<void> {
  const now = parts.clock.now();
  await parts.db.transaction().execute(async (tx) => {
    const arn = await registered(parts, tx, job, outcome);
    const ours = await leave(tx, work.lease, {
      status: 'COMPLETED',
      percent_done: 100,
      created_resource_arn: arn,
      completed_at: now,
    });
    if (!ours) throw new LeaseLost('The lease was lost before the restore was recorded.');
    await noteRestore(tx, outcome.point.arn, now);
  });
  parts.log.info('job.restore-ended', { jobId: job.id });
}

async function registered(parts: JobParts, tx: Tx, job: RestoreJobRow, outcome: Outcome): Promise<string> {
  const { restored, typeName, point } = outcome;
  if (restored.kind === 'into-existing') return restored.arn;
  const connector = connectorOf(parts, typeName);
  const arn = connector.arnOf(job.account_id, job.region, restored.identifier);
  const hasSecrets = Object.keys(restored.secrets).length > 0;
  const inserted = await insertResource(tx, {
    arn,
    accountId: job.account_id,
    region: job.region,
    typeName,
    identifier: restored.identifier,
    resourceType: connector.resourceType,
    name: restored.name,
    properties: restored.properties,
    secretsSealed: hasSecrets
      ? parts.sealer.seal(JSON.stringify(restored.secrets), resourceSecretsContext(arn))
      : undefined,
    tags: await tagsFor(tx, job, point, connector.resourceType),
    now: parts.clock.now(),
  });
  if (!inserted) throw new JobFailure(`The resource ${arn} exists already.`, 'INVALID_STATE');
  return arn;
}

async function tagsFor(
  db: Queryable,
  job: RestoreJobRow,
  point: RecoveryPointRow,
  resourceType: string,
): Promise<Record<string, string>> {
  const wanted = resourceType === 'RDS' || (job.copy_source_tags && job.metadata['ItemsToRestore'] === undefined);
  if (!wanted) return {};
  const source = await findResource(db, point.resource_arn);
  return source?.account_id === job.account_id ? source.tags : tagsOf(db, point.arn);
}

export async function restoreFailed(
  parts: JobParts,
  job: RestoreJobRow,
  work: Work,
  failure: JobFailure,
): Promise<void> {
  const now = parts.clock.now();
  const again = failure.retryable && job.attempt < RESTORE_ATTEMPTS_MAX;
  await parts.db.transaction().execute(async (tx) => {
    const ours = await leave(
      tx,
      work.lease,
      again
        ? {
            status: 'PENDING',
            run_after: now + RETRY_MS,
            status_message: `Waiting to be tried again: ${failure.message}`,
          }
        : { status: 'FAILED', status_message: failure.message, completed_at: now },
    );
    if (!ours) throw new LeaseLost('The lease was lost before the failure was recorded.');
  });
  parts.log.warn(again ? 'job.restore-postponed' : 'job.restore-failed', { jobId: job.id, reason: failure.message });
}
