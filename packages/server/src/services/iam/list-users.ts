import { ListUsers$, type ListUsersRequest, type ListUsersResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutList } from './authorization.ts';
import { namedPage, truncation } from './listing.ts';
import { userShape } from './shapes.ts';

type Input = Checked<ListUsersRequest>;
export const listUsers = readingOperation(
  ListUsers$,
  async (input: Input, call: ReadCall): Promise<ListUsersResponse> => {
    const users = await namedPage(call, ListUsers$, input, 'iam_user');
    return { Users: users.items.map((user) => userShape(user, false)), ...truncation(users) };
  },
  aboutList('user'),
);
