/** GetAccountAuthorizationDetails: everything about who may do what in the account, page by page. */
import {
  GetAccountAuthorizationDetails$,
  type GetAccountAuthorizationDetailsRequest,
  type GetAccountAuthorizationDetailsResponse,
} from '@aws-sdk/client-iam';
import type { Checked } from '@holdfast/wire';
import { type ReadCall, readingOperation } from '../operation.ts';
import { type Detail, detailsOf, namesOf, PARTS, type Part } from './authorization-details.ts';
import { listPage, truncation } from './listing.ts';

/** Where a page ended: the parts come one after the other, each by name. */
type Place = { readonly part: Part; readonly name: string };
type Input = Checked<GetAccountAuthorizationDetailsRequest>;

export const getAccountAuthorizationDetails = readingOperation(
  GetAccountAuthorizationDetails$,
  async (input: Input, call: ReadCall): Promise<GetAccountAuthorizationDetailsResponse> => {
    const { Filter: filter } = input;
    const parts = PARTS.filter((part) => !filter?.length || filter.includes(part));
    const page = await listPage<Detail, Place>(call, GetAccountAuthorizationDetails$, input, {
      parameters: { parts },
      read: (after, limit) => read(call, parts, after, limit),
      cursorOf: ({ part, name }) => ({ part, name }),
    });
    return { ...(await detailsOf(call, page.items)), ...truncation(page) };
  },
);

async function read(
  call: ReadCall,
  parts: readonly Part[],
  after: Place | undefined,
  limit: number,
): Promise<readonly Detail[]> {
  const details: Detail[] = [];
  for (const part of parts.slice(after ? parts.indexOf(after.part) : 0)) {
    const name = after?.part === part ? after.name : undefined;
    details.push(...(await namesOf(call, part, name, limit - details.length)));
    if (details.length >= limit) break;
  }
  return details;
}
