import { UpdateGroup$, type UpdateGroupRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { findGroup } from '../../store/identity-groups.ts';
import { renameNamed } from '../../store/identity-named.ts';
import { type Call, operation } from '../operation.ts';
import { aboutRenamed } from './authorization.ts';
import { alreadyExists } from './errors.ts';
import { requireGroup } from './principals.ts';

type Input = Checked<UpdateGroupRequest>;
/** Members and policies stay: they hang on the group, not on its name. */
export const updateGroup = operation(
  UpdateGroup$,
  async (input: Input, call: Call): Promise<object> => {
    const { GroupName: name, NewGroupName: newName, NewPath: newPath } = input;
    const group = await requireGroup(call, name);
    const taken = newName ? await findGroup(call.tx, call.accountId, newName) : undefined;
    if (newName && taken && taken.id !== group.id) throw alreadyExists('Group', newName);
    await renameNamed(call.tx, 'iam_group', group.id, { name: newName ?? group.name, path: newPath ?? group.path });
    return {};
  },
  aboutRenamed<Input>('group', ({ GroupName: name, NewGroupName: newName }) => ({ name, newName })),
);
