/** AttachGroupPolicy, AttachRolePolicy, AttachUserPolicy. */
import {
  AttachGroupPolicy$,
  type AttachGroupPolicyRequest,
  AttachRolePolicy$,
  type AttachRolePolicyRequest,
  AttachUserPolicy$,
  type AttachUserPolicyRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, type Operation, type OperationSchema, operation } from '../operation.ts';
import { policyCondition } from './authorization.ts';
import { groups, type Holders, roles, users } from './holders.ts';
import { attach } from './policies.ts';

export const attachGroupPolicy = attaching<Checked<AttachGroupPolicyRequest>>(AttachGroupPolicy$, groups);
export const attachRolePolicy = attaching<Checked<AttachRolePolicyRequest>>(AttachRolePolicy$, roles);
export const attachUserPolicy = attaching<Checked<AttachUserPolicyRequest>>(AttachUserPolicy$, users);

function attaching<Input extends { readonly PolicyArn: string }>(
  schema: OperationSchema,
  holders: Holders<Input>,
): Operation<Input, object> {
  return operation(
    schema,
    async (input: Input, call: Call) => {
      await attach(call, await holders.hold(call, input), input.PolicyArn);
      return {};
    },
    holders.about<Input>(policyCondition),
  );
}
