/** DeleteGroupPolicy, DeleteRolePolicy, DeleteUserPolicy. */
import {
  DeleteGroupPolicy$,
  type DeleteGroupPolicyRequest,
  DeleteRolePolicy$,
  type DeleteRolePolicyRequest,
  DeleteUserPolicy$,
  type DeleteUserPolicyRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, type Operation, type OperationSchema, operation } from '../operation.ts';
import { groups, type Holders, roles, users } from './holders.ts';
import { removeEmbedded } from './policies.ts';

export const deleteGroupPolicy = deleting<Checked<DeleteGroupPolicyRequest>>(DeleteGroupPolicy$, groups);
export const deleteRolePolicy = deleting<Checked<DeleteRolePolicyRequest>>(DeleteRolePolicy$, roles);
export const deleteUserPolicy = deleting<Checked<DeleteUserPolicyRequest>>(DeleteUserPolicy$, users);

function deleting<Input extends { readonly PolicyName: string }>(
  schema: OperationSchema,
  holders: Holders<Input>,
): Operation<Input, object> {
  return operation(
    schema,
    async (input: Input, call: Call) => {
      await removeEmbedded(call, await holders.hold(call, input), input.PolicyName);
      return {};
    },
    holders.about<Input>(),
  );
}
