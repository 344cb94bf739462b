/** GetGroupPolicy, GetRolePolicy, GetUserPolicy. */
import {
  GetGroupPolicy$,
  type GetGroupPolicyRequest,
  GetRolePolicy$,
  type GetRolePolicyRequest,
  GetUserPolicy$,
  type GetUserPolicyRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Operation, type OperationSchema, type ReadCall, readingOperation } from '../operation.ts';
import { groups, type Holders, roles, users } from './holders.ts';
import { embedded } from './policies.ts';

export const getGroupPolicy = getting<Checked<GetGroupPolicyRequest>, { GroupName: string }>(
  GetGroupPolicy$,
  groups,
  (name) => ({ GroupName: name }),
);
export const getRolePolicy = getting<Checked<GetRolePolicyRequest>, { RoleName: string }>(
  GetRolePolicy$,
  roles,
  (name) => ({ RoleName: name }),
);
export const getUserPolicy = getting<Checked<GetUserPolicyRequest>, { UserName: string }>(
  GetUserPolicy$,
  users,
  (name) => ({ UserName: name }),
);

type Answer<Named> = Named & { PolicyName: string; PolicyDocument: string };

function getting<Input extends { readonly PolicyName: string }, Named>(
  schema: OperationSchema,
  holders: Holders<Input>,
  named: (name: string) => Named,
): Operation<Input, Answer<Named>> {
  return readingOperation(
    schema,
    async (input: Input, call: ReadCall) => {
      const { PolicyName: name } = input;
      const holder = await holders.find(call, input);
      return { ...named(holder.name), PolicyName: name, PolicyDocument: await embedded(call, holder, name) };
    },
    holders.about<Input>(),
  );
}
