/**
 * Makes the organization's plans of one account what its effective backup policy says, in the caller's transaction.
 *
 * A plan that says the same is not touched, so it keeps its version and its rules their place in the schedule. A plan
 * that is not valid keeps what it said last, like the effective document it comes from; the fault is recorded.
 * Source: backup spec 10.2-10.4.
 */
import { type Instant, type Logger, type Random, unreachable } from '@holdfast/kernel';
import { plansOf, readEffective } from '@holdfast/policy';
import { planArn } from '../plans/arns.ts';
import { planVersionId } from '../plans/plan-document.ts';
import { endPlan, savePlanVersion } from '../plans/save-plan.ts';
import { deleteAllTags, putTags } from '../store/backup-tags.ts';
import type { Tx } from '../store/database.ts';
import { policyInForce } from '../store/effective-policies.ts';
import { type OrganizationPlanFault, replaceOrganizationPlanFaults } from '../store/organization-plan-faults.ts';
import { insertPlan, lockPlan, type OrganizationPlan, organizationPlans, type PlanKey } from '../store/plans.ts';
import { deleteSelectionsOf, insertSelections } from '../store/selections.ts';
import { type DesiredPlan, organizationPlan, organizationPlanFault, organizationPlanId } from './organization-plan.ts';

export interface Reconciling {
  readonly random: Random;
  readonly log: Logger;
  /** Regions that have a site. */
  readonly regions: readonly string[];
  readonly now: Instant;
}

export interface Reconciled {
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly invalid: number;
}

export async function reconcileAccount(tx: Tx, accountId: string, how: Reconciling): Promise<Reconciled> {
  const policy = await policyInForce(tx, accountId, 'BACKUP_POLICY');
  const present = await organizationPlans(tx, accountId);
  const wanted = wantedPlans(accountId, policy?.content, present, how);
  const changes = changesOf(present, wanted);
  for (const change of changes) await carryOut(tx, change, how);
  await replaceOrganizationPlanFaults(tx, accountId, wanted.faults, how.now);
  for (const fault of wanted.faults)
    how.log.warn('organization-plan.invalid', { accountId, region: fault.region, plan: fault.planKey });
  const count = (kind: Change['kind']): number => changes.filter((change) => change.kind === kind).length;
  return {
    created: count('create'),
    updated: count('update'),
    deleted: count('delete'),
    invalid: wanted.faults.length,
  };
}

interface Wanted {
  readonly plans: readonly DesiredPlan[];
  readonly faults: readonly OrganizationPlanFault[];
  /** Ids of the plans that are named but not valid: they stay as they are. */
  readonly kept: ReadonlySet<string>;
}

function wantedPlans(
  accountId: string,
  content: string | undefined,
  present: readonly OrganizationPlan[],
  { regions, now }: Reconciling,
): Wanted {
  const document = content === undefined ? undefined : readEffective(content);
  if (content !== undefined && !document) {
    const faults = [{ region: '', planKey: '', reason: 'The effective policy cannot be read.' }];
    // Backups go on as they were: what cannot be read says nothing against any plan.
    return { plans: [], faults, kept: new Set(present.map(({ planId }) => planId)) };
  }
  const plans: DesiredPlan[] = [];
  const faults: OrganizationPlanFault[] = [];
  const kept = new Set<string>();
  for (const effective of document ? plansOf(document) : []) {
    for (const region of effective.regions) {
      const desired = organizationPlan(effective, { accountId, region });
      const reason = regions.includes(region)
        ? organizationPlanFault(desired, now)
        : `The Region ${region} has no site in this installation.`;
      if (reason === undefined) plans.push(desired);
      else {
        faults.push({ region, planKey: effective.name, reason });
        kept.add(organizationPlanId({ accountId, region }, effective.name));
      }
    }
  }
  return { plans, faults, kept };
}

type Change = Readonly<{ kind: 'create' | 'update'; desired: DesiredPlan } | { kind: 'delete'; key: PlanKey }>;

function changesOf(present: readonly OrganizationPlan[], { plans, kept }: Wanted): Change[] {
  const byId = new Map(present.map((plan) => [plan.planId, plan]));
  const wantedIds = new Set(plans.map((plan) => plan.planId));
  const puts = plans.flatMap((desired): Change[] => {
    const plan = byId.get(desired.planId);
    if (plan && !plan.deleted && plan.hash === desired.hash) return [];
    return [{ kind: plan ? 'update' : 'create', desired }];
  });
  const gone = present.filter((plan) => !plan.deleted && !wantedIds.has(plan.planId) && !kept.has(plan.planId));
  return [
    ...puts,
    ...gone.map(
      ({ accountId, region, planId }): Change => ({
        kind: 'delete',
        key: { accountId, region, planId },
      }),
    ),
  ];
}

async function carryOut(tx: Tx, change: Change, how: Reconciling): Promise<void> {
  switch (change.kind) {
    case 'create':
      await insertPlan(tx, newPlan(change.desired, how.now));
      return put(tx, change.desired, 'organization-plan.created', how);
    case 'update':
      return put(tx, change.desired, 'organization-plan.updated', how);
    case 'delete':
      await lockPlan(tx, change.key);
      await deleteSelectionsOf(tx, change.key);
      await endPlan(tx, change.key, how.now);
      how.log.info('organization-plan.deleted', { ...change.key });
      return;
    default:
      return unreachable(change);
  }
}

async function put(tx: Tx, desired: DesiredPlan, event: string, { random, log, now }: Reconciling): Promise<void> {
  const { place, planId, document, selections, tags, hash } = desired;
  const key = { ...place, planId };
  const versionId = planVersionId(random);
  await savePlanVersion(tx, key, { versionId, document, hash, now });
  await deleteSelectionsOf(tx, key);
  await insertSelections(
    tx,
    selections.map((selection) => ({
      account_id: place.accountId,
      region: place.region,
      plan_id: planId,
      id: selection.id,
      name: selection.document.SelectionName,
      iam_role_arn: selection.document.IamRoleArn,
      document: selection.document,
      creator_request_id: null,
      created_at: now,
    })),
  );
  const arn = planArn(place.region, place.accountId, planId);
  await deleteAllTags(tx, arn);
  await putTags(tx, place.accountId, arn, tags);
  log.info(event, { ...key, versionId, plan: desired.key });
}

function newPlan({ place, planId, key }: DesiredPlan, now: Instant) {
  return {
    account_id: place.accountId,
    region: place.region,
    id: planId,
    name: key,
    managed_by: 'ORGANIZATION',
    current_version_id: null,
    creator_request_id: null,
    created_at: now,
    deleted_at: null,
    last_execution_at: null,
  } as const;
}
