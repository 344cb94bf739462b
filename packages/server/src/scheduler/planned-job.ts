/** The job that an occurrence of a rule makes for a resource. Pure. Source: backup spec 3.2, 3.6, 5.2. */
import type { Instant } from '@holdfast/kernel';
import { planArn } from '../plans/arns.ts';
import { deadlines } from '../plans/windows.ts';
import type { NewBackupJob } from '../store/jobs.ts';
import type { CandidateRow, DuePlan } from '../store/schedule.ts';
import type { PlanRule } from '../store/tables/backup.ts';
import type { BackupRequest, CreatedBy } from '../store/tables/jobs.ts';
import { windowsOf } from './due.ts';

export const CONTINUOUS_NOTE = 'Continuous backup is not available for this resource. A snapshot was taken instead.';
export const AIR_GAPPED_NOTE =
  'Logically air-gapped vaults are not available. The recovery point is in the backup vault only.';

export interface PlannedJob {
  readonly id: string;
  readonly plan: DuePlan;
  readonly rule: PlanRule;
  readonly dueAt: Instant;
  readonly resource: CandidateRow;
  readonly roleArn: string;
  readonly now: Instant;
}

export function plannedJob({ id, plan, rule, dueAt, resource, roleArn, now }: PlannedJob): NewBackupJob {
  return {
    id,
    accountId: plan.accountId,
    region: plan.region,
    vaultName: rule.TargetBackupVaultName,
    resourceArn: resource.arn,
    resourceType: resource.resourceType,
    resourceName: resource.name ?? undefined,
    iamRoleArn: roleArn,
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
