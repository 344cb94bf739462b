/** ListProtectedResourcesByBackupVault, by ARN. Source: backup spec 2.J. */
import {
  ListProtectedResourcesByBackupVault$,
  type ListProtectedResourcesByBackupVaultInput,
} from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { listProtectedResources, type ProtectedResource } from '../../store/recovery-points.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { onVault } from './authorization.ts';
import { listPage } from './listing.ts';
import { protectedResourceShape } from './protected-resources.ts';
import { refuseForeignVault, vaultNamed } from './vaults.ts';

type Input = Checked<ListProtectedResourcesByBackupVaultInput, 'BackupVaultName'>;

export const listProtectedResourcesByBackupVault = readingOperation(
  ListProtectedResourcesByBackupVault$,
  async (input: Input, call: ReadCall) => {
    refuseForeignVault(call, input.BackupVaultAccountId);
    const { id: vaultId } = await vaultNamed(call, input.BackupVaultName);
    const { accountId, region } = call;
    const { items, nextToken } = await listPage<ProtectedResource, string>(
      call,
      ListProtectedResourcesByBackupVault$,
      input,
      {
        read: (after, limit) => listProtectedResources(call.db, { accountId, region, vaultId, after, limit }),
        cursorOf: (resource) => resource.resourceArn,
      },
    );
    return { Results: items.map((resource) => protectedResourceShape(resource, call)), NextToken: nextToken };
  },
  onVault(),
);
