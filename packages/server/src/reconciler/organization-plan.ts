/**
 * A plan of an effective backup policy as the backup plan and selections that an account gets in a Region. Pure.
 *
 * Ids come from names: a plan keeps its id while it keeps its key, a rule and a selection likewise.
 * Source: backup spec 10.2, 10.3.
 */
import { createHash } from 'node:crypto';
import type { Instant } from '@holdfast/kernel';
import {
  type EffectivePlan,
  type EffectiveRule,
  type EffectiveSelection,
  type Lifecycle,
  type PlanPlace,
  resolvePlan,
} from '@holdfast/policy';
import type { Fault } from '../plans/fault.ts';
import {
  completePlan,
  type LifecycleInput,
  type PlanInput,
  type PlanRuleInput,
  planHash,
} from '../plans/plan-document.ts';
import { planFault } from '../plans/plan-fault.ts';
import { selectionFault } from '../plans/selection-fault.ts';
import type { PlanDocument, SelectionDocument } from '../store/tables/backup.ts';
import { nameBasedId } from './name-based-id.ts';

export interface OrganizationSelection {
  readonly id: string;
  readonly document: SelectionDocument;
}

export interface DesiredPlan {
  readonly place: PlanPlace;
  /** Its key in the effective policy. */
  readonly key: string;
  readonly planId: string;
  readonly document: PlanDocument;
  readonly selections: readonly OrganizationSelection[];
  readonly tags: Readonly<Record<string, string>>;
  /** Equal for plans that say the same, selections and tags included. */
  readonly hash: string;
}

export function organizationPlan(effective: EffectivePlan, place: PlanPlace): DesiredPlan {
  const plan = resolvePlan(effective, place);
  const planId = organizationPlanId(place, plan.name);
  const document = completePlan(planInput(plan), (rule) => nameBasedId(planId, 'rule', rule));
  const selections = plan.selections.map((selection) => selectionOf(planId, selection));
  const tags = Object.fromEntries(plan.tags);
  const said = JSON.stringify([planHash(document), selections, Object.entries(tags).toSorted(byKey)]);
  const hash = createHash('sha256').update(said).digest('base64url');
  return { place, key: plan.name, planId, document, selections, tags, hash };
}

export function organizationPlanId({ accountId, region }: PlanPlace, key: string): string {
  return `orgs/${nameBasedId(accountId, region, key)}`;
}

function byKey([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}

/** Why the plan cannot be made, in AWS's words where they are known; undefined when it can. */
export function organizationPlanFault({ document, selections }: DesiredPlan, now: Instant): string | undefined {
  const fault = planFault(document, now, 'policy');
  if (fault) return faultText(fault);
  for (const selection of selections) {
    const found = selectionFault(selection.document);
    if (found) return `Selection ${selection.document.SelectionName}: ${found.message}`;
  }
  return undefined;
}

function faultText({ rule, message }: Fault): string {
  return rule === undefined ? message : `Error in rule ${rule} : ${message}`;
}

function planInput(plan: EffectivePlan): PlanInput {
  return {
    BackupPlanName: plan.name,
    Rules: plan.rules.map(ruleInput),
    AdvancedBackupSettings: plan.advancedBackupSettings.map(({ resourceType, backupOptions }) => ({
      ResourceType: resourceType,
      BackupOptions: Object.fromEntries(backupOptions),
    })),
    ScanSettings: plan.scanSettings.map(({ malwareScanner, resourceTypes, scannerRoleArn }) => ({
      MalwareScanner: malwareScanner,
      ResourceTypes: resourceTypes,
      ScannerRoleArn: scannerRoleArn,
    })),
  };
}

function ruleInput(rule: EffectiveRule): PlanRuleInput {
  return {
    RuleName: rule.name,
    TargetBackupVaultName: rule.targetBackupVaultName,
    TargetLogicallyAirGappedBackupVaultArn: rule.targetLogicallyAirGappedBackupVaultArn,
    ScheduleExpression: rule.scheduleExpression,
    StartWindowMinutes: rule.startWindowMinutes,
    CompletionWindowMinutes: rule.completionWindowMinutes,
    EnableContinuousBackup: rule.enableContinuousBackup,
    Lifecycle: lifecycleInput(rule.lifecycle),
    RecoveryPointTags: Object.fromEntries(rule.recoveryPointTags),
    CopyActions: rule.copyActions.map(({ destinationBackupVaultArn, lifecycle }) => ({
      DestinationBackupVaultArn: destinationBackupVaultArn,
      Lifecycle: lifecycleInput(lifecycle),
    })),
    // AWS Backup takes one type a rule.
    IndexActions: rule.indexResourceTypes.slice(0, 1).map((type) => ({ ResourceTypes: [type] })),
    ScanActions: rule.scanActions.map(({ malwareScanner, scanMode }) => ({
      MalwareScanner: malwareScanner,
      ScanMode: scanMode,
    })),
  };
}

function lifecycleInput(lifecycle: Lifecycle | undefined): LifecycleInput | undefined {
  return (
    lifecycle && {
      MoveToColdStorageAfterDays: lifecycle.moveToColdStorageAfterDays,
      DeleteAfterDays: lifecycle.deleteAfterDays,
      OptInToArchiveForSupportedResources: lifecycle.optInToArchiveForSupportedResources,
    }
  );
}

function selectionOf(planId: string, selection: EffectiveSelection): OrganizationSelection {
  const byTags = selection.listOfTags.length > 0;
  // A selection by conditions alone looks at all resources.
  const resources = byTags || selection.resources.length > 0 ? selection.resources : ['*'];
  return {
    id: nameBasedId(planId, byTags ? 'tags' : 'resources', selection.name),
    document: {
      SelectionName: selection.name,
      IamRoleArn: selection.iamRoleArn,
      Resources: resources,
      NotResources: selection.notResources,
      ListOfTags: selection.listOfTags.map(({ conditionType, conditionKey, conditionValue }) => ({
        ConditionType: conditionType,
        ConditionKey: conditionKey,
        ConditionValue: conditionValue,
      })),
      Conditions: {
        StringEquals: selection.conditions.stringEquals.map(conditionOf),
        StringNotEquals: selection.conditions.stringNotEquals.map(conditionOf),
        StringLike: selection.conditions.stringLike.map(conditionOf),
        StringNotLike: selection.conditions.stringNotLike.map(conditionOf),
      },
    },
  };
}

function conditionOf(parameter: { readonly conditionKey: string; readonly conditionValue: string }) {
  return { ConditionKey: parameter.conditionKey, ConditionValue: parameter.conditionValue };
}
