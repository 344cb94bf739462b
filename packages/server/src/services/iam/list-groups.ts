import { ListGroups$, type ListGroupsRequest, type ListGroupsResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutList } from './authorization.ts';
import { namedPage, truncation } from './listing.ts';
import { groupShape } from './shapes.ts';

type Input = Checked<ListGroupsRequest>;
export const listGroups = readingOperation(
  ListGroups$,
  async (input: Input, call: ReadCall): Promise<ListGroupsResponse> => {
    const groups = await namedPage(call, ListGroups$, input, 'iam_group');
    return { Groups: groups.items.map(groupShape), ...truncation(groups) };
  },
  aboutList('group'),
);
