/**
 * CreateBackupPlan. Vaults and destinations are not looked up, as on AWS: that shows when a job runs.
 * Source: backup spec 2.A, 3.
 */
import { CreateBackupPlan$, type CreateBackupPlanInput } from '@aws-sdk/client-backup';
import { uuid } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { completePlan, planHash, planVersionId, ruleIdsAfter } from '../../plans/plan-document.ts';
import { savePlanVersion } from '../../plans/save-plan.ts';
import { putTags } from '../../store/backup-tags.ts';
import { countPlans, findPlanByCreator, findPlanByHash, insertPlan, lockPlace } from '../../store/plans.ts';
import { type Call, operation } from '../operation.ts';
import { withTags } from './authorization.ts';
import { alreadyExists, limitExceeded } from './errors.ts';
import { requirePlan } from './plan-checks.ts';
import { advancedShape, arnOfPlan, planAt } from './plans.ts';
import { requireAllowedTags, requireTags } from './tags.ts';

type Input = Checked<CreateBackupPlanInput, 'BackupPlan'>;

export const createBackupPlan = operation(
  CreateBackupPlan$,
  async (input: Input, call: Call) => {
    const { BackupPlan: given, BackupPlanTags: tags = {}, CreatorRequestId: creatorRequestId } = input;
    await lockPlace(call.tx, call);
    const earlier =
      creatorRequestId === undefined ? undefined : await findPlanByCreator(call.tx, call, creatorRequestId);
    if (earlier) return answer(call, earlier.id);

    const document = completePlan(given, ruleIdsAfter(undefined, call.installation.random));
    requirePlan(document, given, call.now);
    requireTags(tags);
    await requireAllowedTags(call, 'backup:backup-plan', tags);
    const equal = await findPlanByHash(call.tx, call, planHash(document));
    if (equal)
      throw alreadyExists('Backup plan with the same plan document already exists', {
        arn: arnOfPlan(equal),
        creatorRequestId: equal.creator_request_id,
      });
    const { plansPerRegion } = call.installation.settings.quotas;
    if ((await countPlans(call.tx, call)) >= plansPerRegion)
      throw limitExceeded(`You have reached the limit of ${plansPerRegion} backup plans.`);

    const plan = {
      account_id: call.accountId,
      region: call.region,
      id: uuid(call.installation.random),
      name: document.BackupPlanName,
      managed_by: 'ACCOUNT',
      current_version_id: null,
      creator_request_id: creatorRequestId ?? null,
      created_at: call.now,
      deleted_at: null,
      last_execution_at: null,
    } as const;
    await insertPlan(call.tx, plan);
    const key = { accountId: call.accountId, region: call.region, planId: plan.id };
    const versionId = planVersionId(call.installation.random);
    await savePlanVersion(call.tx, key, { versionId, document, now: call.now });
    await putTags(call.tx, call.accountId, arnOfPlan(plan), tags);
    call.wakeAfterCommit('scheduler');
    return answer(call, plan.id);
  },
  withTags((input: Input) => input.BackupPlanTags ?? {}),
);

async function answer(call: Call, planId: string) {
  const { plan, version } = await planAt(call, planId);
  return {
    BackupPlanId: plan.id,
    BackupPlanArn: arnOfPlan(plan),
    CreationDate: new Date(plan.created_at),
    VersionId: version.version_id,
    AdvancedBackupSettings: advancedShape(version.document),
  };
}
