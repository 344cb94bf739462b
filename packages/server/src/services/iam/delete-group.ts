import { DeleteGroup$, type DeleteGroupRequest } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listMembers, deleteGroup as removeGroup } from '../../store/identity-groups.ts';
import { type Call, operation } from '../operation.ts';
import { deleteConflict } from './errors.ts';
import { groups } from './holders.ts';
import { refusePolicies } from './policies.ts';

type Input = Checked<DeleteGroupRequest>;
export const deleteGroup = operation(
  DeleteGroup$,
  async (input: Input, call: Call): Promise<object> => {
    const group = await groups.hold(call, input);
    if ((await listMembers(call.tx, group.id, { limit: 1 })).length > 0) {
      throw deleteConflict('Cannot delete entity, must remove users from group first.');
    }
    await refusePolicies(call, group);
    await removeGroup(call.tx, group.id);
    return {};
  },
  groups.about(),
);
