/**
 * Pages of a list: keyset pagination with opaque tokens.
 *
 * A token seals the cursor (where the page ended) together with the caller, the region, the operation and all other
 * parameters of the request: it opens for the same question only and says nothing to whoever holds it. The caller is
 * the user, the role or the root, so that a renewed session of a role goes on where the former one was.
 * The page size is not part of it: a caller may ask for the next page in another size.
 * Not here: bounds of the page size (the wire layer checks the model's), queries (store/).
 * Source: organizations spec 12 (pagination), recorded rules 13.2.
 */
import { createHash } from 'node:crypto';
import type { AwsError } from '@holdfast/wire';
import { type Caller, principalIdOf } from '../authorization/caller.ts';
import type { Installation } from '../installation.ts';
import { SealError } from '../secrets/sealer.ts';
import type { OperationSchema } from './operation.ts';

/** Changes when the meaning of cursors changes; tokens of an older version are then invalid. */
const VERSION = 1;

/** What a cursor may be made of: the values of the columns that the list is ordered by. */
export type Cursor = string | number | { readonly [column: string]: string | number };

export interface PageRequest<Row, After extends Cursor> {
  readonly operation: OperationSchema;
  /** Everything of the input that decides what is listed; not the token, not the page size. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** As the caller sent it. Absent or null: the first page. */
  readonly token: string | null | undefined;
  readonly maxResults: number | null | undefined;
  /** The size of a page when the caller names none. */
  readonly defaultSize: number;
  /** What a token that we did not make for this question is answered with. */
  invalidToken(): AwsError;
  /** The rows after `after` (from the start when undefined) in the list's order, at most `limit`. */
  read(after: After | undefined, limit: number): Promise<readonly Row[]>;
  /** The place of a row in the list's order. */
  cursorOf(row: Row): After;
}

export interface Page<Row> {
  readonly items: readonly Row[];
  /** Undefined: this was the last page. */
  readonly nextToken: string | undefined;
}

/** The part of a call that tokens are bound to. */
export interface PageCall {
  readonly installation: Pick<Installation, 'sealer'>;
  readonly caller: Caller;
  readonly region: string;
}

/**
 * One page of a list.
 *
 *     const { items, nextToken } = await page<UserRow, string>(call, {
 *       operation: ListUsers$, parameters: { pathPrefix }, token: marker, maxResults, defaultSize: 100, invalidToken,
 *       read: (after, limit) => listUsers(call.db, { accountId: call.accountId, pathPrefix, after, limit }),
 *       cursorOf: (user) => user.name,
 *     });
 */
export async function page<Row, After extends Cursor>(
  call: PageCall,
  request: PageRequest<Row, After>,
): Promise<Page<Row>> {
  const context = contextOf(call, request.operation[2], request.parameters);
  const after = openToken<After>(call, context, request);
  const size = request.maxResults ?? request.defaultSize;
  // One row more than the page holds tells whether there is a next page.
  const rows = await request.read(after, size + 1);
  const items = rows.slice(0, size);
  const last = items.at(-1);
  if (rows.length <= size || last === undefined) return { items, nextToken: undefined };
  const cursor = JSON.stringify(request.cursorOf(last));
  // The alphabet that every model allows: Cloud Control's refuses the underscore of the one for links.
  return { items, nextToken: call.installation.sealer.seal(cursor, context).toString('base64') };
}

function openToken<After extends Cursor>(
  call: PageCall,
  context: string,
  { token, invalidToken }: { token: string | null | undefined; invalidToken(): AwsError },
): After | undefined {
  if (token === undefined || token === null) return undefined;
  const sealed = Buffer.from(token, 'base64');
  // Decoding passes over what it does not know; a token is what we wrote, to the letter.
  if (sealed.toString('base64') !== token) throw invalidToken();
  try {
    // What opens was sealed by us for this operation: its shape is the one that `cursorOf` gave.
    return JSON.parse(call.installation.sealer.open(sealed, context).toString('utf8')) as After;
  } catch (error) {
    if (error instanceof SealError) throw invalidToken();
    throw error;
  }
}

function contextOf(call: PageCall, operation: string, parameters: Readonly<Record<string, unknown>>): string {
  const question = createHash('sha256').update(canonical(parameters)).digest('base64url');
  const { caller, region } = call;
  return `page:${VERSION}:${caller.accountId}:${principalIdOf(caller)}:${region}:${operation}:${question}`;
}

/** JSON with sorted keys and without absent members, so that equal questions look equal. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (member === null) return undefined;
    if (typeof member !== 'object' || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
