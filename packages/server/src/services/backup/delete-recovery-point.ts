/**
 * DeleteRecoveryPoint: DELETING from now on; the room `jobs` forgets the snapshot, and the point is gone.
 * Source: backup spec 2.D, 6.2, 6.4.
 */
import { DeleteRecoveryPoint$, type DeleteRecoveryPointInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { lockRecoveryPoint, markPointDeleting } from '../../store/recovery-points.ts';
import { type Call, operation } from '../operation.ts';
import { onRecoveryPoint } from './authorization.ts';
import { invalidState } from './errors.ts';
import { pointInVault } from './recovery-points.ts';

type Input = Checked<DeleteRecoveryPointInput, 'BackupVaultName' | 'RecoveryPointArn'>;

export const deleteRecoveryPoint = operation(
  DeleteRecoveryPoint$,
  async ({ BackupVaultName: vaultName, RecoveryPointArn: arn }: Input, call: Call) => {
    await lockRecoveryPoint(call.tx, arn);
    const { point } = await pointInVault(call, vaultName, arn);
    if (point.status === 'DELETING') throw invalidState(`Recovery point ${arn} is being deleted already.`);
    await markPointDeleting(call.tx, arn);
    call.wakeAfterCommit('jobs');
    return {};
  },
  onRecoveryPoint(),
);
