import { ListRoles$, type ListRolesRequest, type ListRolesResponse, type Role } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type RoleRow, listRoles as readRoles } from '../../store/identity-roles.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPage, truncation } from './listing.ts';
import { roleShape } from './shapes.ts';
import { trustToShow } from './trust-policy.ts';

type Input = Checked<ListRolesRequest>;
export const listRoles = readingOperation(
  ListRoles$,
  async (input: Input, call: ReadCall): Promise<ListRolesResponse> => {
    const { PathPrefix: pathPrefix } = input;
    const { db, accountId } = call;
    const page = await listPage<RoleRow, string>(call, ListRoles$, input, {
      parameters: { pathPrefix },
      read: (after, limit) => readRoles(db, { accountId, pathPrefix: pathPrefix ?? '/', after, limit }),
      cursorOf: ({ name }) => name,
    });
    const roles: Role[] = [];
    for (const role of page.items) {
      roles.push(roleShape(role, { trustPolicy: await trustToShow(db, role.trust_policy), whole: false }));
    }
    return { Roles: roles, ...truncation(page) };
  },
);
