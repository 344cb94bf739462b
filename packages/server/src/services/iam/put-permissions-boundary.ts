/** PutRolePermissionsBoundary, PutUserPermissionsBoundary. */
import {
  PutRolePermissionsBoundary$,
  type PutRolePermissionsBoundaryRequest,
  PutUserPermissionsBoundary$,
  type PutUserPermissionsBoundaryRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { setBoundary } from '../../store/identity-named.ts';
import { type Call, type Operation, type OperationSchema, operation } from '../operation.ts';
import { boundaryCondition } from './authorization.ts';
import { type Bounded, boundedRoles, boundedUsers } from './bounded.ts';
import { requireAttachable } from './managed.ts';

export const putRolePermissionsBoundary = putting<Checked<PutRolePermissionsBoundaryRequest>>(
  PutRolePermissionsBoundary$,
  boundedRoles,
);
export const putUserPermissionsBoundary = putting<Checked<PutUserPermissionsBoundaryRequest>>(
  PutUserPermissionsBoundary$,
  boundedUsers,
);

function putting<Input extends { readonly PermissionsBoundary: string }>(
  schema: OperationSchema,
  { table, holders }: Bounded<Input>,
): Operation<Input, object> {
  return operation(
    schema,
    async (input: Input, call: Call) => {
      const { PermissionsBoundary: arn } = input;
      const { id } = await holders.hold(call, input);
      await requireAttachable(call, arn);
      await setBoundary(call.tx, table, id, arn);
      return {};
    },
    holders.about<Input>(boundaryCondition),
  );
}
