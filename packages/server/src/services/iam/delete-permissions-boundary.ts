/** DeleteRolePermissionsBoundary, DeleteUserPermissionsBoundary. */
import {
  DeleteRolePermissionsBoundary$,
  type DeleteRolePermissionsBoundaryRequest,
  DeleteUserPermissionsBoundary$,
  type DeleteUserPermissionsBoundaryRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { setBoundary } from '../../store/identity-named.ts';
import { type Call, type Operation, type OperationSchema, operation } from '../operation.ts';
import { type Bounded, boundedRoles, boundedUsers } from './bounded.ts';

export const deleteRolePermissionsBoundary = deleting<Checked<DeleteRolePermissionsBoundaryRequest>>(
  DeleteRolePermissionsBoundary$,
  boundedRoles,
);
export const deleteUserPermissionsBoundary = deleting<Checked<DeleteUserPermissionsBoundaryRequest>>(
  DeleteUserPermissionsBoundary$,
  boundedUsers,
);

/** Nothing changes for whoever has no boundary. */
function deleting<Input>(schema: OperationSchema, { table, holders }: Bounded<Input>): Operation<Input, object> {
  return operation(
    schema,
    async (input: Input, call: Call) => {
      const { id } = await holders.hold(call, input);
      await setBoundary(call.tx, table, id, null);
      return {};
    },
    holders.about<Input>(),
  );
}
