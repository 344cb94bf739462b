import { UntagRole$, type UntagRoleRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { setRoleTags } from '../../store/identity-roles.ts';
import { type Call, operation } from '../operation.ts';
import { aboutRole, requireOwnRole } from './principals.ts';
import { withoutTags } from './tags.ts';

type Input = Checked<UntagRoleRequest>;
export const untagRole = operation(
  UntagRole$,
  async (input: Input, call: Call): Promise<object> => {
    const { RoleName: name, TagKeys: keys } = input;
    const role = await requireOwnRole(call, name);
    await setRoleTags(call.tx, role.id, withoutTags(role.tags, keys));
    return {};
  },
  aboutRole(),
);
