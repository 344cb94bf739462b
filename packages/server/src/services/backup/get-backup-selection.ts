/** GetBackupSelection. Source: backup spec 2.B. */
import { GetBackupSelection$, type GetBackupSelectionInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { findSelection } from '../../store/selections.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { onPlan } from './authorization.ts';
import { activePlan, planKey } from './plans.ts';
import { noSuchSelection, selectionShape } from './selections.ts';

type Input = Checked<GetBackupSelectionInput, 'BackupPlanId' | 'SelectionId'>;

export const getBackupSelection = readingOperation(
  GetBackupSelection$,
  async ({ BackupPlanId: planId, SelectionId: id }: Input, call: ReadCall) => {
    await activePlan(call, planId);
    const row = await findSelection(call.db, planKey(call, planId), id);
    if (!row) throw noSuchSelection(id);
    return {
      BackupSelection: selectionShape(row.document),
      SelectionId: id,
      BackupPlanId: planId,
      CreationDate: new Date(row.created_at),
      CreatorRequestId: row.creator_request_id ?? undefined,
    };
  },
  onPlan(),
);
