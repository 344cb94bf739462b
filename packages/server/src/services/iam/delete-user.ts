import { DeleteUser$, type DeleteUserRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listAccessKeys } from '../../store/identity-keys.ts';
import { lockUser, deleteUser as removeUser } from '../../store/identity-users.ts';
import { type Call, operation } from '../operation.ts';
import { deleteConflict } from './errors.ts';
import { asUser, refusePolicies } from './policies.ts';
import { aboutUser, requireUser } from './principals.ts';

type Input = Checked<DeleteUserRequest>;
export const deleteUser = operation(
  DeleteUser$,
  async (input: Input, call: Call): Promise<object> => {
    const { UserName: name } = input;
    const user = await requireUser(call, name);
    await lockUser(call.tx, user.id);
    if ((await listAccessKeys(call.tx, user.id)).length > 0) {
      throw deleteConflict('Cannot delete entity, must delete access keys first.');
    }
    await refusePolicies(call, asUser(user));
    await removeUser(call.tx, user.id);
    return {};
  },
  aboutUser(),
);
