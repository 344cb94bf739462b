/**
 * What the operations on vaults share: finding one, and its shape in answers.
 * Source: backup spec 2.C, 15.6.
 */
import type { BackupVaultListMember } from '@aws-sdk/client-backup';
import { vaultArn } from '../../plans/arns.ts';
import type { Queryable } from '../../store/database.ts';
import { findVault, type VaultRow } from '../../store/vaults.ts';
import { insufficientPrivileges, notFound } from './errors.ts';

interface PlacedCall {
  readonly accountId: string;
  readonly region: string;
  readonly db: Queryable;
}

/** @throws ResourceNotFoundException */
export async function vaultNamed(call: PlacedCall, name: string): Promise<VaultRow> {
  const vault = await findVault(call.db, { accountId: call.accountId, region: call.region, name });
  if (!vault) throw noSuchVault(name);
  return vault;
}

export function noSuchVault(name: string) {
  return notFound(`Backup vault ${name} does not exist in this account and Region.`);
}

/** Vaults of other accounts can only be read when they were shared, which standard vaults cannot be. */
export function refuseForeignVault(call: PlacedCall, vaultAccountId: string | undefined): void {
  if (vaultAccountId !== undefined && vaultAccountId !== call.accountId) throw insufficientPrivileges();
}

export function arnOfVault(vault: VaultRow): string {
  return vaultArn(vault.region, vault.account_id, vault.name);
}

/** Without what is not there yet: locks. */
export function vaultShape(vault: VaultRow, recoveryPoints: number) {
  return {
    BackupVaultName: vault.name,
    BackupVaultArn: arnOfVault(vault),
    VaultType: 'BACKUP_VAULT',
    VaultState: vault.state === 'AVAILABLE' ? 'AVAILABLE' : 'CREATING',
    EncryptionKeyArn: vault.encryption_key_arn,
    EncryptionKeyType: 'AWS_OWNED_KMS_KEY',
    CreationDate: new Date(vault.created_at),
    CreatorRequestId: vault.creator_request_id ?? undefined,
    NumberOfRecoveryPoints: recoveryPoints,
    Locked: false,
  } as const satisfies BackupVaultListMember;
}
