/** ListRecoveryPointsByBackupVault, newest first. Source: backup spec 2.D. */
import { ListRecoveryPointsByBackupVault$, type ListRecoveryPointsByBackupVaultInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { listPointsOfVault, type PointCursor, type RecoveryPointRow } from '../../store/recovery-points.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { onVault } from './authorization.ts';
import { listPage } from './listing.ts';
import { pointShape } from './recovery-points.ts';
import { refuseForeignVault, vaultNamed } from './vaults.ts';

type Input = Checked<ListRecoveryPointsByBackupVaultInput, 'BackupVaultName'>;

export const listRecoveryPointsByBackupVault = readingOperation(
  ListRecoveryPointsByBackupVault$,
  async (input: Input, call: ReadCall) => {
    refuseForeignVault(call, input.BackupVaultAccountId);
    const vault = await vaultNamed(call, input.BackupVaultName);
    const filter = {
      vaultId: vault.id,
      resourceArn: input.ByResourceArn,
      resourceType: input.ByResourceType,
      planId: input.ByBackupPlanId,
      createdBefore: input.ByCreatedBefore?.getTime(),
      createdAfter: input.ByCreatedAfter?.getTime(),
    };
    // There are no composite points, so none has a parent.
    const none = input.ByParentRecoveryPointArn !== undefined;
    const { items, nextToken } = await listPage<RecoveryPointRow, { createdAt: number; arn: string }>(
      call,
      ListRecoveryPointsByBackupVault$,
      input,
      {
        read: async (after, limit) => (none ? [] : listPointsOfVault(call.db, { ...filter, after, limit })),
        cursorOf: (point): PointCursor & Record<string, string | number> => ({
          createdAt: point.created_at,
          arn: point.arn,
        }),
      },
    );
    return { RecoveryPoints: items.map((point) => pointShape({ vault, point })), NextToken: nextToken };
  },
  onVault(),
);
