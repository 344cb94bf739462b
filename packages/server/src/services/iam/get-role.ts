import { GetRole$, type GetRoleRequest, type GetRoleResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { aboutRole, requireRole } from './principals.ts';
import { roleShape } from './shapes.ts';
import { trustToShow } from './trust-policy.ts';

type Input = Checked<GetRoleRequest>;
export const getRole = operation(
  GetRole$,
  async (input: Input, call: Call): Promise<GetRoleResponse> => {
    const { RoleName: name } = input;
    const role = await requireRole(call, name);
    return { Role: roleShape(role, { trustPolicy: await trustToShow(call.tx, role.trust_policy), whole: true }) };
  },
  aboutRole(),
);
