/**
 * Users, roles and groups as holders of policies. IAM has each operation about policies three times, once for each
 * kind; what the three differ in stands here, and one piece does the work of all.
 */
import type { ConditionContext } from '../../authorization/authorizer.ts';
import type { HolderKind } from '../../store/identity-attachments.ts';
import { lockNamed, type NamedTable } from '../../store/identity-named.ts';
import type { Authorization, Call, ReadCall } from '../operation.ts';
import { aboutGroup, aboutRole, aboutUser } from './authorization.ts';
import { noSuch } from './errors.ts';
import { requireGroup, requireOwnRole, requireRole, requireUser } from './principals.ts';

export interface Holder {
  readonly kind: HolderKind;
  readonly id: string;
  readonly name: string;
}

/** One kind of holder, as operations of one input name it. */
export interface Holders<Input> {
  /** @throws NoSuchEntity */
  find(call: ReadCall, input: Input): Promise<Holder>;
  /**
   * For a change: whatever else changes its policies waits until the transaction ends.
   * @throws NoSuchEntity, UnmodifiableEntity
   */
  hold(call: Call, input: Input): Promise<Holder>;
  about<Given extends Input>(further?: (input: Given) => ConditionContext): Authorization<Given>;
}

export const users: Holders<{ readonly UserName: string }> = {
  find: async (call, { UserName: name }) => holder('user', await requireUser(call, name)),
  hold: async (call, { UserName: name }) => locked(call, holder('user', await requireUser(call, name))),
  about: aboutUser,
};

export const roles: Holders<{ readonly RoleName: string }> = {
  find: async (call, { RoleName: name }) => holder('role', await requireRole(call, name)),
  hold: async (call, { RoleName: name }) => locked(call, holder('role', await requireOwnRole(call, name))),
  about: aboutRole,
};

export const groups: Holders<{ readonly GroupName: string }> = {
  find: async (call, { GroupName: name }) => holder('group', await requireGroup(call, name)),
  hold: async (call, { GroupName: name }) => locked(call, holder('group', await requireGroup(call, name))),
  about: aboutGroup,
};

const TABLES = { user: 'iam_user', role: 'iam_role', group: 'iam_group' } as const satisfies Record<
  HolderKind,
  NamedTable
>;

export function holder(kind: HolderKind, { id, name }: Pick<Holder, 'id' | 'name'>): Holder {
  return { kind, id, name };
}

/** @throws NoSuchEntity when it was deleted meanwhile */
export async function locked({ tx }: Call, found: Holder): Promise<Holder> {
  if (!(await lockNamed(tx, TABLES[found.kind], found.id))) throw noSuch(found.kind, found.name);
  return found;
}
