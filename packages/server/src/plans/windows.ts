/**
 * Start and completion windows. Source: backup spec 2.E, 3.2, 5.1.
 *
 * Both count from the scheduled moment. Of the two readings of the completion window in AWS's texts (from the schedule,
 * from the start) this is the stricter one, and the one of StartBackupJob.
 */
import { type Instant, MINUTE_MS } from '@holdfast/kernel';

export const START_WINDOW_MINUTES_DEFAULT = 480;
export const START_WINDOW_MINUTES_MIN = 60;
export const COMPLETION_WINDOW_MINUTES_DEFAULT = 10_080;
/** A hundred years. */
export const WINDOW_MINUTES_MAX = 52_560_000;

export interface Windows {
  readonly startWindowMinutes: number;
  readonly completionWindowMinutes: number;
}

export function deadlines(
  scheduledAt: Instant,
  { startWindowMinutes, completionWindowMinutes }: Windows,
): { readonly startBy: Instant; readonly completeBy: Instant } {
  return {
    startBy: scheduledAt + startWindowMinutes * MINUTE_MS,
    completeBy: scheduledAt + completionWindowMinutes * MINUTE_MS,
  };
}

/** What the request calls the second window. */
export type CompletionName = 'CompletionWindowMinutes' | 'CompleteWindowMinutes';

/** What is wrong with the windows, each for itself, or undefined. */
export function windowFault(
  { startWindowMinutes, completionWindowMinutes }: Windows,
  completionName: CompletionName = 'CompletionWindowMinutes',
): string | undefined {
  const outside = (value: number): boolean =>
    !Number.isInteger(value) || value < START_WINDOW_MINUTES_MIN || value > WINDOW_MINUTES_MAX;
  if (outside(startWindowMinutes))
    return `StartWindowMinutes must be between ${START_WINDOW_MINUTES_MIN} and ${WINDOW_MINUTES_MAX} minutes`;
  if (outside(completionWindowMinutes))
    return `${completionName} must be between ${START_WINDOW_MINUTES_MIN} and ${WINDOW_MINUTES_MAX} minutes`;
  return undefined;
}

/**
 * Whether two windows that were both given contradict each other. One that was given and the other's default never do:
 * whoever names one only need not know the other's. Such a job that starts late ends as EXPIRED.
 */
export function windowOrderFault(
  startWindowMinutes: number | undefined,
  completionWindowMinutes: number | undefined,
  completionName: CompletionName = 'CompletionWindowMinutes',
): string | undefined {
  if (startWindowMinutes === undefined || completionWindowMinutes === undefined) return undefined;
  return completionWindowMinutes < startWindowMinutes
    ? `${completionName} must not end before StartWindowMinutes`
    : undefined;
}
