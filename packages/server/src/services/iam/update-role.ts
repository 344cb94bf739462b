import { UpdateRole$, type UpdateRoleRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { updateRole as changeRole } from '../../store/identity-roles.ts';
import { type Call, operation } from '../operation.ts';
import { aboutRole } from './authorization.ts';
import { protectedRole } from './errors.ts';
import { requireRole } from './principals.ts';

type Input = Checked<UpdateRoleRequest>;
/** Of a service-linked role only the description is the account's to change. */
export const updateRole = operation(
  UpdateRole$,
  async (input: Input, call: Call): Promise<object> => {
    const { RoleName: name, Description: description, MaxSessionDuration: maxSeconds } = input;
    const role = await requireRole(call, name);
    if (maxSeconds && role.linked_service !== null) throw protectedRole(role.name);
    await changeRole(call.tx, role.id, {
      ...(description === undefined || description === null ? {} : { description }),
      ...(maxSeconds ? { max_session_seconds: maxSeconds } : {}),
    });
    return {};
  },
  aboutRole(),
);
