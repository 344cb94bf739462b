import {
  UpdateRoleDescription$,
  type UpdateRoleDescriptionRequest,
  type UpdateRoleDescriptionResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { updateRole } from '../../store/identity-roles.ts';
import { type Call, operation } from '../operation.ts';
import { aboutRole } from './authorization.ts';
import { requireRole } from './principals.ts';
import { roleShape } from './shapes.ts';
import { trustToShow } from './trust-policy.ts';

type Input = Checked<UpdateRoleDescriptionRequest>;
/** UpdateRole's elder sister: older scripts call it, for service-linked roles too. */
export const updateRoleDescription = operation(
  UpdateRoleDescription$,
  async (input: Input, call: Call): Promise<UpdateRoleDescriptionResponse> => {
    const { RoleName: name, Description: description } = input;
    const role = await requireRole(call, name);
    await updateRole(call.tx, role.id, { description });
    const trustPolicy = await trustToShow(call.tx, role.trust_policy);
    return { Role: roleShape({ ...role, description }, { trustPolicy, whole: true }) };
  },
  aboutRole(),
);
