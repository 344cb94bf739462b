/** GetRecoveryPointRestoreMetadata: the source's configuration as it was. Source: backup spec 2.D, 9.2. */
import { GetRecoveryPointRestoreMetadata$, type GetRecoveryPointRestoreMetadataInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { onRecoveryPoint } from './authorization.ts';
import { pointInVault } from './recovery-points.ts';
import { arnOfVault, refuseForeignVault } from './vaults.ts';

type Input = Checked<GetRecoveryPointRestoreMetadataInput, 'BackupVaultName' | 'RecoveryPointArn'>;

export const getRecoveryPointRestoreMetadata = readingOperation(
  GetRecoveryPointRestoreMetadata$,
  async (input: Input, call: ReadCall) => {
    const { BackupVaultName: vaultName, RecoveryPointArn: arn, BackupVaultAccountId: vaultAccountId } = input;
    refuseForeignVault(call, vaultAccountId);
    const { vault, point } = await pointInVault(call, vaultName, arn);
    return {
      BackupVaultArn: arnOfVault(vault),
      RecoveryPointArn: arn,
      RestoreMetadata: point.restore_metadata,
      ResourceType: point.resource_type,
    };
  },
  onRecoveryPoint(),
);
