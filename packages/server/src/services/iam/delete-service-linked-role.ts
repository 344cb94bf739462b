/**
 * DeleteServiceLinkedRole: what it comes to is decided at once and kept for GetServiceLinkedRoleDeletionStatus.
 * A role that its service still needs stays, and the status says what needs it.
 */
import {
  DeleteServiceLinkedRole$,
  type DeleteServiceLinkedRoleRequest,
  type DeleteServiceLinkedRoleResponse,
} from '@aws-sdk/client-iam';
import { uuid } from '@holdfast/kernel';
import type { Checked } from '@holdfast/wire';
import { removePolicies } from '../../store/identity-attachments.ts';
import { backupRoleUsages, insertRoleDeletion } from '../../store/identity-role-deletions.ts';
import { deleteRole } from '../../store/identity-roles.ts';
import { lockAccount, membershipOf } from '../../store/organizations.ts';
import type { RoleDeletionFailure } from '../../store/tables/identity.ts';
import { type Call, operation } from '../operation.ts';
import { aboutRole } from './authorization.ts';
import { noSuch } from './errors.ts';
import { requireRole } from './principals.ts';

type Input = Checked<DeleteServiceLinkedRoleRequest>;
export const deleteServiceLinkedRole = operation(
  DeleteServiceLinkedRole$,
  async (input: Input, call: Call): Promise<DeleteServiceLinkedRoleResponse> => {
    const { tx, accountId, installation, now } = call;
    const role = await requireRole(call, input.RoleName);
    if (role.linked_service === null) throw noSuch('role', role.name);
    await lockAccount(tx, accountId);
    const failure = await neededBy(call, role.linked_service);
    if (!failure) {
      await removePolicies(tx, role.id);
      await deleteRole(tx, role.id);
    }
    const id = `task${role.path}${role.name}/${uuid(installation.random)}`;
    await insertRoleDeletion(tx, { id, accountId, failure, at: now });
    return { DeletionTaskId: id };
  },
  aboutRole(),
);

/** Undefined: the service can do without its role. */
async function neededBy({ tx, accountId }: Call, service: string): Promise<RoleDeletionFailure | undefined> {
  if (service === 'organizations.amazonaws.com') {
    const membership = await membershipOf(tx, accountId);
    if (membership?.organization.featureSet !== 'ALL') return undefined;
    return {
      reason: `The account is in the organization ${membership.organization.id}, which has all features.`,
      usages: [],
    };
  }
  const usages = await backupRoleUsages(tx, accountId);
  if (usages.length === 0) return undefined;
  return { reason: 'The account has backup vaults, or backup plans with selections. Delete them first.', usages };
}
