import { UpdateRole$, type UpdateRoleRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { updateRole as changeRole } from '../../store/identity-roles.ts';
import { type Call, operation } from '../operation.ts';
import { aboutRole } from './authorization.ts';
import { requireOwnRole } from './principals.ts';

type Input = Checked<UpdateRoleRequest>;
export const updateRole = operation(
  UpdateRole$,
  async (input: Input, call: Call): Promise<object> => {
    const { RoleName: name, Description: description, MaxSessionDuration: maxSeconds } = input;
    const role = await requireOwnRole(call, name);
    await changeRole(call.tx, role.id, {
      ...(description === undefined || description === null ? {} : { description }),
      ...(maxSeconds ? { max_session_seconds: maxSeconds } : {}),
    });
    return {};
  },
  aboutRole(),
);
