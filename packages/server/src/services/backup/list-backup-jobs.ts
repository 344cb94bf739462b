/** ListBackupJobs, newest first, 30 days back. Source: backup spec 2.E, 5.3, 10.5. */
import { ListBackupJobs$, type ListBackupJobsInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import type { BackupJobRow } from '../../store/jobs.ts';
import { listBackupJobs as listJobs } from '../../store/jobs-lists.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { backupJobShape, commonFilter, exactOrAny, listedAccounts } from './jobs.ts';
import { listPage } from './listing.ts';

type Input = Checked<ListBackupJobsInput>;

export const listBackupJobs = readingOperation(ListBackupJobs$, async (input: Input, call: ReadCall) => {
  const accountIds = await listedAccounts(call, input.ByAccountId);
  // There are no composite jobs, so none has a parent.
  const none = accountIds.length === 0 || input.ByParentJobId !== undefined;
  const filter = {
    ...commonFilter(input, call.now),
    accountIds,
    region: call.region,
    resourceArn: input.ByResourceArn,
    state: input.ByState,
    vaultName: input.ByBackupVaultName,
    messageCategory: exactOrAny(input.ByMessageCategory),
  };
  const { items, nextToken } = await listPage<BackupJobRow, { createdAt: number; id: string }>(
    call,
    ListBackupJobs$,
    input,
    {
      read: async (after, limit) => (none ? [] : listJobs(call.db, { ...filter, after, limit })),
      cursorOf: (job) => ({ createdAt: job.created_at, id: job.id }),
    },
  );
  return { BackupJobs: items.map(backupJobShape), NextToken: nextToken };
});
