import { ListRoleTags$, type ListRoleTagsRequest, type ListRoleTagsResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPageOf, truncation } from './listing.ts';
import { aboutRole, requireRole } from './principals.ts';
import { tagShapes } from './shapes.ts';

type Input = Checked<ListRoleTagsRequest>;
export const listRoleTags = readingOperation(
  ListRoleTags$,
  async (input: Input, call: ReadCall): Promise<ListRoleTagsResponse> => {
    const { RoleName: roleName } = input;
    const role = await requireRole(call, roleName);
    const all = tagShapes(role.tags);
    const tags = await listPageOf(call, ListRoleTags$, input, { roleName }, all, ({ Key: key }) => key ?? '');
    return { Tags: [...tags.items], ...truncation(tags) };
  },
  aboutRole(),
);
