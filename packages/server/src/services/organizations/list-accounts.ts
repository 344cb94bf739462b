/** All accounts of the organization, suspended ones too. Source: organizations spec 2.4. */
import { ListAccounts$, type ListAccountsRequest, type ListAccountsResponse } from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { listMembers } from '../../store/organizations-tree.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { about } from './authorization.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { accountShape } from './shapes.ts';

type Input = Checked<ListAccountsRequest>;
export const listAccounts = readingOperation(
  ListAccounts$,
  async (input: Input, call: ReadCall): Promise<ListAccountsResponse> => {
    const organization = await asReader(call);
    const accounts = await listPage(call, ListAccounts$, input, {
      read: (keyset) => listMembers(call.db, { organizationId: organization.id }, keyset),
      cursorOf: (account) => account.id,
    });
    return { Accounts: accounts.items.map((account) => accountShape(organization, account)), ...nextToken(accounts) };
  },
  about(),
);
