import { ListRoles$, type ListRolesRequest, type ListRolesResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutList } from './authorization.ts';
import { namedPage, truncation } from './listing.ts';
import { roleShape } from './shapes.ts';
import { trustsToShow } from './trust-policy.ts';

type Input = Checked<ListRolesRequest>;
export const listRoles = readingOperation(
  ListRoles$,
  async (input: Input, call: ReadCall): Promise<ListRolesResponse> => {
    const page = await namedPage(call, ListRoles$, input, 'iam_role');
    const trusts = await trustsToShow(call.db, page.items);
    const roles = page.items.map((role) => roleShape(role, { trustPolicy: trusts.get(role.id) ?? '', whole: false }));
    return { Roles: roles, ...truncation(page) };
  },
  aboutList('role'),
);
