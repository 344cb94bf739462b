/** ListBackupPlanVersions, newest first. Source: backup spec 2.A. */
import { ListBackupPlanVersions$, type ListBackupPlanVersionsInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { listPlanVersions, type PlanVersionRow } from '../../store/plans.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { onPlan } from './authorization.ts';
import { listPage } from './listing.ts';
import { planAt, planKey, planListMember } from './plans.ts';

type Input = Checked<ListBackupPlanVersionsInput, 'BackupPlanId'>;

export const listBackupPlanVersions = readingOperation(
  ListBackupPlanVersions$,
  async (input: Input, call: ReadCall) => {
    const { BackupPlanId: planId } = input;
    const { plan } = await planAt(call, planId);
    const { items, nextToken } = await listPage<PlanVersionRow, { createdAt: number; id: string }>(
      call,
      ListBackupPlanVersions$,
      input,
      {
        read: (after, limit) => listPlanVersions(call.db, planKey(call, planId), { after, limit }),
        cursorOf: (version) => ({ createdAt: version.created_at, id: version.version_id }),
      },
    );
    return {
      BackupPlanVersionsList: items.map((version) => ({
        ...planListMember({ plan, version }),
        CreationDate: new Date(version.created_at),
      })),
      NextToken: nextToken,
    };
  },
  onPlan(),
);
