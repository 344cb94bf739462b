import { ListUsers$, type ListUsersRequest, type ListUsersResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listUsers as readUsers, type UserRow } from '../../store/identity-users.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPage, truncation } from './listing.ts';
import { userShape } from './shapes.ts';

type Input = Checked<ListUsersRequest>;
export const listUsers = readingOperation(
  ListUsers$,
  async (input: Input, call: ReadCall): Promise<ListUsersResponse> => {
    const { PathPrefix: pathPrefix } = input;
    const { db, accountId } = call;
    const users = await listPage<UserRow, string>(call, ListUsers$, input, {
      parameters: { pathPrefix },
      read: (after, limit) => readUsers(db, { accountId, pathPrefix: pathPrefix ?? '/', after, limit }),
      cursorOf: ({ name }) => name,
    });
    return { Users: users.items.map((user) => userShape(user, false)), ...truncation(users) };
  },
);
