/**
 * The key of a vault, for the operator: with it and restic alone a recovery point can be restored, without Holdfast.
 */
import { parseArn } from '@holdfast/kernel';
import type { Installation } from '../installation.ts';
import { vaultKeyContext } from '../secrets/contexts.ts';
import type { VaultStorage } from '../store/tables/backup.ts';
import { OperatorError } from './operator-error.ts';

export interface VaultKey {
  readonly vaultArn: string;
  readonly storage: VaultStorage;
  /** Restic's own id of the repository. */
  readonly repositoryId: string | null;
  readonly password: string;
}

const VAULT_RESOURCE = /^backup-vault:([^:]+)$/;

export async function vaultKey(
  { db, sealer }: Pick<Installation, 'db' | 'sealer'>,
  vaultArn: string,
): Promise<VaultKey> {
  const arn = parseArn(vaultArn);
  const name = arn?.service === 'backup' ? VAULT_RESOURCE.exec(arn.resource)?.[1] : undefined;
  if (!arn || name === undefined)
    throw new OperatorError(`"${vaultArn}" is not the ARN of a backup vault.`, { httpStatus: 400 });
  const vault = await db
    .selectFrom('backup_vault')
    .select(['id', 'storage', 'repository_id', 'key_sealed'])
    .where('account_id', '=', arn.accountId)
    .where('region', '=', arn.region)
    .where('name', '=', name)
    .executeTakeFirst();
  if (!vault) throw new OperatorError(`There is no vault ${vaultArn}.`, { httpStatus: 404 });
  return {
    vaultArn,
    storage: vault.storage,
    repositoryId: vault.repository_id,
    password: sealer.open(vault.key_sealed, vaultKeyContext(vault.id)).toString('utf8'),
  };
}
