/** DescribeRecoveryPoint. Source: backup spec 2.D, 6.1. */
import { DescribeRecoveryPoint$, type DescribeRecoveryPointInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { onRecoveryPoint } from './authorization.ts';
import { pointInVault, pointShape } from './recovery-points.ts';
import { refuseForeignVault } from './vaults.ts';

type Input = Checked<DescribeRecoveryPointInput, 'BackupVaultName' | 'RecoveryPointArn'>;

export const describeRecoveryPoint = readingOperation(
  DescribeRecoveryPoint$,
  async (input: Input, call: ReadCall) => {
    const { BackupVaultName: vaultName, RecoveryPointArn: arn, BackupVaultAccountId: vaultAccountId } = input;
    refuseForeignVault(call, vaultAccountId);
    return { ...pointShape(await pointInVault(call, vaultName, arn)), StorageClass: 'WARM' as const };
  },
  onRecoveryPoint(),
);
