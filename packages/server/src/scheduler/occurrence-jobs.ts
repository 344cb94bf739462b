/** The jobs that an occurrence of a rule makes. Pure. Source: backup spec 3.2, 3.6, 5.2. */
import type { Instant } from '@holdfast/kernel';
import { planArn } from '../plans/arns.ts';
import { deadlines } from '../plans/windows.ts';
import type { DuePlan, JobsOfOccurrence } from '../store/schedule.ts';
import type { PlanRule } from '../store/tables/backup.ts';
import type { BackupRequest, CreatedBy } from '../store/tables/jobs.ts';
import { windowsOf } from './due.ts';

export const CONTINUOUS_NOTE = 'Continuous backup is not available for this resource. A snapshot was taken instead.';
export const AIR_GAPPED_NOTE =
  'Logically air-gapped vaults are not available. The recovery point is in the backup vault only.';

/** What the jobs have in common that the occurrence of `rule` at `dueAt` makes, whatever the resource. */
export function jobsOfOccurrence(plan: DuePlan, rule: PlanRule, dueAt: Instant, now: Instant): JobsOfOccurrence {
  return {
    accountId: plan.accountId,
    region: plan.region,
    vaultName: rule.TargetBackupVaultName,
    createdBy: creatorOf(plan, rule),
    request: requestOf(rule),
    createdAt: now,
    scheduledAt: dueAt,
    ...deadlines(dueAt, windowsOf(rule)),
  };
}

function creatorOf(plan: DuePlan, rule: PlanRule): CreatedBy {
  return {
    BackupPlanId: plan.planId,
    BackupPlanArn: planArn(plan.region, plan.accountId, plan.planId),
    BackupPlanName: plan.document.BackupPlanName,
    BackupPlanVersion: plan.versionId,
    BackupRuleId: rule.RuleId,
    BackupRuleName: rule.RuleName,
    BackupRuleCron: rule.ScheduleExpression,
    BackupRuleTimezone: rule.ScheduleExpressionTimezone,
  };
}

function requestOf(rule: PlanRule): BackupRequest {
  const notes = [
    ...(rule.EnableContinuousBackup ? [CONTINUOUS_NOTE] : []),
    ...(rule.TargetLogicallyAirGappedBackupVaultArn !== undefined ? [AIR_GAPPED_NOTE] : []),
  ];
  return {
    ...(rule.Lifecycle && { lifecycle: rule.Lifecycle }),
    recoveryPointTags: rule.RecoveryPointTags,
    copyActions: rule.CopyActions.map(({ DestinationBackupVaultArn: destinationVaultArn, Lifecycle: lifecycle }) => ({
      destinationVaultArn,
      ...(lifecycle && { lifecycle }),
    })),
    ...(notes.length > 0 && { note: notes.join(' ') }),
  };
}
