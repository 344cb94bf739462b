/**
 * Writes what a plan says from now on, and what that means for its schedule, in the caller's transaction.
 * The one way for services and reconciler alike. After the commit: `wake('scheduler')`.
 */
import type { Instant } from '@holdfast/kernel';
import type { Tx } from '../store/database.ts';
import { findPlanVersion, insertPlanVersion, lockPlan, markPlanDeleted, type PlanKey } from '../store/plans.ts';
import { deleteCursors, lockCursors, putCursors, recordOccurrences } from '../store/schedule.ts';
import type { PlanDocument } from '../store/tables/backup.ts';
import { cursorChange } from './cursors.ts';
import { planHash } from './plan-document.ts';

export interface PlanVersion {
  readonly versionId: string;
  readonly document: PlanDocument;
  /** Equal for versions that say the same. Default: the document's. */
  readonly hash?: string;
  readonly now: Instant;
}

/** A new version of a plan whose row is there. */
export async function savePlanVersion(
  tx: Tx,
  key: PlanKey,
  { versionId, document, hash = planHash(document), now }: PlanVersion,
): Promise<void> {
  const previous = await currentDocument(tx, key);
  await insertPlanVersion(tx, { ...key, versionId, document, hash, now });
  await moveCursors(tx, key, previous, document, now);
}

/** The plan stays readable and no longer runs. */
export async function endPlan(tx: Tx, key: PlanKey, now: Instant): Promise<void> {
  const previous = await currentDocument(tx, key);
  await markPlanDeleted(tx, key, now);
  await moveCursors(tx, key, previous, undefined, now);
}

/** What the plan says at present; undefined for a plan that is new or deleted. Locks the plan. */
async function currentDocument(tx: Tx, key: PlanKey): Promise<PlanDocument | undefined> {
  const plan = await lockPlan(tx, key);
  if (!plan?.current_version_id || plan.deleted_at !== null) return undefined;
  return (await findPlanVersion(tx, key, plan.current_version_id))?.document;
}

async function moveCursors(
  tx: Tx,
  key: PlanKey,
  previous: PlanDocument | undefined,
  next: PlanDocument | undefined,
  now: Instant,
): Promise<void> {
  const change = cursorChange(key, await lockCursors(tx, key), previous, next, now);
  await recordOccurrences(tx, change.missed);
  await deleteCursors(tx, key, change.remove);
  await putCursors(tx, change.put);
}
