/** Plans of an effective backup policy that could not be made, and why: what an operator and a console look at. */
import type { Instant } from '@holdfast/kernel';
import { noteFact } from './audit-facts.ts';
import type { Queryable, Tx } from './database.ts';

export interface OrganizationPlanFault {
  readonly region: string;
  /** The plan's key in the effective policy; empty: the whole document. */
  readonly planKey: string;
  readonly reason: string;
}

export async function organizationPlanFaults(
  db: Queryable,
  accountId: string,
): Promise<(OrganizationPlanFault & { readonly noticedAt: Instant })[]> {
  return db
    .selectFrom('organization_plan_fault')
    .select(['region', 'plan_key as planKey', 'reason', 'noticed_at as noticedAt'])
    .where('account_id', '=', accountId)
    .orderBy('region')
    .orderBy('plan_key')
    .execute();
}

/** These are all the faults there are now. One that was known keeps the moment it was first noticed. */
export async function replaceOrganizationPlanFaults(
  tx: Tx,
  accountId: string,
  faults: readonly OrganizationPlanFault[],
  now: Instant,
): Promise<void> {
  const known = await organizationPlanFaults(tx, accountId);
  if (known.length > 0) await tx.deleteFrom('organization_plan_fault').where('account_id', '=', accountId).execute();
  if (faults.length === 0) return;
  for (const { region, planKey, reason } of faults) {
    if (known.some((one) => one.region === region && one.planKey === planKey && one.reason === reason)) continue;
    const content = { account_id: accountId, region, plan_key: planKey, reason };
    await noteFact(tx, 'organization-plan-invalid', content);
  }
  const noticedAt = ({ region, planKey, reason }: OrganizationPlanFault): Instant =>
    known.find((one) => one.region === region && one.planKey === planKey && one.reason === reason)?.noticedAt ?? now;
  await tx
    .insertInto('organization_plan_fault')
    .values(
      faults.map((fault) => ({
        account_id: accountId,
        region: fault.region,
        plan_key: fault.planKey,
        reason: fault.reason,
        noticed_at: noticedAt(fault),
      })),
    )
    .execute();
}
