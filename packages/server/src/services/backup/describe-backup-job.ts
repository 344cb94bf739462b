/** DescribeBackupJob. Source: backup spec 2.E, 5.2. */
import { DescribeBackupJob$, type DescribeBackupJobInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { findBackupJob } from '../../store/jobs.ts';
import { findVault } from '../../store/vaults.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { noSuchJob } from './errors.ts';
import { backupJobShape } from './jobs.ts';

type Input = Checked<DescribeBackupJobInput, 'BackupJobId'>;

export const describeBackupJob = readingOperation(
  DescribeBackupJob$,
  async ({ BackupJobId: id }: Input, call: ReadCall) => {
    const job = await findBackupJob(call.db, id);
    if (job?.account_id !== call.accountId || job.region !== call.region) throw noSuchJob('backup', id);
    const vault = await findVault(call.db, { accountId: job.account_id, region: job.region, name: job.vault_name });
    return { ...backupJobShape(job), EncryptionKeyArn: vault?.encryption_key_arn, NumberOfChildJobs: 0 };
  },
);
