import { DeleteUser$, type DeleteUserRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listGroupsOfUser } from '../../store/identity-groups.ts';
import { listAccessKeys } from '../../store/identity-keys.ts';
import { deleteUser as removeUser } from '../../store/identity-users.ts';
import { findLoginProfile } from '../../store/login-profiles.ts';
import { listMfaDevicesOf } from '../../store/mfa-devices.ts';
import { type Call, operation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { deleteConflict } from './errors.ts';
import { holder, locked } from './holders.ts';
import { refusePolicies } from './policies.ts';
import { requireUser } from './principals.ts';

type Input = Checked<DeleteUserRequest>;
export const deleteUser = operation(
  DeleteUser$,
  async (input: Input, call: Call): Promise<object> => {
    const { tx, accountId } = call;
    const user = await locked(call, holder('user', await requireUser(call, input.UserName)));
    if ((await listAccessKeys(tx, { accountId, userId: user.id })).length > 0) {
      throw deleteConflict('Cannot delete entity, must delete access keys first.');
    }
    await refusePolicies(call, user);
    if ((await listGroupsOfUser(tx, user.id, { limit: 1 })).length > 0) {
      throw deleteConflict('Cannot delete entity, must remove users from group first.');
    }
    if (await findLoginProfile(tx, user.id)) {
      throw deleteConflict('Cannot delete entity, must delete login profile first.');
    }
    if ((await listMfaDevicesOf(tx, user.id, { limit: 1 })).length > 0) {
      throw deleteConflict('Cannot delete entity, must delete MFA device first.');
    }
    await removeUser(tx, user.id);
    return {};
  },
  aboutUser(),
);
