/** Who can have a permissions boundary: users and roles. Groups cannot. */
import { type Holders, roles, users } from './holders.ts';

export interface Bounded<Input> {
  readonly table: 'iam_role' | 'iam_user';
  readonly holders: Holders<Input>;
}

export const boundedRoles = { table: 'iam_role', holders: roles } as const;
export const boundedUsers = { table: 'iam_user', holders: users } as const;
