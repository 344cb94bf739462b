/** DeleteBackupSelection. Source: backup spec 2.B, 2.Q. */
import { DeleteBackupSelection$, type DeleteBackupSelectionInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { deleteSelection } from '../../store/selections.ts';
import { type Call, operation } from '../operation.ts';
import { onPlan } from './authorization.ts';
import { invalidParameter } from './errors.ts';
import { activePlan, isOrganizationPlan, planKey } from './plans.ts';
import { noSuchSelection } from './selections.ts';

type Input = Checked<DeleteBackupSelectionInput, 'BackupPlanId' | 'SelectionId'>;

export const deleteBackupSelection = operation(
  DeleteBackupSelection$,
  async ({ BackupPlanId: planId, SelectionId: id }: Input, call: Call) => {
    await activePlan(call, planId);
    if (isOrganizationPlan(planId))
      throw invalidParameter(`Cannot delete selection for backup plan ${planId} created by organizations`);
    if (!(await deleteSelection(call.tx, planKey(call, planId), id))) throw noSuchSelection(id);
    return {};
  },
  onPlan(),
);
