import { GetRolePolicy$, type GetRolePolicyRequest, type GetRolePolicyResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { asRole, embedded } from './policies.ts';
import { aboutRole, requireRole } from './principals.ts';

type Input = Checked<GetRolePolicyRequest>;
export const getRolePolicy = readingOperation(
  GetRolePolicy$,
  async (input: Input, call: ReadCall): Promise<GetRolePolicyResponse> => {
    const { RoleName: roleName, PolicyName: name } = input;
    const role = await requireRole(call, roleName);
    return { RoleName: role.name, PolicyName: name, PolicyDocument: await embedded(call, asRole(role), name) };
  },
  aboutRole(),
);
