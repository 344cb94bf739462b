/** GetRestoreJobMetadata: what the restore was asked for. Source: backup spec 2.G. */
import { GetRestoreJobMetadata$, type GetRestoreJobMetadataInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { findRestoreJob } from '../../store/jobs.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { noSuchJob } from './errors.ts';

type Input = Checked<GetRestoreJobMetadataInput, 'RestoreJobId'>;

export const getRestoreJobMetadata = readingOperation(
  GetRestoreJobMetadata$,
  async ({ RestoreJobId: id }: Input, call: ReadCall) => {
    const job = await findRestoreJob(call.db, id);
    if (job?.account_id !== call.accountId || job.region !== call.region) throw noSuchJob('restore', id);
    return { RestoreJobId: id, Metadata: job.metadata };
  },
);
