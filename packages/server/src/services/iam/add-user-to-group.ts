import { AddUserToGroup$, type AddUserToGroupRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { addMember, listGroupsOfUser } from '../../store/identity-groups.ts';
import { type Call, operation } from '../operation.ts';
import { quotaExceeded } from './errors.ts';
import { groups, users } from './holders.ts';
import { GROUPS_PER_USER } from './quotas.ts';

type Input = Checked<AddUserToGroupRequest>;
/** Nothing changes for a user who is in the group already. */
export const addUserToGroup = operation(
  AddUserToGroup$,
  async (input: Input, call: Call): Promise<object> => {
    const group = await groups.hold(call, input);
    const user = await users.hold(call, input);
    await addMember(call.tx, { userId: user.id, groupId: group.id });
    const all = await listGroupsOfUser(call.tx, user.id, { limit: GROUPS_PER_USER + 1 });
    if (all.length > GROUPS_PER_USER) throw quotaExceeded('GroupsPerUser', GROUPS_PER_USER);
    return {};
  },
  groups.about(),
);
