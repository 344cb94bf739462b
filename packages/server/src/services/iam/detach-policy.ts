/** DetachGroupPolicy, DetachRolePolicy, DetachUserPolicy. */
import {
  DetachGroupPolicy$,
  type DetachGroupPolicyRequest,
  DetachRolePolicy$,
  type DetachRolePolicyRequest,
  DetachUserPolicy$,
  type DetachUserPolicyRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, type Operation, type OperationSchema, operation } from '../operation.ts';
import { policyCondition } from './authorization.ts';
import { groups, type Holders, roles, users } from './holders.ts';
import { detach } from './policies.ts';

export const detachGroupPolicy = detaching<Checked<DetachGroupPolicyRequest>>(DetachGroupPolicy$, groups);
export const detachRolePolicy = detaching<Checked<DetachRolePolicyRequest>>(DetachRolePolicy$, roles);
export const detachUserPolicy = detaching<Checked<DetachUserPolicyRequest>>(DetachUserPolicy$, users);

function detaching<Input extends { readonly PolicyArn: string }>(
  schema: OperationSchema,
  holders: Holders<Input>,
): Operation<Input, object> {
  return operation(
    schema,
    async (input: Input, call: Call) => {
      await detach(call, await holders.hold(call, input), input.PolicyArn);
      return {};
    },
    holders.about<Input>(policyCondition),
  );
}
