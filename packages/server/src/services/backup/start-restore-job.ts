/**
 * StartRestoreJob. What a resource type demands of the metadata is its connector's matter: the job fails visibly on
 * what it cannot use; only members that AWS demands of every such restore are asked for here.
 * Source: backup spec 2.G, 9.1, 9.2.
 */
import { StartRestoreJob$, type StartRestoreJobInput } from '@aws-sdk/client-backup';
import { uuid } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { isRoleArn } from '../../plans/selection-fault.ts';
import { createRestoreJob } from '../../store/jobs.ts';
import { findRecoveryPoint, type RecoveryPointRow } from '../../store/recovery-points.ts';
import { findVaultById } from '../../store/vaults.ts';
import { type Call, operation } from '../operation.ts';
import { requirePassRole } from '../pass-role.ts';
import { onRecoveryPoint, SERVICE_PRINCIPAL } from './authorization.ts';
import { invalidParameter, invalidRequest, missingParameter } from './errors.ts';
import { onceByToken } from './idempotency.ts';
import { noSuchPoint } from './recovery-points.ts';
import { arnOfVault } from './vaults.ts';

const REQUIRED_METADATA: Readonly<Record<string, readonly string[]>> = {
  EFS: ['newFileSystem'],
  RDS: ['DBInstanceIdentifier'],
};

type Input = Checked<StartRestoreJobInput, 'RecoveryPointArn' | 'Metadata'>;

export const startRestoreJob = operation(
  StartRestoreJob$,
  async (input: Input, call: Call) => {
    const { RecoveryPointArn: arn, Metadata: metadata, IamRoleArn: roleArn } = input;
    if (roleArn === undefined) throw missingParameter('The parameter IamRoleArn is required.');
    if (!isRoleArn(roleArn)) throw invalidParameter(`Invalid IamRoleArn: ${roleArn} is not the ARN of a role.`);
    await requirePassRole(call, roleArn, SERVICE_PRINCIPAL);

    const jobId = uuid(call.installation.random);
    return onceByToken(call, StartRestoreJob$, input.IdempotencyToken, {
      answer: { id: jobId, at: call.now },
      start: async () => {
        const point = await restorablePoint(call, arn);
        if (input.ResourceType !== undefined && input.ResourceType !== point.resource_type)
          throw invalidParameter(
            `The recovery point is of resource type ${point.resource_type}, not ${input.ResourceType}.`,
          );
        for (const key of REQUIRED_METADATA[point.resource_type] ?? [])
          if (metadata[key] === undefined)
            throw invalidParameter(
              `Metadata must contain ${key} to restore a resource of type ${point.resource_type}.`,
            );
        const vault = await findVaultById(call.tx, point.vault_id);
        if (!vault) throw noSuchPoint(arn);
        await createRestoreJob(call.tx, {
          id: jobId,
          accountId: call.accountId,
          region: call.region,
          recoveryPointArn: arn,
          recoveryPointCreatedAt: point.created_at,
          sourceResourceArn: point.resource_arn,
          vaultArn: arnOfVault(vault),
          resourceType: point.resource_type,
          iamRoleArn: roleArn,
          metadata,
          copySourceTags: input.CopySourceTagsToRestoredResource ?? false,
          sizeBytes: point.size_bytes ?? undefined,
          createdAt: call.now,
        });
        call.wakeAfterCommit('jobs');
      },
      output: ({ id }) => ({ RestoreJobId: id }),
    });
  },
  onRecoveryPoint(),
);

async function restorablePoint(call: Call, arn: string): Promise<RecoveryPointRow> {
  const point = await findRecoveryPoint(call.tx, arn);
  if (point?.account_id !== call.accountId || point.region !== call.region) throw noSuchPoint(arn);
  if (point.status === 'DELETING') throw invalidRequest(`Recovery point ${arn} is being deleted.`);
  return point;
}
