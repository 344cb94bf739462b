/** Policies of a type, those of AWS too. Source: organizations spec 2.4. */
import { ListPolicies$, type ListPoliciesRequest, type ListPoliciesResponse } from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { listPolicies as policiesOf } from '../../store/organizations-policies.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { policiesOfType } from './authorization.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { policySummary } from './shapes.ts';

type Input = Checked<ListPoliciesRequest, 'Filter'>;
export const listPolicies = readingOperation(
  ListPolicies$,
  async (input: Input, call: ReadCall): Promise<ListPoliciesResponse> => {
    const organization = await asReader(call);
    const policies = await listPage(call, ListPolicies$, input, {
      read: (keyset) => policiesOf(call.db, organization.id, input.Filter, keyset),
      cursorOf: (policy) => policy.id,
    });
    return { Policies: policies.items.map((policy) => policySummary(organization, policy)), ...nextToken(policies) };
  },
  policiesOfType<Input>((input) => input.Filter),
);
