/** AWS's Lifecycle and CalculatedLifecycle in answers. Source: backup spec 6.3, appendix A.2. */
import type { CalculatedLifecycle, Lifecycle as LifecycleShape } from '@aws-sdk/client-backup';
import type { RecoveryPointRow } from '../../store/recovery-points.ts';
import type { Lifecycle } from '../../store/tables/jobs.ts';

export function lifecycleShape(lifecycle: Lifecycle | null | undefined): LifecycleShape | undefined {
  return lifecycle ? { ...lifecycle } : undefined;
}

export function calculatedLifecycleShape(
  point: Pick<RecoveryPointRow, 'delete_at' | 'move_to_cold_at'>,
): CalculatedLifecycle | undefined {
  if (point.delete_at === null && point.move_to_cold_at === null) return undefined;
  return {
    DeleteAt: point.delete_at === null ? undefined : new Date(point.delete_at),
    MoveToColdStorageAt: point.move_to_cold_at === null ? undefined : new Date(point.move_to_cold_at),
  };
}
