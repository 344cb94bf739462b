/** The accounts directly below a parent. Source: organizations spec 2.4. */
import {
  ListAccountsForParent$,
  type ListAccountsForParentRequest,
  type ListAccountsForParentResponse,
} from '@aws-sdk/client-organizations';
import type { Checked } from '@holdfast/wire';
import { listMembers } from '../../store/organizations-tree.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { targets } from './authorization.ts';
import { asReader } from './caller.ts';
import { listPage, nextToken } from './listing.ts';
import { needParent } from './nodes.ts';
import { accountShape } from './shapes.ts';

type Input = Checked<ListAccountsForParentRequest, 'ParentId'>;
export const listAccountsForParent = readingOperation(
  ListAccountsForParent$,
  async (input: Input, call: ReadCall): Promise<ListAccountsForParentResponse> => {
    const organization = await asReader(call);
    const parent = await needParent(call.db, organization, input.ParentId);
    const accounts = await listPage(call, ListAccountsForParent$, input, {
      read: (keyset) => listMembers(call.db, { parentId: parent.id }, keyset),
      cursorOf: (account) => account.id,
    });
    return { Accounts: accounts.items.map((account) => accountShape(organization, account)), ...nextToken(accounts) };
  },
  targets<Input>((input) => [input.ParentId]),
);
