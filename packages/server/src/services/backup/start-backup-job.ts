/**
 * StartBackupJob: one job on demand, whose windows count from now.
 * Source: backup spec 2.E, 3.5, 4.3 (opt-in), 5.1.
 */
import { StartBackupJob$, type StartBackupJobInput } from '@aws-sdk/client-backup';
import { uuid } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { recoveryPointArn } from '../../jobs/recovery-point-arn.ts';
import { lifecycleFault } from '../../plans/lifecycle.ts';
import { lifecycleOf } from '../../plans/plan-document.ts';
import { isArnKnownAtStart, resourceTypeOf } from '../../plans/resource-types.ts';
import { isRoleArn } from '../../plans/selection-fault.ts';
import {
  COMPLETION_WINDOW_MINUTES_DEFAULT,
  deadlines,
  START_WINDOW_MINUTES_DEFAULT,
  windowFault,
  windowOrderFault,
} from '../../plans/windows.ts';
import { createBackupJobs } from '../../store/jobs.ts';
import { isOptedIn, regionSettingsOf } from '../../store/region-settings.ts';
import { findResource, type ResourceRow } from '../../store/resources.ts';
import { type Call, operation } from '../operation.ts';
import { requirePassRole } from '../pass-role.ts';
import { onVault, SERVICE_PRINCIPAL } from './authorization.ts';
import { invalidParameter, invalidRequest, notFound } from './errors.ts';
import { onceByToken } from './idempotency.ts';
import { requireTags } from './tags.ts';
import { vaultNamed } from './vaults.ts';

type Input = Checked<StartBackupJobInput, 'BackupVaultName' | 'ResourceArn' | 'IamRoleArn'>;

export const startBackupJob = operation(
  StartBackupJob$,
  async (input: Input, call: Call) => {
    const { BackupVaultName: vaultName, ResourceArn: resourceArn, IamRoleArn: roleArn } = input;
    requireHonoured(input);
    const windows = {
      startWindowMinutes: input.StartWindowMinutes ?? START_WINDOW_MINUTES_DEFAULT,
      completionWindowMinutes: input.CompleteWindowMinutes ?? COMPLETION_WINDOW_MINUTES_DEFAULT,
    };
    const lifecycle = lifecycleOf(input.Lifecycle);
    const fault =
      windowFault(windows, 'CompleteWindowMinutes') ??
      windowOrderFault(input.StartWindowMinutes, input.CompleteWindowMinutes, 'CompleteWindowMinutes') ??
      lifecycleFault(lifecycle);
    if (fault !== undefined) throw invalidParameter(fault);
    const tags = input.RecoveryPointTags ?? {};
    requireTags(tags);
    if (!isRoleArn(roleArn)) throw invalidParameter(`Invalid IamRoleArn: ${roleArn} is not the ARN of a role.`);
    await requirePassRole(call, roleArn, SERVICE_PRINCIPAL);

    const resourceType = resourceTypeOf(resourceArn) ?? '';
    const jobId = uuid(call.installation.random);
    return onceByToken(call, StartBackupJob$, input.IdempotencyToken, {
      answer: { id: jobId, at: call.now },
      start: async () => {
        await vaultNamed(call, vaultName);
        const resource = await resourceToBackUp(call, resourceArn);
        await createBackupJobs(call.tx, [
          {
            id: jobId,
            accountId: call.accountId,
            region: call.region,
            vaultName,
            resourceArn,
            resourceType: resource.resource_type,
            resourceName: resource.name ?? undefined,
            iamRoleArn: roleArn,
            request: { ...(lifecycle && { lifecycle }), recoveryPointTags: tags },
            createdAt: call.now,
            scheduledAt: call.now,
            ...deadlines(call.now, windows),
          },
        ]);
        call.wakeAfterCommit('jobs');
      },
      output: ({ id, at }) => ({
        BackupJobId: id,
        CreationDate: new Date(at),
        IsParent: false,
        ...(isArnKnownAtStart(resourceType) && { RecoveryPointArn: pointArn(call, resourceType, id) }),
      }),
    });
  },
  onVault(),
);

function pointArn({ accountId, region }: Call, resourceType: string, id: string): string {
  return recoveryPointArn({ resourceType, region, accountId, job: { kind: 'backup', id } });
}

/** What is asked for and cannot be done is refused, never ignored. */
function requireHonoured(input: Input): void {
  if (input.LogicallyAirGappedBackupVaultArn !== undefined)
    throw invalidParameter('LogicallyAirGappedBackupVaultArn is not supported.');
  if (input.Index === 'ENABLED') throw invalidParameter('Index is only available for EBS and S3 resources.');
  const [option] = Object.keys(input.BackupOptions ?? {});
  if (option !== undefined) {
    const type = resourceTypeOf(input.ResourceArn) ?? 'this resource type';
    throw invalidParameter(`Invalid BackupOptions. ${option} is not an option of ${type}.`);
  }
}

async function resourceToBackUp(call: Call, resourceArn: string): Promise<ResourceRow> {
  const resource = await findResource(call.tx, resourceArn);
  if (resource?.account_id !== call.accountId || resource.region !== call.region) {
    if (resourceTypeOf(resourceArn) === undefined)
      throw invalidParameter(`Invalid ResourceArn: ${resourceArn} is not the ARN of a resource that can be backed up.`);
    throw notFound(`Resource ${resourceArn} is not registered in this account and Region.`);
  }
  const settings = await regionSettingsOf(call.tx, call.accountId, call.region);
  if (!isOptedIn(settings, resource.resource_type))
    throw invalidRequest(`Resource type ${resource.resource_type} is not opted in to in this Region.`);
  return resource;
}
