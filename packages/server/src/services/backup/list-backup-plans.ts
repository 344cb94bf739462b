/** ListBackupPlans, newest first; plans of the organization are among them. Source: backup spec 2.A. */
import { ListBackupPlans$, type ListBackupPlansInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { listPlans, type PlanAtVersion } from '../../store/plans.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPage } from './listing.ts';
import { planListMember } from './plans.ts';

type Input = Checked<ListBackupPlansInput>;

export const listBackupPlans = readingOperation(ListBackupPlans$, async (input: Input, call: ReadCall) => {
  const { IncludeDeleted: includeDeleted = false } = input;
  const { items, nextToken } = await listPage<PlanAtVersion, { createdAt: number; id: string }>(
    call,
    ListBackupPlans$,
    input,
    {
      read: (after, limit) => listPlans(call.db, call, { includeDeleted, after, limit }),
      cursorOf: ({ plan }) => ({ createdAt: plan.created_at, id: plan.id }),
    },
  );
  return { BackupPlansList: items.map(planListMember), NextToken: nextToken };
});
