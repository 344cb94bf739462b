import { ListRoles$, type ListRolesRequest, type ListRolesResponse, type Role } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutList } from './authorization.ts';
import { namedPage, truncation } from './listing.ts';
import { roleShape } from './shapes.ts';
import { trustToShow } from './trust-policy.ts';

type Input = Checked<ListRolesRequest>;
export const listRoles = readingOperation(
  ListRoles$,
  async (input: Input, call: ReadCall): Promise<ListRolesResponse> => {
    const page = await namedPage(call, ListRoles$, input, 'iam_role');
    const roles: Role[] = [];
    for (const role of page.items) {
      roles.push(roleShape(role, { trustPolicy: await trustToShow(call.db, role.trust_policy), whole: false }));
    }
    return { Roles: roles, ...truncation(page) };
  },
  aboutList('role'),
);
