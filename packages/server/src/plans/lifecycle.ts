/**
 * Retention: what a lifecycle may say and when it deletes.
 *
 * Not here: the deletion itself (`jobs/`). Source: backup spec 3.5 (rules), 6.3 (arithmetic), 8.4 (copies).
 */
import { DAY_MS, type Instant } from '@holdfast/kernel';
import type { Lifecycle } from '../store/tables/jobs.ts';

export const RETENTION_DAYS_MAX = 36_500;
export const COLD_DAYS_MIN = 90;
export const CONTINUOUS_RETENTION_DAYS_MAX = 35;
/** In UpdateRecoveryPointLifecycle: never. In a copy action: the source's. */
export const ALWAYS = -1;

export interface CalculatedLifecycle {
  readonly moveToColdAt?: Instant;
  readonly deleteAt?: Instant;
}

/** Both moments count from the point's creation, never from now, exact to the millisecond. */
export function calculatedLifecycle(createdAt: Instant, lifecycle: Lifecycle | null | undefined): CalculatedLifecycle {
  const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: days } = lifecycle ?? {};
  return {
    ...(cold !== undefined && cold !== ALWAYS && { moveToColdAt: createdAt + cold * DAY_MS }),
    ...(days !== undefined && days !== ALWAYS && { deleteAt: createdAt + days * DAY_MS }),
  };
}

/** The lifecycle of a copy: the source's unless the copy names one; `ALWAYS` names the source's, too. */
export function copyLifecycle(
  source: Lifecycle | null | undefined,
  named: Lifecycle | null | undefined,
): Lifecycle | undefined {
  if (!named || Object.keys(named).length === 0) return source ?? undefined;
  if (named.DeleteAfterDays !== ALWAYS) return named;
  const { DeleteAfterDays: _always, ...rest } = named;
  return { ...rest, ...(source?.DeleteAfterDays !== undefined && { DeleteAfterDays: source.DeleteAfterDays }) };
}

export interface LifecycleRules {
  readonly continuous?: boolean;
  /** -1 is a value in copy actions and in updates of a point. */
  readonly alwaysAllowed?: boolean;
}

/** What is wrong with a lifecycle, or undefined. The texts that AWS is known to use are AWS's. */
export function lifecycleFault(
  lifecycle: Lifecycle | null | undefined,
  { continuous = false, alwaysAllowed = false }: LifecycleRules = {},
): string | undefined {
  const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: days } = lifecycle ?? {};
  const isAlways = (value: number | undefined): boolean => alwaysAllowed && value === ALWAYS;
  if (continuous && cold !== undefined) return 'Invalid lifecycle. MoveToColdStorageAfterDays is unavailable';
  if (days !== undefined && !isAlways(days) && !isBetween(days, 1, RETENTION_DAYS_MAX))
    return `Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than ${RETENTION_DAYS_MAX} days`;
  if (continuous && !isBetween(days ?? Number.POSITIVE_INFINITY, 1, CONTINUOUS_RETENTION_DAYS_MAX))
    return `Invalid lifecycle. DeleteAfterDays must be between 1 and ${CONTINUOUS_RETENTION_DAYS_MAX} days for continuous backup`;
  if (cold !== undefined && !isAlways(cold) && !isBetween(cold, 1, RETENTION_DAYS_MAX))
    return `Invalid lifecycle. MoveToColdStorageAfterDays cannot be less than 1 or more than ${RETENTION_DAYS_MAX} days`;
  const bothSet = cold !== undefined && days !== undefined && !isAlways(cold) && !isAlways(days);
  if (bothSet && days < cold + COLD_DAYS_MIN)
    return `Invalid lifecycle. DeleteAfterDays cannot be less than ${COLD_DAYS_MIN} days apart from MoveToColdStorageAfterDays`;
  return undefined;
}

function isBetween(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** Days that a point is kept, for comparing rules; a rule without a limit keeps for ever. */
export function retentionDays(lifecycle: Lifecycle | null | undefined): number {
  const days = lifecycle?.DeleteAfterDays;
  return days === undefined || days === ALWAYS ? Number.POSITIVE_INFINITY : days;
}
