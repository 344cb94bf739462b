import { UpdateUser$, type UpdateUserRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { renameNamed } from '../../store/identity-named.ts';
import { findUser } from '../../store/identity-users.ts';
import { type Call, operation } from '../operation.ts';
import { aboutRenamed } from './authorization.ts';
import { alreadyExists } from './errors.ts';
import { requireUser } from './principals.ts';

type Input = Checked<UpdateUserRequest>;
/** Keys, groups and policies stay: they hang on the user, not on its name. So do trust policies that name the user. */
export const updateUser = operation(
  UpdateUser$,
  async (input: Input, call: Call): Promise<object> => {
    const { UserName: name, NewUserName: newName, NewPath: newPath } = input;
    const user = await requireUser(call, name);
    const taken = newName ? await findUser(call.tx, call.accountId, newName) : undefined;
    if (newName && taken && taken.id !== user.id) throw alreadyExists('User', newName);
    await renameNamed(call.tx, 'iam_user', user.id, { name: newName ?? user.name, path: newPath ?? user.path });
    return {};
  },
  aboutRenamed<Input>('user', ({ UserName: name, NewUserName: newName }) => ({ name, newName })),
);
