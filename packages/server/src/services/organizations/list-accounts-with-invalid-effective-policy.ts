/** Accounts whose last evaluation found faults. Source: organizations spec 6.3. */
import {
  ListAccountsWithInvalidEffectivePolicy$,
  type ListAccountsWithInvalidEffectivePolicyRequest,
  type ListAccountsWithInvalidEffectivePolicyResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { invalidAccountIds } from '../../store/effective-policies.ts';
import { isPolicyTypeEnabled } from '../../store/organizations-policies.ts';
import { membersByIds } from '../../store/organizations-tree.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { policiesOfType } from './authorization.ts';
import { asReader } from './caller.ts';
import { effectivePolicyTypeNotEnabled } from './errors.ts';
import { listPage, nextToken } from './listing.ts';
import { accountShape } from './shapes.ts';

type Input = Checked<ListAccountsWithInvalidEffectivePolicyRequest, 'PolicyType'>;
export const listAccountsWithInvalidEffectivePolicy = readingOperation(
  ListAccountsWithInvalidEffectivePolicy$,
  async (input: Input, call: ReadCall): Promise<ListAccountsWithInvalidEffectivePolicyResponse> => {
    const { PolicyType: type } = input;
    const organization = await asReader(call);
    if (!(await isPolicyTypeEnabled(call.db, organization.id, type))) throw effectivePolicyTypeNotEnabled();
    const ids = await listPage(call, ListAccountsWithInvalidEffectivePolicy$, input, {
      read: (keyset) => invalidAccountIds(call.db, organization.id, type, keyset),
      cursorOf: (id) => id,
    });
    const accounts = await membersByIds(call.db, organization.id, ids.items);
    return {
      Accounts: accounts.map((account) => accountShape(organization, account)),
      PolicyType: type,
      ...nextToken(ids),
    };
  },
  policiesOfType<Input>((input) => input.PolicyType),
);
