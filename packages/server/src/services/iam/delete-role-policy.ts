import { DeleteRolePolicy$, type DeleteRolePolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, operation } from '../operation.ts';
import { asRole, removeEmbedded } from './policies.ts';
import { aboutRole, requireOwnRole } from './principals.ts';

type Input = Checked<DeleteRolePolicyRequest>;
export const deleteRolePolicy = operation(
  DeleteRolePolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { RoleName: roleName, PolicyName: name } = input;
    await removeEmbedded(call, asRole(await requireOwnRole(call, roleName)), name);
    return {};
  },
  aboutRole(),
);
