import { GetGroup$, type GetGroupRequest, type GetGroupResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listMembers } from '../../store/identity-groups.ts';
import type { UserRow } from '../../store/identity-users.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutGroup } from './authorization.ts';
import { listPage, truncation } from './listing.ts';
import { requireGroup } from './principals.ts';
import { groupShape, userShape } from './shapes.ts';

type Input = Checked<GetGroupRequest>;
/** The group and a page of the users in it. */
export const getGroup = readingOperation(
  GetGroup$,
  async (input: Input, call: ReadCall): Promise<GetGroupResponse> => {
    const group = await requireGroup(call, input.GroupName);
    const users = await listPage<UserRow, string>(call, GetGroup$, input, {
      parameters: { group: group.id },
      read: (after, limit) => listMembers(call.db, group.id, { after, limit }),
      cursorOf: ({ name }) => name,
    });
    const shapes = users.items.map((user) => userShape(user, false));
    return { Group: groupShape(group), Users: shapes, ...truncation(users) };
  },
  aboutGroup(),
);
