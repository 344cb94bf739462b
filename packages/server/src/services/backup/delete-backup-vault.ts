/**
 * DeleteBackupVault: an empty vault into which nothing is written, with its repository. Plans that name it are not
 * touched; their jobs then fail.
 * Source: backup spec 2.C, 7.4.
 */
import { DeleteBackupVault$, type DeleteBackupVaultInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import type { Tx } from '../../store/database.ts';
import { countPointsOfVault } from '../../store/recovery-points.ts';
import { findVault, isWrittenTo, lockVault, markVaultDeleting } from '../../store/vaults.ts';
import { type EffectfulCall, operationWithEffects } from '../operation.ts';
import { onVault } from './authorization.ts';
import { invalidRequest } from './errors.ts';
import { finishDeletion } from './vault-room.ts';
import { arnOfVault, noSuchVault } from './vaults.ts';

type Input = Checked<DeleteBackupVaultInput, 'BackupVaultName'>;

export const deleteBackupVault = operationWithEffects(
  DeleteBackupVault$,
  async ({ BackupVaultName: name }: Input, call) => {
    const vaultId = await call.db.transaction().execute((tx) => giveUp(tx, call, name));
    try {
      await finishDeletion(call.installation, vaultId);
    } catch (error) {
      // The vault is gone for its owner; the room `vaults` removes what is left of it.
      call.installation.log.error('vault.deletion-unfinished', { vaultId, error });
    }
    return {};
  },
  onVault(),
);

async function giveUp(tx: Tx, call: EffectfulCall, name: string): Promise<string> {
  const found = await findVault(tx, { accountId: call.accountId, region: call.region, name });
  const vault = found && (await lockVault(tx, found.id));
  if (!vault || vault.state === 'DELETING') throw noSuchVault(name);
  // AWS counts the point that a running job is making; here it would lose its repository under it.
  if ((await countPointsOfVault(tx, vault.id)) > 0 || (await isWrittenTo(tx, vault, arnOfVault(vault))))
    throw invalidRequest('Backup vault cannot be deleted because it contains recovery points.', {
      Code: 'ERROR_9101',
    });
  await markVaultDeleting(tx, vault.id);
  return vault.id;
}
