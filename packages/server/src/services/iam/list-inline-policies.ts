/** ListGroupPolicies, ListRolePolicies, ListUserPolicies: the names of inline policies. */
import {
  ListGroupPolicies$,
  type ListGroupPoliciesRequest,
  ListRolePolicies$,
  type ListRolePoliciesRequest,
  type ListRolePoliciesResponse,
  ListUserPolicies$,
  type ListUserPoliciesRequest,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listInlinePolicies } from '../../store/identity-attachments.ts';
import { type Operation, type OperationSchema, type ReadCall, readingOperation } from '../operation.ts';
import { groups, type Holders, roles, users } from './holders.ts';
import { type ListInput, listPage, truncation } from './listing.ts';

export const listGroupPolicies = listing<Checked<ListGroupPoliciesRequest>>(ListGroupPolicies$, groups);
export const listRolePolicies = listing<Checked<ListRolePoliciesRequest>>(ListRolePolicies$, roles);
export const listUserPolicies = listing<Checked<ListUserPoliciesRequest>>(ListUserPolicies$, users);

function listing<Input extends ListInput>(
  schema: OperationSchema,
  holders: Holders<Input>,
): Operation<Input, ListRolePoliciesResponse> {
  return readingOperation(
    schema,
    async (input: Input, call: ReadCall) => {
      const { id } = await holders.find(call, input);
      const page = await listPage<{ name: string }, string>(call, schema, input, {
        parameters: { holder: id },
        read: (after, limit) => listInlinePolicies(call.db, { principalId: id, after, limit }),
        cursorOf: ({ name }) => name,
      });
      return { PolicyNames: page.items.map(({ name }) => name), ...truncation(page) };
    },
    holders.about<Input>(),
  );
}
