/**
 * CreateBackupVault: the wish is recorded, the repository made, the vault AVAILABLE when the answer comes.
 *
 * Each vault has a key of its own that never leaves the installation, so EncryptionKeyArn cannot be chosen.
 * Source: backup spec 2.C, 7; tags 13.3.
 */

import path from 'node:path';
import { CreateBackupVault$, type CreateBackupVaultInput } from '@aws-sdk/client-backup';
import { formatArn, uuid } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { isVaultName } from '../../plans/plan-fault.ts';
import { vaultKeyContext } from '../../secrets/contexts.ts';
import { putTags } from '../../store/backup-tags.ts';
import type { Tx } from '../../store/database.ts';
import { lockPlace } from '../../store/plans.ts';
import { countVaults, findVault, insertVault, type VaultRow } from '../../store/vaults.ts';
import { type EffectfulCall, operationWithEffects } from '../operation.ts';
import { onVault } from './authorization.ts';
import { alreadyExists, invalidParameter, limitExceeded, serviceUnavailable } from './errors.ts';
import { requireAllowedTags, requireTags } from './tags.ts';
import { finishCreation } from './vault-room.ts';
import { arnOfVault } from './vaults.ts';

const PASSWORD_BYTES = 32;

interface Wish {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly creatorRequestId: string | undefined;
  readonly folder: string;
}

type Input = Checked<CreateBackupVaultInput, 'BackupVaultName'>;

export const createBackupVault = operationWithEffects(
  CreateBackupVault$,
  async (input: Input, call) => {
    const { BackupVaultName: name, BackupVaultTags: tags = {}, CreatorRequestId: creatorRequestId } = input;
    if (!isVaultName(name))
      throw invalidParameter('BackupVaultName must be 2 to 50 letters, digits, hyphens or underscores.');
    if (input.EncryptionKeyArn !== undefined)
      throw invalidParameter(
        'EncryptionKeyArn is not supported: each vault is encrypted with a key of its own. Leave the parameter out.',
      );
    requireTags(tags);
    await requireAllowedTags(call, 'backup:backup-vault', tags);
    const region = call.installation.settings.regions.find((known) => known.name === call.region);
    if (!region) throw invalidParameter(`The Region ${call.region} has no site in this installation.`);

    const wish: Wish = { name, tags, creatorRequestId, folder: region.vaultFolder };
    const vault = await call.db.transaction().execute((tx) => recordWish(tx, call, wish));
    await finish(call, vault);
    return { BackupVaultName: name, BackupVaultArn: arnOfVault(vault), CreationDate: new Date(vault.created_at) };
  },
  onVault((input: Input) => input.BackupVaultTags ?? {}),
);

/** The vault's row: a new one, or that of an earlier call with the same CreatorRequestId. */
async function recordWish(tx: Tx, call: EffectfulCall, wish: Wish): Promise<VaultRow> {
  const { accountId, region, installation } = call;
  await lockPlace(tx, { accountId, region });
  const key = { accountId, region, name: wish.name };
  const existing = await findVault(tx, key);
  if (existing) {
    if (wish.creatorRequestId !== undefined && existing.creator_request_id === wish.creatorRequestId) return existing;
    throw alreadyExists('Backup vault with the same name already exists', {
      arn: arnOfVault(existing),
      creatorRequestId: existing.creator_request_id,
    });
  }
  if ((await countVaults(tx, key)) >= installation.settings.quotas.vaultsPerRegion)
    throw limitExceeded(`You have reached the limit of ${installation.settings.quotas.vaultsPerRegion} vaults.`);

  const id = uuid(installation.random);
  const password = Buffer.from(installation.random.bytes(PASSWORD_BYTES)).toString('base64url');
  const vault: VaultRow = {
    id,
    account_id: accountId,
    region,
    name: wish.name,
    vault_type: 'BACKUP_VAULT',
    state: 'CREATING',
    encryption_key_arn: formatArn({ service: 'kms', region, accountId, resource: `key/${id}` }),
    creator_request_id: wish.creatorRequestId ?? null,
    created_at: call.now,
    storage: { kind: 'directory', path: path.join(wish.folder, id) },
    repository_id: null,
    key_sealed: installation.sealer.seal(password, vaultKeyContext(id)),
    last_pruned_at: null,
    prune_due_at: null,
  };
  await insertVault(tx, vault);
  await putTags(tx, accountId, arnOfVault(vault), wish.tags);
  return vault;
}

/** A vault whose repository cannot be made now stays CREATING: the room goes on trying, and so may the caller. */
async function finish(call: EffectfulCall, vault: VaultRow): Promise<void> {
  try {
    await finishCreation(call.installation, vault.id);
  } catch (error) {
    call.installation.log.error('vault.creation-failed', { vaultId: vault.id, error });
    throw serviceUnavailable(
      `The storage of backup vault ${vault.name} could not be made. It stays in state CREATING and is tried again.`,
    );
  }
}
