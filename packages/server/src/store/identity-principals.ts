/** Users and roles by their unique ids, whichever of the two they are and whatever account they are in. */
import { sql } from 'kysely';
import type { Queryable } from './database.ts';
import { roleArn, userArn } from './identity-ids.ts';

interface Row {
  readonly id: string;
  readonly kind: 'user' | 'role';
  readonly account_id: string;
  readonly path: string;
  readonly name: string;
}

/** By id; absent: there is no such user or role (any more). */
export async function arnsOfPrincipals(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Row>`
    select id, 'user' as kind, account_id, path, name from iam_user where id = any (${ids})
    union all
    select id, 'role', account_id, path, name from iam_role where id = any (${ids})`.execute(db);
  return new Map(rows.map((row) => [row.id, row.kind === 'user' ? userArn(row) : roleArn(row)]));
}
