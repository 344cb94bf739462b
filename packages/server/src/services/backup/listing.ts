/** Pages of the lists of AWS Backup. */
import type { OperationSchema } from '../operation.ts';
import { type Cursor, type Page, type PageCall, page } from '../pagination.ts';
import { invalidToken } from './errors.ts';

/** AWS's default size is not published. */
const PAGE_SIZE_DEFAULT = 100;

interface PagedInput {
  readonly NextToken?: string | undefined;
  readonly MaxResults?: number | undefined;
}

/** One page of the list that `input` asks for: all its members but these two decide what is listed. */
export function listPage<Row, After extends Cursor>(
  call: PageCall,
  operation: OperationSchema,
  input: PagedInput,
  list: {
    read(after: After | undefined, limit: number): Promise<readonly Row[]>;
    cursorOf(row: Row): After;
  },
): Promise<Page<Row>> {
  const { NextToken: token, MaxResults: maxResults, ...parameters } = input;
  return page<Row, After>(call, {
    operation,
    parameters,
    token,
    maxResults,
    defaultSize: PAGE_SIZE_DEFAULT,
    invalidToken,
    ...list,
  });
}
