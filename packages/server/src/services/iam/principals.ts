/** The user, role or group that an operation names. What the authorizer is told of it is in authorization.ts. */
import type { Caller } from '../../authorization/caller.ts';
import { findGroup, type GroupRow } from '../../store/identity-groups.ts';
import { findRole, type RoleRow } from '../../store/identity-roles.ts';
import { findUser, type UserRow } from '../../store/identity-users.ts';
import type { ReadCall } from '../operation.ts';
import { invalid, noSuch, protectedRole } from './errors.ts';

export async function requireRole({ db, accountId }: ReadCall, name: string): Promise<RoleRow> {
  const role = await findRole(db, accountId, name);
  if (!role) throw noSuch('role', name);
  return role;
}

/** A role that the account may change: service-linked ones are their service's. */
export async function requireOwnRole(call: ReadCall, name: string): Promise<RoleRow> {
  const role = await requireRole(call, name);
  if (role.linked_service !== null) throw protectedRole(role.name);
  return role;
}

/** Without a name: the calling user. */
export async function requireUser(
  { db, accountId, caller }: ReadCall,
  name: string | null | undefined,
): Promise<UserRow> {
  const userName = name ?? ownName(caller);
  const user = await findUser(db, accountId, userName);
  if (!user) throw noSuch('user', userName);
  return user;
}

function ownName(caller: Caller): string {
  if (caller.kind === 'user') return caller.userName;
  throw invalid('Must specify userName when calling with non-User credentials');
}

export async function requireGroup({ db, accountId }: ReadCall, name: string): Promise<GroupRow> {
  const group = await findGroup(db, accountId, name);
  if (!group) throw noSuch('group', name);
  return group;
}
