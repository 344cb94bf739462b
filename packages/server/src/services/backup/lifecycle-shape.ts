/** AWS's Lifecycle and CalculatedLifecycle in answers. Source: backup spec 6.3, appendix A.2. */
import type { CalculatedLifecycle, Lifecycle as LifecycleShape } from '@aws-sdk/client-backup';
import type { RecoveryPointRow } from '../../store/recovery-points.ts';
import type { Lifecycle } from '../../store/tables/jobs.ts';

export function lifecycleShape(lifecycle: Lifecycle | null | undefined): LifecycleShape | undefined {
  return lifecycle ? { ...lifecycle } : undefined;
}

/** There is no cold storage yet: what a lifecycle says of it is kept, and no moment is promised for it. */
export function calculatedLifecycleShape({
  delete_at: deleteAt,
}: Pick<RecoveryPointRow, 'delete_at'>): CalculatedLifecycle | undefined {
  return deleteAt === null ? undefined : { DeleteAt: new Date(deleteAt) };
}
