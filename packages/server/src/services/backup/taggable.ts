/**
 * What can carry tags: vaults, plans and recovery points of the caller's account and Region.
 * Source: backup spec 2.N, 10.3.
 */
import { parsePlanArn, parseVaultArn } from '../../plans/arns.ts';
import { findRecoveryPoint } from '../../store/recovery-points.ts';
import type { ReadCall } from '../operation.ts';
import { invalidParameter, notFound } from './errors.ts';
import { activePlan, isOrganizationPlan } from './plans.ts';
import { vaultNamed } from './vaults.ts';

const RECOVERY_POINT = /^arn:aws[a-z-]*:(backup:[^:]*:[^:]*:recovery-point:|rds:[^:]*:[^:]*:snapshot:)/;

interface Placed {
  readonly accountId: string;
  readonly region: string;
}

/**
 * @throws InvalidParameterValueException for ARNs of other things, ResourceNotFoundException for things that are not
 * there
 */
export async function requireTaggable(call: ReadCall, arn: string): Promise<void> {
  const vault = parseVaultArn(arn);
  const plan = parsePlanArn(arn);
  if (vault) {
    requireOwn(call, arn, vault);
    await vaultNamed(call, vault.name);
  } else if (plan) {
    requireOwn(call, arn, plan);
    await activePlan(call, plan.planId);
  } else if (RECOVERY_POINT.test(arn)) {
    const point = await findRecoveryPoint(call.db, arn);
    if (!point) throw missing(arn);
    requireOwn(call, arn, { accountId: point.account_id, region: point.region });
  } else {
    throw invalidParameter(`Invalid ResourceArn: ${arn} is not the ARN of a vault, plan or recovery point.`);
  }
}

/** Plans of the organization are the organization's to change. @throws InvalidParameterValueException */
export function requireOwnTags(arn: string): void {
  const planId = parsePlanArn(arn)?.planId;
  if (planId !== undefined && isOrganizationPlan(planId))
    throw invalidParameter(`Tags cannot be changed for backup plan ${planId} created by organizations`);
}

/** What tag policies call it; undefined where none can be enforced. */
export function tagPolicyTypeOf(arn: string): 'backup:backup-vault' | 'backup:backup-plan' | undefined {
  if (parseVaultArn(arn)) return 'backup:backup-vault';
  return parsePlanArn(arn) ? 'backup:backup-plan' : undefined;
}

function requireOwn(call: ReadCall, arn: string, { accountId, region }: Placed): void {
  if (accountId !== call.accountId || region !== call.region) throw missing(arn);
}

function missing(arn: string) {
  return notFound(`Resource ${arn} does not exist in this account and Region.`);
}
