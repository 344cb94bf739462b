import { UpdateAssumeRolePolicy$, type UpdateAssumeRolePolicyRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { updateRole } from '../../store/identity-roles.ts';
import { type Call, operation } from '../operation.ts';
import { aboutRole } from './authorization.ts';
import { requireOwnRole } from './principals.ts';
import { trustToKeep } from './trust-policy.ts';

type Input = Checked<UpdateAssumeRolePolicyRequest>;
export const updateAssumeRolePolicy = operation(
  UpdateAssumeRolePolicy$,
  async (input: Input, call: Call): Promise<object> => {
    const { RoleName: name, PolicyDocument: document } = input;
    const role = await requireOwnRole(call, name);
    await updateRole(call.tx, role.id, { trust_policy: await trustToKeep(call.tx, document) });
    return {};
  },
  aboutRole(),
);
