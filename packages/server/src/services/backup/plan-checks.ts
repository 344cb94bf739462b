/** Refuses a plan of an account that breaks a rule, or asks for what this version cannot do. */
import type { Instant } from '@holdfast/kernel';
import { planFault } from '../../plans/plan-fault.ts';
import type { PlanDocument } from '../../store/tables/backup.ts';
import { faultError } from './errors.ts';

export function requirePlan(document: PlanDocument, now: Instant): void {
  const fault = planFault(document, now) ?? unsupported(document);
  if (fault) throw faultError(fault);
}

/** Logically air-gapped vaults do not exist here; a plan that relies on one must not seem to work. */
function unsupported({ Rules: rules }: PlanDocument) {
  const rule = rules.find((one) => one.TargetLogicallyAirGappedBackupVaultArn !== undefined);
  if (!rule) return undefined;
  const message = 'TargetLogicallyAirGappedBackupVaultArn is not supported';
  return { kind: 'invalid', rule: rule.RuleName, message } as const;
}
