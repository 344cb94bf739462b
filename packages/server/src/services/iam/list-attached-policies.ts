/** ListAttachedGroupPolicies, ListAttachedRolePolicies, ListAttachedUserPolicies. */
import {
  ListAttachedGroupPolicies$,
  type ListAttachedGroupPoliciesRequest,
  ListAttachedRolePolicies$,
  type ListAttachedRolePoliciesRequest,
  type ListAttachedRolePoliciesResponse,
  ListAttachedUserPolicies$,
  type ListAttachedUserPoliciesRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type Operation, type OperationSchema, type ReadCall, readingOperation } from '../operation.ts';
import { groups, type Holders, roles, users } from './holders.ts';
import { type ListInput, listPageOf, truncation } from './listing.ts';
import { attachedPolicies } from './policies.ts';

export const listAttachedGroupPolicies = listing<Checked<ListAttachedGroupPoliciesRequest>>(
  ListAttachedGroupPolicies$,
  groups,
);
export const listAttachedRolePolicies = listing<Checked<ListAttachedRolePoliciesRequest>>(
  ListAttachedRolePolicies$,
  roles,
);
export const listAttachedUserPolicies = listing<Checked<ListAttachedUserPoliciesRequest>>(
  ListAttachedUserPolicies$,
  users,
);

type PolicyListInput = ListInput & { readonly PathPrefix?: string | null | undefined };

function listing<Input extends PolicyListInput>(
  schema: OperationSchema,
  holders: Holders<Input>,
): Operation<Input, ListAttachedRolePoliciesResponse> {
  return readingOperation(
    schema,
    async (input: Input, call: ReadCall) => {
      const pathPrefix = input.PathPrefix ?? '/';
      const holder = await holders.find(call, input);
      const attached = await attachedPolicies(call, holder, pathPrefix);
      const parameters = { holder: holder.id, pathPrefix };
      const page = await listPageOf(call, schema, input, parameters, attached, (policy) => policy.PolicyArn);
      return { AttachedPolicies: [...page.items], ...truncation(page) };
    },
    holders.about<Input>(),
  );
}
