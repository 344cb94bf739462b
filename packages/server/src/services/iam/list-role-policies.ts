import { ListRolePolicies$, type ListRolePoliciesRequest, type ListRolePoliciesResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listInlinePolicies } from '../../store/identity-attachments.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPage, truncation } from './listing.ts';
import { aboutRole, requireRole } from './principals.ts';

type Input = Checked<ListRolePoliciesRequest>;
export const listRolePolicies = readingOperation(
  ListRolePolicies$,
  async (input: Input, call: ReadCall): Promise<ListRolePoliciesResponse> => {
    const { RoleName: roleName } = input;
    const role = await requireRole(call, roleName);
    const policies = await listPage<{ name: string }, string>(call, ListRolePolicies$, input, {
      parameters: { roleName },
      read: (after, limit) => listInlinePolicies(call.db, { principalId: role.id, after, limit }),
      cursorOf: ({ name }) => name,
    });
    return { PolicyNames: policies.items.map(({ name }) => name), ...truncation(policies) };
  },
  aboutRole(),
);
