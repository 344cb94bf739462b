/**
 * What the operations on plans share: finding one, and its shapes in answers.
 * Source: backup spec 2.A, 10.3.
 */
import type { BackupPlan, BackupPlansListMember } from '@aws-sdk/client-backup';
import { planArn } from '../../plans/arns.ts';
import type { Queryable } from '../../store/database.ts';
import { findPlan, findPlanVersion, type PlanAtVersion, type PlanKey, type PlanRow } from '../../store/plans.ts';
import type { PlanDocument, PlanRule } from '../../store/tables/backup.ts';
import { notFound } from './errors.ts';
import { lifecycleShape } from './lifecycle-shape.ts';

interface PlacedCall {
  readonly accountId: string;
  readonly region: string;
  readonly db: Queryable;
}

export function planKey({ accountId, region }: PlacedCall, planId: string): PlanKey {
  return { accountId, region, planId };
}

export function noSuchPlan() {
  return notFound('Failed reading Backup plan with provided version');
}

/** A plan that is not deleted. @throws ResourceNotFoundException */
export async function activePlan(call: PlacedCall, planId: string): Promise<PlanRow> {
  const plan = await findPlan(call.db, planKey(call, planId));
  if (!plan || plan.deleted_at !== null) throw noSuchPlan();
  return plan;
}

/** A plan, deleted or not, at a version or at its last one. @throws ResourceNotFoundException */
export async function planAt(call: PlacedCall, planId: string, versionId?: string): Promise<PlanAtVersion> {
  const key = planKey(call, planId);
  const plan = await findPlan(call.db, key);
  const wanted = versionId ?? plan?.current_version_id;
  const version = plan && wanted ? await findPlanVersion(call.db, key, wanted) : undefined;
  if (!plan || !version) throw noSuchPlan();
  return { plan, version };
}

export function isOrganizationPlan(planId: string): boolean {
  return planId.startsWith('orgs/');
}

export function arnOfPlan(plan: PlanRow): string {
  return planArn(plan.region, plan.account_id, plan.id);
}

export function planShape(document: PlanDocument): BackupPlan {
  return {
    BackupPlanName: document.BackupPlanName,
    Rules: document.Rules.map(ruleShape),
    AdvancedBackupSettings: advancedShape(document),
    ScanSettings: document.ScanSettings?.map((setting) => ({
      MalwareScanner: setting.MalwareScanner === 'GUARDDUTY' ? setting.MalwareScanner : undefined,
      ResourceTypes: setting.ResourceTypes && [...setting.ResourceTypes],
      ScannerRoleArn: setting.ScannerRoleArn,
    })),
  };
}

export function advancedShape(document: PlanDocument): BackupPlan['AdvancedBackupSettings'] {
  return document.AdvancedBackupSettings?.map(({ ResourceType, BackupOptions }) => ({
    ResourceType,
    BackupOptions: BackupOptions && { ...BackupOptions },
  }));
}

function ruleShape(rule: PlanRule): NonNullable<BackupPlan['Rules']>[number] {
  return {
    ...rule,
    Lifecycle: lifecycleShape(rule.Lifecycle),
    CopyActions: rule.CopyActions.map((copy) => ({ ...copy, Lifecycle: lifecycleShape(copy.Lifecycle) })),
    IndexActions: rule.IndexActions.map(({ ResourceTypes: types }) => ({ ResourceTypes: types && [...types] })),
    ScanActions: rule.ScanActions.map(({ MalwareScanner: scanner, ScanMode: mode }) => ({
      MalwareScanner: scanner === 'GUARDDUTY' ? scanner : undefined,
      ScanMode: mode === 'FULL_SCAN' || mode === 'INCREMENTAL_SCAN' ? mode : undefined,
    })),
  };
}

/** An item of ListBackupPlans and ListBackupPlanVersions. */
export function planListMember({ plan, version }: PlanAtVersion): BackupPlansListMember {
  return {
    BackupPlanArn: arnOfPlan(plan),
    BackupPlanId: plan.id,
    BackupPlanName: version.document.BackupPlanName,
    CreationDate: new Date(plan.created_at),
    DeletionDate: plan.deleted_at === null ? undefined : new Date(plan.deleted_at),
    VersionId: version.version_id,
    CreatorRequestId: plan.creator_request_id ?? undefined,
    LastExecutionDate: plan.last_execution_at === null ? undefined : new Date(plan.last_execution_at),
    AdvancedBackupSettings: advancedShape(version.document),
  };
}
