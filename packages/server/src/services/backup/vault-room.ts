/**
 * The room `vaults`: makes the repositories of vaults that are CREATING and removes those of vaults that are DELETING.
 *
 * CreateBackupVault and DeleteBackupVault do it themselves; the room finishes what a crash or a full disk left behind.
 * The row is held locked meanwhile (a second or two of restic): that lock says who may finish it, and ends with its
 * holder.
 */
import type { Room } from '../../background.ts';
import type { Installation } from '../../installation.ts';
import { vaultKeyContext } from '../../secrets/contexts.ts';
import { deleteAllTags } from '../../store/backup-tags.ts';
import type { Tx } from '../../store/database.ts';
import {
  deleteVault,
  firstVault,
  lockFirstVault,
  lockUnfinishedVault,
  lockVault,
  makeVaultAvailable,
  type VaultRow,
} from '../../store/vaults.ts';
import { arnOfVault } from './vaults.ts';

/** The operations do the work; the interval is for what they left behind. */
const INTERVAL_MS = 60_000;

type RepositoryAccess = Parameters<Installation['repositories']['create']>[0];
type Parts = Pick<Installation, 'db' | 'log' | 'repositories' | 'sealer'>;

export const vaultsRoom = (installation: Parts): Room => ({
  name: 'vaults',
  intervalMs: INTERVAL_MS,
  tick: (signal) => tickVaults(installation, signal),
});

/** Makes the vault AVAILABLE, unless it is already or is gone. Safe to repeat: the repository is found again. */
export function finishCreation(installation: Parts, vaultId: string): Promise<void> {
  return installation.db.transaction().execute(async (tx) => {
    const vault = await lockVault(tx, vaultId);
    if (vault?.state === 'CREATING') await makeRepository(installation, tx, vault);
  });
}

/** Removes the vault's repository and row. Safe to repeat. */
export function finishDeletion(installation: Parts, vaultId: string): Promise<void> {
  return installation.db.transaction().execute(async (tx) => {
    const vault = await lockVault(tx, vaultId);
    if (vault?.state === 'DELETING') await removeRepository(installation, tx, vault);
  });
}

/** One tick: each unfinished vault is tried once. */
export async function tickVaults(installation: Parts, signal: AbortSignal): Promise<void> {
  const failed: string[] = [];
  let found = true;
  while (found && !signal.aborted) {
    let vaultId: string | undefined;
    try {
      found = await installation.db.transaction().execute(async (tx) => {
        const vault = await lockUnfinishedVault(tx, failed);
        if (!vault) return false;
        vaultId = vault.id;
        const finish = vault.state === 'CREATING' ? makeRepository : removeRepository;
        await finish(installation, tx, vault);
        return true;
      });
    } catch (error) {
      if (vaultId === undefined) throw error;
      failed.push(vaultId);
      installation.log.error('vault.unfinished', { vaultId, error });
    }
  }
}

async function makeRepository(installation: Parts, tx: Tx, vault: VaultRow): Promise<void> {
  const first = await chunkerVault(tx);
  const repositoryId = await installation.repositories.create(
    accessOf(installation, vault),
    first && accessOf(installation, first),
  );
  await makeVaultAvailable(tx, vault.id, repositoryId);
}

/** The vault whose chunker parameters are taken over. While there is none, one creation at a time becomes it. */
async function chunkerVault(tx: Tx): Promise<VaultRow | undefined> {
  const first = await firstVault(tx);
  if (first) return first;
  await lockFirstVault(tx);
  return firstVault(tx);
}

async function removeRepository(installation: Parts, tx: Tx, vault: VaultRow): Promise<void> {
  await installation.repositories.destroy(accessOf(installation, vault));
  await deleteVault(tx, vault.id);
  await deleteAllTags(tx, arnOfVault(vault));
}

function accessOf({ sealer }: Parts, vault: VaultRow): RepositoryAccess {
  return {
    storage: vault.storage,
    password: sealer.open(vault.key_sealed, vaultKeyContext(vault.id)).toString('utf8'),
    ...(vault.repository_id !== null && { repositoryId: vault.repository_id }),
  };
}
