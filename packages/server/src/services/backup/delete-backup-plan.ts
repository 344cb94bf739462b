/** DeleteBackupPlan: it no longer runs and stays readable. Recovery points survive. Source: backup spec 2.A, 2.Q. */
import { DeleteBackupPlan$, type DeleteBackupPlanInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { endPlan } from '../../plans/save-plan.ts';
import { lockPlan } from '../../store/plans.ts';
import { selectionsOf } from '../../store/selections.ts';
import { type Call, operation } from '../operation.ts';
import { onPlan } from './authorization.ts';
import { invalidParameter, invalidRequest } from './errors.ts';
import { activePlan, arnOfPlan, isOrganizationPlan, planKey } from './plans.ts';

type Input = Checked<DeleteBackupPlanInput, 'BackupPlanId'>;

export const deleteBackupPlan = operation(
  DeleteBackupPlan$,
  async ({ BackupPlanId: planId }: Input, call: Call) => {
    const key = planKey(call, planId);
    await lockPlan(call.tx, key);
    const plan = await activePlan(call, planId);
    if (isOrganizationPlan(planId))
      throw invalidParameter(`Backup plan cannot be deleted for backup plan ${planId} created by organizations`);
    if ((await selectionsOf(call.tx, key)).length > 0)
      throw invalidRequest('Related backup plan selections must be deleted prior to backup plan deletion');
    await endPlan(call.tx, key, call.now);
    return {
      BackupPlanId: planId,
      BackupPlanArn: arnOfPlan(plan),
      DeletionDate: new Date(call.now),
      VersionId: plan.current_version_id ?? undefined,
    };
  },
  onPlan(),
);
