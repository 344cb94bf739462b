/**
 * Settings of one backup rule that are fine alone and wrong together.
 *
 * The same conflicts make a document malformed and an effective policy invalid; the callers see to what only one of
 * them minds.
 * Source: organizations spec 5.4; recorded rules A.5.2, A.10, A.11.2.
 */
import type { Instant } from '@holdfast/kernel';
import { ARCHIVE_INTERVAL_MIN_MS, nextInterval } from '../schedule/interval.ts';
import { parsePolicySchedule } from '../schedule/parse-cron.ts';

/** The settings as text; undefined if absent. */
export interface BackupRuleSettings {
  readonly scheduleExpression: string | undefined;
  readonly enableContinuousBackup: string | undefined;
  readonly lifecycle: LifecycleSettings;
  readonly copyLifecycles: readonly LifecycleSettings[];
}

export interface LifecycleSettings {
  readonly moveToColdStorageAfterDays: string | undefined;
  readonly deleteAfterDays: string | undefined;
  readonly optInToArchive: string | undefined;
}

/** Names and values of the settings involved, in the order in which AWS reports them. */
export type Conflict = readonly (readonly [field: string, value: string | undefined])[];

/** A continuous backup cannot be kept longer. */
export const CONTINUOUS_DAYS_MAX = 35;
/** What lies in archive storage stays there at least so long. */
export const ARCHIVE_DAYS_MIN = 90;

export function backupRuleConflicts(rule: BackupRuleSettings, now: Instant): readonly Conflict[] {
  const archiving = [rule.lifecycle, ...rule.copyLifecycles].filter(({ optInToArchive }) => optInToArchive === 'true');
  const conflicts: Conflict[] = [];
  if (archiving.length > 0 && !runsSeldomEnough(rule.scheduleExpression, now)) {
    conflicts.push([
      ['opt_in_to_archive_for_supported_resources', 'true'],
      ['schedule_expression', rule.scheduleExpression],
    ]);
  }
  for (const { moveToColdStorageAfterDays, deleteAfterDays } of archiving) {
    if (Number(deleteAfterDays) - Number(moveToColdStorageAfterDays) >= ARCHIVE_DAYS_MIN) continue;
    conflicts.push([
      ['opt_in_to_archive_for_supported_resources', 'true'],
      ['delete_after_days', deleteAfterDays],
      ['move_to_cold_storage_after_days', moveToColdStorageAfterDays],
    ]);
  }
  const { deleteAfterDays } = rule.lifecycle;
  // Number(undefined) is NaN, which no comparison lets pass: an absent setting is a conflict here and above.
  if (rule.enableContinuousBackup === 'true' && !(Number(deleteAfterDays) <= CONTINUOUS_DAYS_MAX)) {
    conflicts.push([
      ['enable_continuous_backup', 'true'],
      ['delete_after_days', deleteAfterDays],
    ]);
  }
  return conflicts;
}

function runsSeldomEnough(expression: string | undefined, now: Instant): boolean {
  if (expression === undefined) return false;
  const reading = parsePolicySchedule(expression);
  return reading.ok && (nextInterval(reading.schedule, now) ?? 0) >= ARCHIVE_INTERVAL_MIN_MS;
}
