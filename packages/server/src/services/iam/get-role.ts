import { GetRole$, type GetRoleRequest, type GetRoleResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { aboutRole } from './authorization.ts';
import { requireRole } from './principals.ts';
import { roleLastUsed, roleShape } from './shapes.ts';
import { trustToShow } from './trust-policy.ts';

type Input = Checked<GetRoleRequest>;
export const getRole = readingOperation(
  GetRole$,
  async (input: Input, call: ReadCall): Promise<GetRoleResponse> => {
    const { RoleName: name } = input;
    const role = await requireRole(call, name);
    const trustPolicy = await trustToShow(call.db, role.trust_policy);
    return { Role: { ...roleShape(role, { trustPolicy, whole: true }), RoleLastUsed: roleLastUsed(role) } };
  },
  aboutRole(),
);
