/** ListCopyJobs, newest first, 30 days back. Source: backup spec 2.F, 5.3, 10.5. */
import { ListCopyJobs$, type ListCopyJobsInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import type { CopyJobRow } from '../../store/jobs.ts';
import { listCopyJobs as listJobs } from '../../store/jobs-lists.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { commonFilter, copyJobShape, exactOrAny, listedAccounts } from './jobs.ts';
import { listPage } from './listing.ts';

type Input = Checked<ListCopyJobsInput>;

export const listCopyJobs = readingOperation(ListCopyJobs$, async (input: Input, call: ReadCall) => {
  const accountIds = await listedAccounts(call, input.ByAccountId);
  // There are no composite jobs, so none has a parent.
  const none = accountIds.length === 0 || input.ByParentJobId !== undefined;
  const filter = {
    ...commonFilter(input, call.now),
    accountIds,
    region: call.region,
    resourceArn: input.ByResourceArn,
    state: input.ByState,
    destinationVaultArn: input.ByDestinationVaultArn,
    messageCategory: exactOrAny(input.ByMessageCategory),
    sourceRecoveryPointArn: input.BySourceRecoveryPointArn,
  };
  const { items, nextToken } = await listPage<CopyJobRow, { createdAt: number; id: string }>(
    call,
    ListCopyJobs$,
    input,
    {
      read: async (after, limit) => (none ? [] : listJobs(call.db, { ...filter, after, limit })),
      cursorOf: (job) => ({ createdAt: job.created_at, id: job.id }),
    },
  );
  return { CopyJobs: items.map(copyJobShape), NextToken: nextToken };
});
