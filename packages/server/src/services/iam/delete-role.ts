import { DeleteRole$, type DeleteRoleRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { deleteRole as removeRole } from '../../store/identity-roles.ts';
import { type Call, operation } from '../operation.ts';
import { roles } from './holders.ts';
import { refusePolicies } from './policies.ts';

type Input = Checked<DeleteRoleRequest>;
export const deleteRole = operation(
  DeleteRole$,
  async (input: Input, call: Call): Promise<object> => {
    const role = await roles.hold(call, input);
    await refusePolicies(call, role);
    await removeRole(call.tx, role.id);
    return {};
  },
  roles.about(),
);
