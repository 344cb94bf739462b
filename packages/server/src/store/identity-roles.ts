/** Roles of an account. Which roles come with an account is in roles.ts. */
import { parseArn } from '@holdfast/kernel';
import { type Insertable, sql } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import { findNamed, type NamedRow } from './identity-named.ts';
import type { RoleTable } from './tables/identity.ts';

export type RoleRow = NamedRow<'iam_role'>;

export async function insertRole(tx: Tx, role: Insertable<RoleTable>): Promise<void> {
  await tx.insertInto('iam_role').values(role).execute();
}

export function findRole(db: Queryable, accountId: string, name: string): Promise<RoleRow | undefined> {
  return findNamed(db, 'iam_role', accountId, name);
}

const ROLE_ARN = /^role(\/(?:.+\/)?)([^/]+)$/;

/** By ARN: path and letter case must be the role's own. */
export async function findRoleByArn(db: Queryable, arn: string): Promise<RoleRow | undefined> {
  const parsed = parseArn(arn);
  const match = parsed?.service === 'iam' && parsed.region === '' ? ROLE_ARN.exec(parsed.resource) : null;
  if (!parsed || !match) return undefined;
  const [, path = '', name = ''] = match;
  const role = await findRole(db, parsed.accountId, name);
  return role?.path === path && role.name === name ? role : undefined;
}

export interface RoleChange {
  readonly description?: string | null;
  readonly trust_policy?: string;
  readonly max_session_seconds?: number;
}

export async function updateRole(tx: Tx, id: string, change: RoleChange): Promise<void> {
  if (Object.keys(change).length === 0) return;
  await tx.updateTable('iam_role').set(change).where('id', '=', id).execute();
}

export interface RoleUse {
  readonly id: string;
  readonly at: number;
  readonly region: string;
}

/** When sessions of roles last signed a request. */
export async function recordRoleUses(db: Queryable, uses: readonly RoleUse[]): Promise<void> {
  if (uses.length === 0) return;
  await sql`
    update iam_role set last_used_at = used.at, last_used_region = used.region
    from jsonb_to_recordset(${JSON.stringify(uses)}::jsonb) as used (id text, at bigint, region text)
    where iam_role.id = used.id and (last_used_at is null or last_used_at <= used.at)`.execute(db);
}

/** Its sessions go with it. */
export async function deleteRole(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('iam_role').where('id', '=', id).execute();
}
