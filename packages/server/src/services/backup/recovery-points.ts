/**
 * What the operations on recovery points share: finding one in its vault, and its shapes in answers.
 * Source: backup spec 2.D, 6.
 */
import type { RecoveryPointByBackupVault, RecoveryPointByResource } from '@aws-sdk/client-backup';
import type { Queryable } from '../../store/database.ts';
import { findRecoveryPoint, type RecoveryPointRow } from '../../store/recovery-points.ts';
import type { VaultRow } from '../../store/vaults.ts';
import { notFound } from './errors.ts';
import { calculatedLifecycleShape, lifecycleShape } from './lifecycle-shape.ts';
import { arnOfVault, vaultNamed } from './vaults.ts';

interface PlacedCall {
  readonly accountId: string;
  readonly region: string;
  readonly db: Queryable;
}

export interface PointInVault {
  readonly vault: VaultRow;
  readonly point: RecoveryPointRow;
}

/** @throws ResourceNotFoundException when the vault is missing, or the point is not in it */
export async function pointInVault(call: PlacedCall, vaultName: string, arn: string): Promise<PointInVault> {
  const vault = await vaultNamed(call, vaultName);
  const point = await findRecoveryPoint(call.db, arn);
  if (point?.vault_id !== vault.id) throw noSuchPoint(arn);
  return { vault, point };
}

export function noSuchPoint(arn: string) {
  return notFound(`Cannot find recovery point ${arn} in the backup vault.`);
}

const optionalDate = (at: number | null): Date | undefined => (at === null ? undefined : new Date(at));

export function pointShape({ vault, point }: PointInVault) {
  return {
    RecoveryPointArn: point.arn,
    BackupVaultName: vault.name,
    BackupVaultArn: arnOfVault(vault),
    SourceBackupVaultArn: point.source_vault_arn ?? undefined,
    ResourceArn: point.resource_arn,
    ResourceType: point.resource_type,
    ResourceName: point.resource_name ?? undefined,
    CreatedBy: point.created_by ?? undefined,
    IamRoleArn: point.iam_role_arn,
    Status: point.status,
    StatusMessage: point.status_message ?? undefined,
    CreationDate: new Date(point.created_at),
    InitiationDate: optionalDate(point.initiated_at),
    CompletionDate: optionalDate(point.completed_at),
    BackupSizeInBytes: point.size_bytes ?? undefined,
    Lifecycle: lifecycleShape(point.lifecycle),
    CalculatedLifecycle: calculatedLifecycleShape(point),
    EncryptionKeyArn: vault.encryption_key_arn,
    EncryptionKeyType: 'AWS_OWNED_KMS_KEY',
    IsEncrypted: true,
    LastRestoreTime: optionalDate(point.last_restored_at),
    IsParent: false,
    VaultType: 'BACKUP_VAULT',
  } as const satisfies RecoveryPointByBackupVault;
}

export function pointOfResourceShape(
  point: RecoveryPointRow & { readonly vault_name: string; readonly encryption_key_arn: string },
) {
  return {
    RecoveryPointArn: point.arn,
    CreationDate: new Date(point.created_at),
    Status: point.status,
    StatusMessage: point.status_message ?? undefined,
    EncryptionKeyArn: point.encryption_key_arn,
    EncryptionKeyType: 'AWS_OWNED_KMS_KEY',
    BackupSizeBytes: point.size_bytes ?? undefined,
    BackupVaultName: point.vault_name,
    IsParent: false,
    ResourceName: point.resource_name ?? undefined,
    VaultType: 'BACKUP_VAULT',
  } as const satisfies RecoveryPointByResource;
}
