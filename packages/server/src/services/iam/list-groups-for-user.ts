import { ListGroupsForUser$, type ListGroupsForUserRequest, type ListGroupsForUserResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type GroupRow, listGroupsOfUser } from '../../store/identity-groups.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutUser } from './authorization.ts';
import { listPage, truncation } from './listing.ts';
import { requireUser } from './principals.ts';
import { groupShape } from './shapes.ts';

type Input = Checked<ListGroupsForUserRequest>;
export const listGroupsForUser = readingOperation(
  ListGroupsForUser$,
  async (input: Input, call: ReadCall): Promise<ListGroupsForUserResponse> => {
    const user = await requireUser(call, input.UserName);
    const groups = await listPage<GroupRow, string>(call, ListGroupsForUser$, input, {
      parameters: { user: user.id },
      read: (after, limit) => listGroupsOfUser(call.db, user.id, { after, limit }),
      cursorOf: ({ name }) => name,
    });
    return { Groups: groups.items.map(groupShape), ...truncation(groups) };
  },
  aboutUser(),
);
