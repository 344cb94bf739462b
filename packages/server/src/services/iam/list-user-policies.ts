import { ListUserPolicies$, type ListUserPoliciesRequest, type ListUserPoliciesResponse } from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { listInlinePolicies } from '../../store/identity-attachments.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPage, truncation } from './listing.ts';
import { aboutUser, requireUser } from './principals.ts';

type Input = Checked<ListUserPoliciesRequest>;
export const listUserPolicies = readingOperation(
  ListUserPolicies$,
  async (input: Input, call: ReadCall): Promise<ListUserPoliciesResponse> => {
    const { UserName: userName } = input;
    const user = await requireUser(call, userName);
    const policies = await listPage<{ name: string }, string>(call, ListUserPolicies$, input, {
      parameters: { userName },
      read: (after, limit) => listInlinePolicies(call.db, { principalId: user.id, after, limit }),
      cursorOf: ({ name }) => name,
    });
    return { PolicyNames: policies.items.map(({ name }) => name), ...truncation(policies) };
  },
  aboutUser(),
);
