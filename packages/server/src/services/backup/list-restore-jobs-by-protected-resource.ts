/** ListRestoreJobsByProtectedResource, newest first. Source: backup spec 2.G. */
import {
  ListRestoreJobsByProtectedResource$,
  type ListRestoreJobsByProtectedResourceInput,
} from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import type { RestoreJobRow } from '../../store/jobs.ts';
import { listRestoreJobs } from '../../store/jobs-lists.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { restoreJobShape } from './jobs.ts';
import { listPage } from './listing.ts';

type Input = Checked<ListRestoreJobsByProtectedResourceInput, 'ResourceArn'>;

export const listRestoreJobsByProtectedResource = readingOperation(
  ListRestoreJobsByProtectedResource$,
  async (input: Input, call: ReadCall) => {
    const filter = {
      accountIds: [call.accountId],
      region: call.region,
      sourceResourceArn: input.ResourceArn,
      status: input.ByStatus,
      recoveryPointCreatedBefore: input.ByRecoveryPointCreationDateBefore?.getTime(),
      recoveryPointCreatedAfter: input.ByRecoveryPointCreationDateAfter?.getTime(),
    };
    const { items, nextToken } = await listPage<RestoreJobRow, { createdAt: number; id: string }>(
      call,
      ListRestoreJobsByProtectedResource$,
      input,
      {
        read: (after, limit) => listRestoreJobs(call.db, { ...filter, after, limit }),
        cursorOf: (job) => ({ createdAt: job.created_at, id: job.id }),
      },
    );
    return { RestoreJobs: items.map(restoreJobShape), NextToken: nextToken };
  },
);
