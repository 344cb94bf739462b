/**
 * Tells the publisher that effective policies are to be made anew.
 *
 * Only management policies merge; changes of service and resource control policies count with the next request.
 * Source: organizations spec 6.2.
 */
import type { Instant } from '@holdfast/kernel';
import { isManagementPolicyType, type PolicyType } from '@holdfast/policy';
import type { Tx } from '../../store/database.ts';
import { noteChange } from '../../store/effective-policies.ts';
import { enabledPolicyTypes } from '../../store/organizations-policies.ts';
import type { Call } from '../operation.ts';

type Changing = Pick<Call, 'tx' | 'now' | 'installation' | 'wakeAfterCommit'>;

/** All accounts at and below the paths, for one type. */
export async function policiesChanged(
  call: Changing,
  organizationId: string,
  type: PolicyType,
  paths: readonly string[],
): Promise<void> {
  if (!isManagementPolicyType(type)) return;
  const { now: changedAt, installation } = call;
  const dueAt = changedAt + installation.settings.publishDelayMs;
  await noteChange(call.tx, { organizationId, types: [type], paths, changedAt, dueAt });
  call.wakeAfterCommit('publisher');
}

/** An account joined or moved: every enabled type. */
export async function placeChanged(call: Changing, organizationId: string, path: string): Promise<void> {
  for (const type of await enabledPolicyTypes(call.tx, organizationId)) {
    await policiesChanged(call, organizationId, type, [path]);
  }
}

/** The room that makes accounts has no call to speak of. */
export interface AccountJoined {
  readonly tx: Tx;
  readonly organizationId: string;
  readonly path: string;
  readonly joinedAt: Instant;
  readonly dueAt: Instant;
}

export async function accountJoined({ tx, organizationId, path, joinedAt, dueAt }: AccountJoined): Promise<void> {
  const types = (await enabledPolicyTypes(tx, organizationId)).filter(isManagementPolicyType);
  await noteChange(tx, { organizationId, types, paths: [path], changedAt: joinedAt, dueAt });
}
