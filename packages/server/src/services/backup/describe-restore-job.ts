/** DescribeRestoreJob. Source: backup spec 2.G. */
import { DescribeRestoreJob$, type DescribeRestoreJobInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { findRestoreJob } from '../../store/jobs.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { noSuchJob } from './errors.ts';
import { restoreJobShape } from './jobs.ts';

type Input = Checked<DescribeRestoreJobInput, 'RestoreJobId'>;

export const describeRestoreJob = readingOperation(
  DescribeRestoreJob$,
  async ({ RestoreJobId: id }: Input, call: ReadCall) => {
    const job = await findRestoreJob(call.db, id);
    if (job?.account_id !== call.accountId || job.region !== call.region) throw noSuchJob('restore', id);
    return restoreJobShape(job);
  },
);
