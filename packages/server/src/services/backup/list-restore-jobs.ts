/** ListRestoreJobs, newest first, 30 days back. Source: backup spec 2.G, 5.3, 10.5. */
import { ListRestoreJobs$, type ListRestoreJobsInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import type { RestoreJobRow } from '../../store/jobs.ts';
import { listRestoreJobs as listJobs } from '../../store/jobs-lists.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { commonFilter, listedAccounts, restoreJobShape } from './jobs.ts';
import { listPage } from './listing.ts';

type Input = Checked<ListRestoreJobsInput>;

export const listRestoreJobs = readingOperation(ListRestoreJobs$, async (input: Input, call: ReadCall) => {
  const accountIds = await listedAccounts(call, input.ByAccountId);
  // There are neither composite jobs nor restore tests, so no job belongs to one.
  const none =
    accountIds.length === 0 || input.ByParentJobId !== undefined || input.ByRestoreTestingPlanArn !== undefined;
  const filter = { ...commonFilter(input, call.now), accountIds, region: call.region, status: input.ByStatus };
  const { items, nextToken } = await listPage<RestoreJobRow, { createdAt: number; id: string }>(
    call,
    ListRestoreJobs$,
    input,
    {
      read: async (after, limit) => (none ? [] : listJobs(call.db, { ...filter, after, limit })),
      cursorOf: (job) => ({ createdAt: job.created_at, id: job.id }),
    },
  );
  return { RestoreJobs: items.map(restoreJobShape), NextToken: nextToken };
});
