/** ListBackupVaults, by name. Only standard vaults exist, and none can be shared. Source: backup spec 2.C. */
import { ListBackupVaults$, type ListBackupVaultsInput } from '@aws-sdk/client-backup';
import type { Checked } from '@holdfast/wire';
import { countPointsByVault } from '../../store/recovery-points.ts';
import { listVaults, type VaultRow } from '../../store/vaults.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPage } from './listing.ts';
import { vaultShape } from './vaults.ts';

type Input = Checked<ListBackupVaultsInput>;

export const listBackupVaults = readingOperation(ListBackupVaults$, async (input: Input, call: ReadCall) => {
  const { ByVaultType: type, ByShared: shared } = input;
  const none = shared === true || (type !== undefined && type !== 'BACKUP_VAULT');
  const { items, nextToken } = await listPage<VaultRow, string>(call, ListBackupVaults$, input, {
    read: async (after, limit) => (none ? [] : listVaults(call.db, call, { after, limit })),
    cursorOf: (vault) => vault.name,
  });
  const counts = await countPointsByVault(
    call.db,
    items.map((vault) => vault.id),
  );
  return {
    BackupVaultList: items.map((vault) => vaultShape(vault, counts.get(vault.id) ?? 0)),
    NextToken: nextToken,
  };
});
