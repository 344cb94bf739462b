import { DeleteRole$, type DeleteRoleRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { deleteRole as removeRole } from '../../store/identity-roles.ts';
import { type Call, operation } from '../operation.ts';
import { asRole, refusePolicies } from './policies.ts';
import { aboutRole, requireOwnRole } from './principals.ts';

type Input = Checked<DeleteRoleRequest>;
export const deleteRole = operation(
  DeleteRole$,
  async (input: Input, call: Call): Promise<object> => {
    const { RoleName: name } = input;
    const role = await requireOwnRole(call, name);
    await refusePolicies(call, asRole(role));
    await removeRole(call.tx, role.id);
    return {};
  },
  aboutRole(),
);
