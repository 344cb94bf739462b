/** A protected resource's shape in answers. Source: backup spec 13.2. */
import { vaultArn } from '../../plans/arns.ts';
import type { ProtectedResource } from '../../store/recovery-points.ts';

export function protectedResourceShape(
  resource: ProtectedResource,
  { accountId, region }: { readonly accountId: string; readonly region: string },
) {
  return {
    ResourceArn: resource.resourceArn,
    ResourceType: resource.resourceType,
    ResourceName: resource.resourceName ?? undefined,
    LastBackupTime: new Date(resource.lastBackupAt),
    LastBackupVaultArn: vaultArn(region, accountId, resource.lastVaultName),
    LastRecoveryPointArn: resource.lastRecoveryPointArn,
  };
}
