/**
 * UpdateRecoveryPointLifecycle. Members left out are cleared; both moments count from the point's creation, not from
 * now.
 * Source: backup spec 2.D, 3.5, 6.3.
 */
import { UpdateRecoveryPointLifecycle$, type UpdateRecoveryPointLifecycleInput } from '@aws-sdk/client-backup';
import { DAY_MS } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { ALWAYS, calculatedLifecycle, lifecycleFault } from '../../plans/lifecycle.ts';
import { lifecycleOf } from '../../plans/plan-document.ts';
import { lockRecoveryPoint, updatePointLifecycle } from '../../store/recovery-points.ts';
import type { Lifecycle } from '../../store/tables/jobs.ts';
import { type Call, operation } from '../operation.ts';
import { onRecoveryPoint } from './authorization.ts';
import { invalidParameter, invalidRequest } from './errors.ts';
import { calculatedLifecycleShape, lifecycleShape } from './lifecycle-shape.ts';
import { pointInVault } from './recovery-points.ts';
import { arnOfVault } from './vaults.ts';

type Input = Checked<UpdateRecoveryPointLifecycleInput, 'BackupVaultName' | 'RecoveryPointArn'>;

export const updateRecoveryPointLifecycle = operation(
  UpdateRecoveryPointLifecycle$,
  async ({ BackupVaultName: vaultName, RecoveryPointArn: arn, Lifecycle: given }: Input, call: Call) => {
    await lockRecoveryPoint(call.tx, arn);
    const { vault, point } = await pointInVault(call, vaultName, arn);
    if (point.status === 'DELETING') throw invalidRequest(`Recovery point ${arn} is being deleted.`);
    const wanted = lifecycleOf(given);
    const fault = lifecycleFault(wanted, { alwaysAllowed: true }) ?? coldTooEarly(wanted, call.now - point.created_at);
    if (fault) throw invalidParameter(fault);
    const lifecycle = withoutAlways(wanted);
    const { deleteAt, moveToColdAt } = calculatedLifecycle(point.created_at, lifecycle);
    await updatePointLifecycle(call.tx, arn, { lifecycle, deleteAt, moveToColdAt });
    call.wakeAfterCommit('jobs');
    return {
      BackupVaultArn: arnOfVault(vault),
      RecoveryPointArn: arn,
      Lifecycle: lifecycleShape(lifecycle),
      CalculatedLifecycle: calculatedLifecycleShape({ delete_at: deleteAt ?? null }),
    };
  },
  onRecoveryPoint(),
);

/** A point moves to cold storage in the future or not at all. */
function coldTooEarly(lifecycle: Lifecycle | undefined, ageMs: number): string | undefined {
  const cold = lifecycle?.MoveToColdStorageAfterDays;
  const earliest = Math.floor(ageMs / DAY_MS) + 1;
  if (cold === undefined || cold === ALWAYS || cold >= earliest) return undefined;
  return `Invalid lifecycle. MoveToColdStorageAfterDays must be at least ${earliest}, the age of the recovery point in days plus 1`;
}

/** -1 means never, which is said by leaving the member out. */
function withoutAlways(lifecycle: Lifecycle | undefined): Lifecycle | undefined {
  const { MoveToColdStorageAfterDays: cold, DeleteAfterDays: days, ...rest } = lifecycle ?? {};
  return lifecycleOf({
    ...rest,
    ...(cold !== ALWAYS && { MoveToColdStorageAfterDays: cold }),
    ...(days !== ALWAYS && { DeleteAfterDays: days }),
  });
}
