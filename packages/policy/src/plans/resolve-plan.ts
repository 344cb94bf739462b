/**
 * Puts an account and a Region in place of `$account` and `$region`.
 *
 * Only in ARNs: anywhere else the two are plain text. Stored and effective policies keep them.
 * Source: organizations spec 5.6, spec backup 10.2.
 */
import type { EffectivePlan } from './effective-plan.ts';

export interface PlanPlace {
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
}

/** The plan as it is made in one account and Region. `regions` stays: it says where the plan's siblings are. */
export function resolvePlan(plan: EffectivePlan, place: PlanPlace): EffectivePlan {
  const resolved = (arn: string): string => resolveArn(arn, place);
  const maybe = (arn: string | undefined): string | undefined => (arn === undefined ? undefined : resolved(arn));
  return {
    ...plan,
    rules: plan.rules.map((rule) => ({
      ...rule,
      targetLogicallyAirGappedBackupVaultArn: maybe(rule.targetLogicallyAirGappedBackupVaultArn),
      copyActions: rule.copyActions.map((copy) => ({
        ...copy,
        destinationBackupVaultArn: resolved(copy.destinationBackupVaultArn),
      })),
    })),
    selections: plan.selections.map((selection) => ({ ...selection, iamRoleArn: resolved(selection.iamRoleArn) })),
    scanSettings: plan.scanSettings.map((setting) => ({ ...setting, scannerRoleArn: maybe(setting.scannerRoleArn) })),
  };
}

function resolveArn(arn: string, { accountId, region }: PlanPlace): string {
  // Functions, so that a `$` in the replacement means itself.
  return arn.replaceAll('$account', () => accountId).replaceAll('$region', () => region);
}
