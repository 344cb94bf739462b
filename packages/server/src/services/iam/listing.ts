/** Lists in IAM's form: `Marker`, `MaxItems`, `IsTruncated`. */
import { listNamed, type NamedRow, type NamedTable } from '../../store/identity-named.ts';
import type { OperationSchema, ReadCall } from '../operation.ts';
import { type Cursor, type Page, type PageCall, page } from '../pagination.ts';
import { invalid } from './errors.ts';
import { PAGE_SIZE } from './quotas.ts';

export interface ListInput {
  readonly Marker?: string | null | undefined;
  readonly MaxItems?: number | null | undefined;
}

interface List<Row, After extends Cursor> {
  readonly parameters?: Readonly<Record<string, unknown>>;
  read(after: After | undefined, limit: number): Promise<readonly Row[]>;
  cursorOf(row: Row): After;
}

export function listPage<Row, After extends Cursor>(
  call: PageCall,
  operation: OperationSchema,
  { Marker: token, MaxItems: maxResults }: ListInput,
  { parameters = {}, read, cursorOf }: List<Row, After>,
): Promise<Page<Row>> {
  return page<Row, After>(call, {
    operation,
    parameters,
    token,
    maxResults,
    defaultSize: PAGE_SIZE,
    invalidToken: () => invalid('Invalid Marker.'),
    read,
    cursorOf,
  });
}

/** A list that is at hand, paged like the others. `items` are in the order of their keys. */
export function listPageOf<Row>(
  call: PageCall,
  operation: OperationSchema,
  input: ListInput,
  parameters: Readonly<Record<string, unknown>>,
  items: readonly Row[],
  keyOf: (row: Row) => string,
): Promise<Page<Row>> {
  return listPage<Row, string>(call, operation, input, {
    parameters,
    read: async (after, limit) => {
      const start = after === undefined ? 0 : items.findIndex((item) => keyOf(item) === after) + 1;
      return items.slice(start, start + limit);
    },
    cursorOf: keyOf,
  });
}

/** Users, roles or groups of the account below a path, by name. */
export function namedPage<Table extends NamedTable>(
  call: ReadCall,
  operation: OperationSchema,
  input: ListInput & { readonly PathPrefix?: string | null | undefined },
  table: Table,
): Promise<Page<NamedRow<Table>>> {
  const { db, accountId } = call;
  const pathPrefix = input.PathPrefix ?? '/';
  return listPage<NamedRow<Table>, string>(call, operation, input, {
    parameters: { pathPrefix },
    read: (after, limit) => listNamed(db, table, { accountId, pathPrefix, after, limit }),
    cursorOf: ({ name }) => name,
  });
}

export function truncation({ nextToken }: Page<unknown>): { IsTruncated: boolean; Marker?: string } {
  return nextToken === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: nextToken };
}
