/** Roles of an account. Which roles come with an account is in roles.ts. */
import { parseArn } from '@holdfast/kernel';
import type { Insertable, Selectable } from 'kysely';
import type { Queryable, Tx } from './database.ts';
import type { NamedList } from './identity-users.ts';
import type { RoleTable } from './tables/identity.ts';

export type RoleRow = Selectable<RoleTable>;

export async function insertRole(tx: Tx, role: Insertable<RoleTable>): Promise<void> {
  await tx.insertInto('iam_role').values(role).execute();
}

export function findRole(db: Queryable, accountId: string, name: string): Promise<RoleRow | undefined> {
  return db
    .selectFrom('iam_role')
    .selectAll()
    .where('account_id', '=', accountId)
    .where((where) => where(where.fn<string>('lower', ['name']), '=', name.toLowerCase()))
    .executeTakeFirst();
}

export function findRoleById(db: Queryable, id: string): Promise<RoleRow | undefined> {
  return db.selectFrom('iam_role').selectAll().where('id', '=', id).executeTakeFirst();
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

/** By name. */
export function listRoles(db: Queryable, { accountId, pathPrefix, after, limit }: NamedList): Promise<RoleRow[]> {
  return db
    .selectFrom('iam_role')
    .selectAll()
    .where('account_id', '=', accountId)
    .where((where) => where.fn<boolean>('starts_with', ['path', where.val(pathPrefix)]))
    .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
    .orderBy('name')
    .limit(limit)
    .execute();
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

export async function setRoleTags(tx: Tx, id: string, tags: RoleRow['tags']): Promise<void> {
  await tx.updateTable('iam_role').set({ tags }).where('id', '=', id).execute();
}

/** Its sessions go with it. */
export async function deleteRole(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('iam_role').where('id', '=', id).execute();
}
