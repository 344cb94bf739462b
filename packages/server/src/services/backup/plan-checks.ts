/** Refuses a plan of an account that breaks a rule, or asks for what this version cannot do. */
import type { Instant } from '@holdfast/kernel';
import type { Fault } from '../../plans/fault.ts';
import type { PlanInput } from '../../plans/plan-document.ts';
import { planFault } from '../../plans/plan-fault.ts';
import { windowOrderFault } from '../../plans/windows.ts';
import type { PlanDocument } from '../../store/tables/backup.ts';
import { faultError } from './errors.ts';

/** @param given the plan as the caller wrote it, without defaults */
export function requirePlan(document: PlanDocument, given: PlanInput, now: Instant): void {
  const fault = planFault(document, now) ?? contradiction(given) ?? unsupported(document);
  if (fault) throw faultError(fault);
}

function contradiction({ Rules: rules }: PlanInput): Fault | undefined {
  for (const { RuleName: rule, StartWindowMinutes: start, CompletionWindowMinutes: completion } of rules) {
    const message = windowOrderFault(start, completion);
    if (message !== undefined) return { kind: 'invalid', rule, message };
  }
  return undefined;
}

/** Logically air-gapped vaults do not exist here; a plan that relies on one must not seem to work. */
function unsupported({ Rules: rules }: PlanDocument): Fault | undefined {
  const rule = rules.find((one) => one.TargetLogicallyAirGappedBackupVaultArn !== undefined);
  if (!rule) return undefined;
  const message = 'TargetLogicallyAirGappedBackupVaultArn is not supported';
  return { kind: 'invalid', rule: rule.RuleName, message };
}
