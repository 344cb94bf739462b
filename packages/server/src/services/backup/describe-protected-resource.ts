/** DescribeProtectedResource, with its latest finished restore. Source: backup spec 2.J, 13.2. */
import { DescribeProtectedResource$, type DescribeProtectedResourceInput } from '@aws-sdk/client-backup';
import { MINUTE_MS } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import type { RestoreJobRow } from '../../store/jobs.ts';
import { listRestoreJobs } from '../../store/jobs-lists.ts';
import { listProtectedResources } from '../../store/recovery-points.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { notFound } from './errors.ts';
import { protectedResourceShape } from './protected-resources.ts';

type Input = Checked<DescribeProtectedResourceInput, 'ResourceArn'>;

export const describeProtectedResource = readingOperation(
  DescribeProtectedResource$,
  async ({ ResourceArn: resourceArn }: Input, call: ReadCall) => {
    const { accountId, region } = call;
    const [resource] = await listProtectedResources(call.db, { accountId, region, resourceArn, limit: 1 });
    if (!resource) throw notFound(`Resource ${resourceArn} has no recovery point in this account and Region.`);
    const [restore] = await listRestoreJobs(call.db, {
      accountIds: [accountId],
      region,
      sourceResourceArn: resourceArn,
      status: 'COMPLETED',
      limit: 1,
    });
    return { ...protectedResourceShape(resource, call), ...(restore && latestRestore(restore)) };
  },
);

function latestRestore(job: RestoreJobRow) {
  const tookMs = (job.completed_at ?? job.created_at) - job.created_at;
  return {
    LatestRestoreExecutionTimeMinutes: Math.ceil(tookMs / MINUTE_MS),
    LatestRestoreJobCreationDate: new Date(job.created_at),
    LatestRestoreRecoveryPointCreationDate:
      job.recovery_point_created_at === null ? undefined : new Date(job.recovery_point_created_at),
  };
}
