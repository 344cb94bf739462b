/** What the database holds, row by row, so that a test can say what an attack changed. */
import type { TestServer } from '../../packages/server/src/testing/server.ts';

/** Columns and tables that a refused call may change: when a key was used, and the record of all calls. */
const OF_USE = /^(?:access_key\.last_used_\w+)$/;
const RECORDS = /^(?:audit|trail|cloudtrail)/;

type Columns = Readonly<Record<string, unknown>>;

export interface Row {
  readonly table: string;
  /** The whole row as JSON. */
  readonly text: string;
}

export async function rowsOf({ installation: { db } }: TestServer): Promise<Row[]> {
  const tables = await db.introspection.getTables();
  const rows = await Promise.all(
    tables
      .filter(({ name }) => !RECORDS.test(name))
      .map(async ({ name }) => {
        // Any table there is: the types know those that the store queries.
        const found: readonly Columns[] = await db
          .selectFrom(name as 'account')
          .selectAll()
          .execute();
        return found.map((row) => ({ table: name, text: JSON.stringify(withoutUse(name, row)) }));
      }),
  );
  return rows.flat();
}

function withoutUse(table: string, row: Columns): object {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !OF_USE.test(`${table}.${column}`)));
}

/**
 * Rows that hold one of the words and have gone, and rows that have come and belong to an account of them.
 * An attacker's own rows may hold what the attacker wrote into them.
 */
export function changedOf(words: readonly string[], before: readonly Row[], after: readonly Row[]): Row[] {
  const key = ({ table, text }: Row): string => `${table} ${text}`;
  const [then, now] = [new Set(before.map(key)), new Set(after.map(key))];
  const gone = before.filter((row) => !now.has(key(row)) && words.some((word) => row.text.includes(word)));
  const come = after.filter((row) => !then.has(key(row)) && ownersOf(row).some((owner) => words.includes(owner)));
  return [...gone, ...come];
}

function ownersOf({ text }: Row): string[] {
  const columns = Object.entries(JSON.parse(text) as Columns);
  return columns.flatMap(([name, value]) => (name.endsWith('account_id') ? [String(value)] : []));
}
