/** ListBackupSelections, newest first. Source: backup spec 2.B. */
import { ListBackupSelections$, type ListBackupSelectionsInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { listSelections, type SelectionRow } from '../../store/selections.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { onPlan } from './authorization.ts';
import { listPage } from './listing.ts';
import { activePlan, planKey } from './plans.ts';
import { selectionListMember } from './selections.ts';

type Input = Checked<ListBackupSelectionsInput, 'BackupPlanId'>;

export const listBackupSelections = readingOperation(
  ListBackupSelections$,
  async (input: Input, call: ReadCall) => {
    const { BackupPlanId: planId } = input;
    await activePlan(call, planId);
    const { items, nextToken } = await listPage<SelectionRow, { createdAt: number; id: string }>(
      call,
      ListBackupSelections$,
      input,
      {
        read: (after, limit) => listSelections(call.db, planKey(call, planId), { after, limit }),
        cursorOf: (row) => ({ createdAt: row.created_at, id: row.id }),
      },
    );
    return { BackupSelectionsList: items.map(selectionListMember), NextToken: nextToken };
  },
  onPlan(),
);
