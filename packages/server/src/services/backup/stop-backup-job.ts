/** StopBackupJob: ABORTING, then ABORTED. Not for types whose backups AWS cannot stop. Source: backup spec 2.E, 5.4. */
import { StopBackupJob$, type StopBackupJobInput } from '@aws-sdk/client-backup';
import { unreachable } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { findBackupJob, requestStop } from '../../store/jobs.ts';
import { type Call, operation } from '../operation.ts';
import { invalidRequest, noSuchJob } from './errors.ts';

const NOT_STOPPABLE: readonly string[] = ['FSx', 'DocumentDB', 'RDS', 'Aurora', 'Neptune'];

type Input = Checked<StopBackupJobInput, 'BackupJobId'>;

export const stopBackupJob = operation(StopBackupJob$, async ({ BackupJobId: id }: Input, call: Call) => {
  const { accountId, region } = call;
  const job = await findBackupJob(call.tx, id);
  if (job?.account_id !== accountId || job.region !== region) throw noSuchJob('backup', id);
  if (NOT_STOPPABLE.includes(job.resource_type))
    throw invalidRequest(`Backup jobs of resource type ${job.resource_type} cannot be stopped.`);
  const answer = await requestStop(call.tx, { accountId, region, id });
  switch (answer.kind) {
    case 'stopping':
      call.wakeAfterCommit('jobs');
      return {};
    case 'ended':
      throw invalidRequest(`Backup job ${id} is in state ${answer.state} and cannot be stopped.`);
    case 'not-found':
      throw noSuchJob('backup', id);
    default:
      return unreachable(answer);
  }
});
