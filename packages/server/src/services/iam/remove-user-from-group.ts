import { RemoveUserFromGroup$, type RemoveUserFromGroupRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { removeMember } from '../../store/identity-groups.ts';
import { type Call, operation } from '../operation.ts';
import { missing } from './errors.ts';
import { groups, users } from './holders.ts';

type Input = Checked<RemoveUserFromGroupRequest>;
export const removeUserFromGroup = operation(
  RemoveUserFromGroup$,
  async (input: Input, call: Call): Promise<object> => {
    const group = await groups.hold(call, input);
    const user = await users.hold(call, input);
    if (!(await removeMember(call.tx, { userId: user.id, groupId: group.id }))) {
      throw missing(`The user with name ${user.name} cannot be found in the group ${group.name}.`);
    }
    return {};
  },
  groups.about(),
);
