/**
 * The room `scheduler`: looks for plans with due rules and materializes their occurrences.
 *
 * Several servers may run it: plans are locked while they are worked on, and those of another scheduler are passed
 * over. A plan that cannot be worked on holds up no other one; it is tried again in the next tick.
 */
import { DAY_MS, HOUR_MS } from '@holdfast/kernel';
import type { Room } from '../background.ts';
import type { Installation } from '../installation.ts';
import type { PlanKey } from '../store/plans.ts';
import { lockDuePlans, sweepOccurrences } from '../store/schedule.ts';
import { materialize } from './materialize.ts';
import { SelectionFacts } from './plan-selections.ts';

/** How late an occurrence may be noticed. Schedules count in minutes. */
const INTERVAL_MS = 1_000;
/** How long it is known what became of an occurrence. */
export const OCCURRENCES_KEPT_MS = 400 * DAY_MS;
const SWEEP_INTERVAL_MS = HOUR_MS;
/** Plans in one transaction. */
const PLANS_AT_ONCE = 200;
/** Transactions side by side: while the database writes one's jobs, another selects resources. */
const PASSES_AT_ONCE = 3;

type Parts = Pick<Installation, 'authorizer' | 'clock' | 'db' | 'log' | 'random' | 'wake'>;

export function schedulerRoom(installation: Parts): Room {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return {
    name: 'scheduler',
    intervalMs: INTERVAL_MS,
    async tick(signal) {
      await tickScheduler(installation, signal);
      const now = installation.clock.now();
      if (now - sweptAt < SWEEP_INTERVAL_MS) return;
      sweptAt = now;
      await sweepOccurrences(installation.db, now - OCCURRENCES_KEPT_MS);
    },
  };
}

/** Works through all that is due. */
export async function tickScheduler(installation: Parts, signal: AbortSignal): Promise<void> {
  const stuck: PlanKey[] = [];
  await Promise.all(Array.from({ length: PASSES_AT_ONCE }, () => workThrough(installation, stuck, signal)));
}

/** Takes plans until none is left. @param stuck plans that failed in this tick, shared by all who work through it */
async function workThrough(installation: Parts, stuck: PlanKey[], signal: AbortSignal): Promise<void> {
  let atOnce = PLANS_AT_ONCE;
  while (!signal.aborted) {
    let taken: readonly PlanKey[] = [];
    try {
      taken = await pass(installation, atOnce, stuck, (plans) => {
        taken = plans;
      });
      if (taken.length === 0) return;
    } catch (error) {
      const [only] = taken;
      if (only === undefined) throw error;
      // One of them is at fault: from here on one at a time, and the one that fails alone is left out of this tick.
      if (taken.length > 1) atOnce = 1;
      else {
        installation.log.error('scheduler.plan-failed', { ...only, error });
        stuck.push(only);
      }
    }
  }
}

/** One transaction's worth of plans. */
async function pass(
  { db, clock, wake, ...parts }: Parts,
  atOnce: number,
  stuck: readonly PlanKey[],
  onTaken: (plans: readonly PlanKey[]) => void,
): Promise<readonly PlanKey[]> {
  const { plans, jobs } = await db.transaction().execute(async (tx) => {
    const now = clock.now();
    const due = await lockDuePlans(tx, now, atOnce, stuck);
    const keys = due.map(({ accountId, region, planId }) => ({ accountId, region, planId }));
    onTaken(keys);
    if (due.length === 0) return { plans: keys, jobs: 0 };
    return { plans: keys, jobs: await materialize(parts, tx, due, new SelectionFacts(parts), now) };
  });
  if (jobs > 0) wake('jobs');
  return plans;
}
