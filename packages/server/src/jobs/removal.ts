/**
 * What is removed from vaults, one step at a time: points that are being deleted, snapshots that no point names, and,
 * some time later, the space they took.
 *
 * Each step is safe to repeat: a snapshot that is gone already is as good as removed.
 * Source: design 8; engine rules 4, 8, 9; backup spec 6.3, 6.4.
 */
import { HOUR_MS, type Instant, MINUTE_MS } from '@holdfast/kernel';
import { vaultArn } from '../plans/arns.ts';
import {
  askForOrphanCheck,
  askForPrune,
  claimDeletions,
  dueOrphanCheck,
  isCopyUnderWay,
  jobsAtWork,
  orphanCheckDone,
  postponeDeletions,
  postponePrune,
  pruned,
  removePoints,
  retireExpiredPoints,
  snapshotIdsOf,
  snapshotsOnlyOf,
  vaultToPrune,
  vaultWithDeletions,
} from '../store/jobs-removal.ts';
import { findVaultById, type VaultRow } from '../store/vaults.ts';
import type { Snapshot } from '../vault/restic-output.ts';
import { accessOf, type JobParts } from './parts.ts';
import { mayRetire } from './retention-clock.ts';

const RETIRED_AT_ONCE = 1_000;
const DELETED_AT_ONCE = 100;
/** A vault that is in use, or whose repository fails, is tried again after this. */
const BUSY_RETRY_MS = 30_000;
const FAILED_RETRY_MS = 10 * MINUTE_MS;
/** Deletions of an hour are pruned together: prune is the expensive part (engine rules 8). */
export const PRUNE_DELAY_MS = HOUR_MS;
const JOB_TAG = 'holdfast:job=';

function pruneDelayMs({ settings }: JobParts): number {
  return settings.pruneDelayMs ?? PRUNE_DELAY_MS;
}

/** Does one thing, the most urgent. False: there is nothing to remove now. */
export async function removeSomething(parts: JobParts, signal: AbortSignal): Promise<boolean> {
  const now = parts.clock.now();
  if ((await mayRetire(parts, now)) && (await retireExpiredPoints(parts.db, now, RETIRED_AT_ONCE)) > 0) return true;
  const deletions = await vaultWithDeletions(parts.db, now, []);
  if (deletions !== undefined) return deletePoints(parts, deletions, signal);
  const orphans = await dueOrphanCheck(parts.db, now, []);
  if (orphans) return removeOrphans(parts, orphans, signal);
  const prunable = await vaultToPrune(parts.db, now, []);
  if (prunable !== undefined) return prune(parts, prunable, signal);
  return false;
}

async function deletePoints(parts: JobParts, vaultId: string, signal: AbortSignal): Promise<boolean> {
  const now = parts.clock.now();
  // Longer than a lease by itself is harmless: removing twice is removing once.
  const leaseUntil = now + parts.settings.leaseMs;
  const deletions = await claimDeletions(parts.db, vaultId, { now, leaseUntil, limit: DELETED_AT_ONCE });
  const vault = await findVaultById(parts.db, vaultId);
  if (deletions.length === 0 || !vault) return false;
  try {
    const outcome = await parts.repositories.forget(
      accessOf(parts, vault),
      () => snapshotsOnlyOf(parts.db, vaultId, deletions),
      signal,
    );
    if (outcome === 'busy') {
      await postponeDeletions(parts.db, deletions, now + BUSY_RETRY_MS);
      return false;
    }
  } catch (error) {
    await postponeDeletions(parts.db, deletions, parts.clock.now() + FAILED_RETRY_MS);
    parts.log.error('vault.deletion-failed', { vaultId, points: deletions.length, error });
    return false;
  }
  const pruneAt = parts.clock.now() + pruneDelayMs(parts);
  await parts.db.transaction().execute((tx) => removePoints(tx, vaultId, deletions, pruneAt));
  parts.log.info('vault.points-deleted', { vaultId, points: deletions.length });
  return true;
}

/** Snapshots that a lost worker left: named by no point, and by no job that is at work. */
async function removeOrphans(
  parts: JobParts,
  { vaultId, dueAt }: { readonly vaultId: string; readonly dueAt: Instant },
  signal: AbortSignal,
): Promise<boolean> {
  const vault = await findVaultById(parts.db, vaultId);
  if (vault?.state !== 'AVAILABLE') {
    await orphanCheckDone(parts.db, vaultId, dueAt);
    return true;
  }
  let removed: number | undefined;
  try {
    const choose = async (list: () => Promise<Snapshot[]>): Promise<readonly string[]> => {
      const ids = await orphansOf(parts, vault, await list());
      removed = ids?.length;
      return ids ?? [];
    };
    const outcome = await parts.repositories.forget(accessOf(parts, vault), choose, signal);
    if (outcome === 'done' && removed !== undefined) {
      await orphanCheckDone(parts.db, vaultId, dueAt);
      // A backup that ended without a snapshot has left packs all the same.
      await askForPrune(parts.db, vaultId, parts.clock.now() + pruneDelayMs(parts));
      parts.log.info('vault.orphans-removed', { vaultId, snapshots: removed });
      return true;
    }
    await askForOrphanCheck(parts.db, vaultId, parts.clock.now() + BUSY_RETRY_MS);
  } catch (error) {
    parts.log.error('vault.orphan-check-failed', { vaultId, error });
    await askForOrphanCheck(parts.db, vaultId, parts.clock.now() + FAILED_RETRY_MS);
  }
  return false;
}

/** Undefined: not to be told while a copy is made, whose snapshot carries the tags of the job that made its source. */
async function orphansOf(
  parts: JobParts,
  vault: VaultRow,
  snapshots: readonly Snapshot[],
): Promise<string[] | undefined> {
  if (await isCopyUnderWay(parts.db, vaultArn(vault.region, vault.account_id, vault.name))) return undefined;
  const named = await snapshotIdsOf(parts.db, vault.id);
  const ours = snapshots.flatMap((snapshot) => {
    const jobId = snapshot.tags.find((tag) => tag.startsWith(JOB_TAG))?.slice(JOB_TAG.length);
    return jobId === undefined || named.has(snapshot.id) ? [] : [{ id: snapshot.id, jobId }];
  });
  const atWork = await jobsAtWork(
    parts.db,
    ours.map((each) => each.jobId),
  );
  return ours.filter((each) => !atWork.has(each.jobId)).map((each) => each.id);
}

async function prune(parts: JobParts, vaultId: string, signal: AbortSignal): Promise<boolean> {
  const vault = await findVaultById(parts.db, vaultId);
  if (!vault) return false;
  const began = parts.clock.now();
  try {
    if ((await parts.repositories.prune(accessOf(parts, vault), signal)) === 'done') {
      await pruned(parts.db, vaultId, began, parts.clock.now());
      parts.log.info('vault.pruned', { vaultId });
      return true;
    }
    await postponePrune(parts.db, vaultId, parts.clock.now() + BUSY_RETRY_MS);
  } catch (error) {
    parts.log.error('vault.prune-failed', { vaultId, error });
    await postponePrune(parts.db, vaultId, parts.clock.now() + FAILED_RETRY_MS);
  }
  return false;
}
