/**
 * Lists of Organizations: twenty a page, tokens refused in AWS's words.
 * Source: organizations spec 12; recorded rules B.13.
 */
import type { OperationSchema } from '../operation.ts';
import { type Cursor, type Page, type PageCall, page } from '../pagination.ts';
import { invalidNextToken } from './errors.ts';

const PAGE_SIZE = 20;

interface PageInput {
  readonly NextToken?: string | null | undefined;
  readonly MaxResults?: number | null | undefined;
}

export interface List<Row, After extends Cursor> {
  read(keyset: { readonly after: After | undefined; readonly limit: number }): Promise<readonly Row[]>;
  cursorOf(row: Row): After;
}

/** One page; all other members of the input bind the token. */
export function listPage<Row, After extends Cursor = string>(
  call: PageCall,
  operation: OperationSchema,
  input: PageInput,
  list: List<Row, NoInfer<After>>,
): Promise<Page<Row>> {
  const { NextToken: token, MaxResults: maxResults, ...parameters } = input;
  return page<Row, After>(call, {
    operation,
    parameters,
    token,
    maxResults,
    defaultSize: PAGE_SIZE,
    invalidToken: invalidNextToken,
    read: (after, limit) => list.read({ after, limit }),
    cursorOf: list.cursorOf,
  });
}

/** AWS leaves the token out on the last page. */
export function nextToken({ nextToken }: Page<unknown>): { NextToken?: string } {
  return nextToken === undefined ? {} : { NextToken: nextToken };
}
