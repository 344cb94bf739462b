import { TagRole$, type TagRoleRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { setRoleTags } from '../../store/identity-roles.ts';
import { type Call, operation } from '../operation.ts';
import { aboutRole, requireOwnRole } from './principals.ts';
import { withTags } from './tags.ts';

type Input = Checked<TagRoleRequest>;
export const tagRole = operation(
  TagRole$,
  async (input: Input, call: Call): Promise<object> => {
    const { RoleName: name, Tags: tags } = input;
    const role = await requireOwnRole(call, name);
    await setRoleTags(call.tx, role.id, withTags(role.tags, tags));
    return {};
  },
  aboutRole(),
);
