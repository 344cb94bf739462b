/**
 * The one state: a PostgreSQL database, reached through kysely with named (prepared) statements.
 *
 * Columns that hold a moment are `bigint` milliseconds (`Instant`) named `…_at`, so that time stays an argument in SQL
 * too. Not here: queries, which live by aggregate beside this file; table types, in `tables/`.
 */
import { createHash } from 'node:crypto';
import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Tables } from './tables/index.ts';

export type Database = Kysely<Tables>;
/** A transaction. Queries take this or `Database`: `Queryable`. */
export type Tx = Transaction<Tables>;
export type Queryable = Kysely<Tables>;

const INT8 = 20;
const CONNECTIONS_MAX = 15;
/** Longer statements are rare and sent unnamed. */
const NAMED_STATEMENT_CHARS_MAX = 20_000;

export interface OpenDatabase {
  readonly db: Database;
  /** For LISTEN, advisory locks and raw hot paths. */
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly connectionsMax?: number;
  /** Errors of idle connections, such as the server going away; queries report their own. */
  onIdleError(error: Error): void;
}

export function openDatabase({ url, connectionsMax = CONNECTIONS_MAX, onIdleError }: DatabaseOptions): OpenDatabase {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8, (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} from the database is not a safe integer`);
    return value;
  });
  const pool = new pg.Pool({ connectionString: url, max: connectionsMax, types, application_name: 'holdfast' });
  pool.on('error', onIdleError);
  pool.on('connect', nameStatements);
  // A connection that breaks in use fails its query, which says so; unheard, the event would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => db.destroy() };
}

const statementNames = new Map<string, string>();
const STATEMENT_NAMES_MAX = 5_000;

/**
 * kysely sends unnamed statements; a name by hash makes PostgreSQL keep the plan, which doubles the rate of small
 * reads.
 */
function nameStatements(client: pg.ClientBase): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const named = (...args: unknown[]): unknown => {
    const [text, values, ...rest] = args;
    if (typeof text !== 'string' || !Array.isArray(values) || text.length > NAMED_STATEMENT_CHARS_MAX)
      return query(...args);
    return query({ name: statementName(text), text, values }, ...rest);
  };
  Object.assign(client, { query: named });
}

function statementName(text: string): string {
  let name = statementNames.get(text);
  if (name === undefined) {
    name = createHash('sha1').update(text).digest('base64url').slice(0, 16);
    if (statementNames.size >= STATEMENT_NAMES_MAX) statementNames.clear();
    statementNames.set(text, name);
  }
  return name;
}
