/** PutGroupPolicy, PutRolePolicy, PutUserPolicy. */
import {
  PutGroupPolicy$,
  type PutGroupPolicyRequest,
  PutRolePolicy$,
  type PutRolePolicyRequest,
  PutUserPolicy$,
  type PutUserPolicyRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Call, type Operation, type OperationSchema, operation } from '../operation.ts';
import { groups, type Holders, roles, users } from './holders.ts';
import { embed } from './policies.ts';

export const putGroupPolicy = putting<Checked<PutGroupPolicyRequest>>(PutGroupPolicy$, groups);
export const putRolePolicy = putting<Checked<PutRolePolicyRequest>>(PutRolePolicy$, roles);
export const putUserPolicy = putting<Checked<PutUserPolicyRequest>>(PutUserPolicy$, users);

function putting<Input extends { readonly PolicyName: string; readonly PolicyDocument: string }>(
  schema: OperationSchema,
  holders: Holders<Input>,
): Operation<Input, object> {
  return operation(
    schema,
    async (input: Input, call: Call) => {
      const { PolicyName: name, PolicyDocument: document } = input;
      await embed(call, await holders.hold(call, input), name, document);
      return {};
    },
    holders.about<Input>(),
  );
}
