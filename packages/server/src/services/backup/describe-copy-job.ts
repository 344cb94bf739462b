/** DescribeCopyJob. Source: backup spec 2.F, 8.3. */
import { DescribeCopyJob$, type DescribeCopyJobInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { findCopyJob } from '../../store/jobs.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { noSuchJob } from './errors.ts';
import { copyJobShape } from './jobs.ts';

type Input = Checked<DescribeCopyJobInput, 'CopyJobId'>;

export const describeCopyJob = readingOperation(DescribeCopyJob$, async ({ CopyJobId: id }: Input, call: ReadCall) => {
  const job = await findCopyJob(call.db, id);
  if (job?.account_id !== call.accountId || job.region !== call.region) throw noSuchJob('copy', id);
  return { CopyJob: copyJobShape(job) };
});
