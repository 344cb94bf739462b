import {
  ListAccountAliases$,
  type ListAccountAliasesRequest,
  type ListAccountAliasesResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { findAlias } from '../../store/identity-aliases.ts';
import { type ReadCall, readingOperation } from '../operation.ts';
import { listPageOf, truncation } from './listing.ts';

type Input = Checked<ListAccountAliasesRequest>;
/** One at most. */
export const listAccountAliases = readingOperation(
  ListAccountAliases$,
  async (input: Input, call: ReadCall): Promise<ListAccountAliasesResponse> => {
    const alias = await findAlias(call.db, call.accountId);
    const all = alias === undefined ? [] : [alias];
    const page = await listPageOf(call, ListAccountAliases$, input, {}, all, (name) => name);
    return { AccountAliases: [...page.items], ...truncation(page) };
  },
);
