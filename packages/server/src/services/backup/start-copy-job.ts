/**
 * StartCopyJob. The rules for copies between accounts, and the destination, are judged by the job, which then fails
 * visibly.
 * Source: backup spec 2.F, 8.
 */
import { StartCopyJob$, type StartCopyJobInput } from '@aws-sdk/client-backup';
import { uuid } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { parseVaultArn } from '../../plans/arns.ts';
import { lifecycleFault } from '../../plans/lifecycle.ts';
import { lifecycleOf } from '../../plans/plan-document.ts';
import { isRoleArn } from '../../plans/selection-fault.ts';
import { createCopyJobs } from '../../store/jobs.ts';
import { type Call, operation } from '../operation.ts';
import { requirePassRole } from '../pass-role.ts';
import { onRecoveryPoint, SERVICE_PRINCIPAL } from './authorization.ts';
import { invalidParameter, invalidRequest } from './errors.ts';
import { onceByToken } from './idempotency.ts';
import { pointInVault } from './recovery-points.ts';
import { arnOfVault } from './vaults.ts';

type Input = Checked<
  StartCopyJobInput,
  'RecoveryPointArn' | 'SourceBackupVaultName' | 'DestinationBackupVaultArn' | 'IamRoleArn'
>;

export const startCopyJob = operation(
  StartCopyJob$,
  async (input: Input, call: Call) => {
    const { DestinationBackupVaultArn: destinationVaultArn, IamRoleArn: roleArn } = input;
    if (!parseVaultArn(destinationVaultArn))
      throw invalidParameter(`Invalid DestinationBackupVaultArn: ${destinationVaultArn} is not the ARN of a vault.`);
    const lifecycle = lifecycleOf(input.Lifecycle);
    const fault = lifecycleFault(lifecycle, { alwaysAllowed: true });
    if (fault !== undefined) throw invalidParameter(fault);
    if (!isRoleArn(roleArn)) throw invalidParameter(`Invalid IamRoleArn: ${roleArn} is not the ARN of a role.`);
    await requirePassRole(call, roleArn, SERVICE_PRINCIPAL);

    const jobId = uuid(call.installation.random);
    return onceByToken(call, StartCopyJob$, input.IdempotencyToken, {
      answer: { id: jobId, at: call.now },
      start: async () => {
        const { vault, point } = await pointInVault(call, input.SourceBackupVaultName, input.RecoveryPointArn);
        if (arnOfVault(vault) === destinationVaultArn)
          throw invalidRequest('The recovery point is in the destination vault already.');
        if (point.status === 'DELETING' || point.status === 'EXPIRED')
          throw invalidRequest(`Recovery point ${point.arn} is in state ${point.status} and cannot be copied.`);
        await createCopyJobs(call.tx, [
          {
            id: jobId,
            accountId: call.accountId,
            region: call.region,
            sourceVaultArn: arnOfVault(vault),
            sourceRecoveryPointArn: point.arn,
            destinationVaultArn,
            lifecycle,
            resourceArn: point.resource_arn,
            resourceType: point.resource_type,
            resourceName: point.resource_name ?? undefined,
            iamRoleArn: roleArn,
            createdAt: call.now,
          },
        ]);
        call.wakeAfterCommit('jobs');
      },
      output: ({ id, at }) => ({ CopyJobId: id, CreationDate: new Date(at), IsParent: false }),
    });
  },
  onRecoveryPoint(),
);
