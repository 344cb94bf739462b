/**
 * The user or role that an operation names: found, and described for the authorization of the call.
 */
import { formatArn } from '@holdfast/kernel';
import type { ConditionContext } from '../../authorization/authorizer.ts';
import type { Caller } from '../../authorization/caller.ts';
import type { Queryable } from '../../store/database.ts';
import { roleArn, userArn } from '../../store/identity-ids.ts';
import { findRole, type RoleRow } from '../../store/identity-roles.ts';
import { findUser, type UserRow } from '../../store/identity-users.ts';
import type { Authorization, ReadCall } from '../operation.ts';
import { invalid, noSuchRole, noSuchUser, protectedRole } from './errors.ts';

export async function requireRole({ db, accountId }: ReadCall, name: string): Promise<RoleRow> {
  const role = await findRole(db, accountId, name);
  if (!role) throw noSuchRole(name);
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
  if (!user) throw noSuchUser(userName);
  return user;
}

function ownName(caller: Caller): string {
  if (caller.kind === 'user') return caller.userName;
  throw invalid('Must specify userName when calling with non-User credentials');
}

type Further<Input> = (input: Input) => ConditionContext;
const nothing = (): ConditionContext => ({});

export function aboutRole<Input extends { readonly RoleName: string }>(
  further: Further<Input> = nothing,
): Authorization<Input> {
  return async (input, { db, accountId }) => {
    const role = await findRole(db, accountId, input.RoleName);
    return {
      resources: [role ? roleArn(role) : iamArn(accountId, `role/${input.RoleName}`)],
      conditions: { ...ofPrincipal(role), ...further(input) },
    };
  };
}

export function aboutUser<Input extends { readonly UserName?: string | null | undefined }>(
  further: Further<Input> = nothing,
): Authorization<Input> {
  return async (input, { db, accountId, caller }) => {
    const user = await namedUser(db, accountId, caller, input.UserName);
    return {
      resources: [user ? userArn(user) : iamArn(accountId, `user/${input.UserName ?? ''}`)],
      conditions: { ...ofPrincipal(user), ...further(input) },
    };
  };
}

async function namedUser(
  db: Queryable,
  accountId: string,
  caller: Caller,
  name: string | null | undefined,
): Promise<UserRow | undefined> {
  const userName = name ?? (caller.kind === 'user' ? caller.userName : undefined);
  return userName === undefined ? undefined : findUser(db, accountId, userName);
}

/** For operations that make something: it has the ARN that its name and path give it. */
export function aboutNew<Input extends { readonly Path?: string | null | undefined }>(
  kind: 'role' | 'user' | 'policy',
  nameOf: (input: Input) => string,
  further: Further<Input> = nothing,
): Authorization<Input> {
  return (input, { accountId }) => ({
    resources: [iamArn(accountId, `${kind}${input.Path ?? '/'}${nameOf(input)}`)],
    conditions: further(input),
  });
}

export function aboutPolicy<Input extends { readonly PolicyArn: string }>(): Authorization<Input> {
  return ({ PolicyArn: arn }) => ({ resources: [arn] });
}

/** Keys of attaching and detaching, and of making a principal with a boundary. */
export const policyCondition = ({ PolicyArn: arn }: { readonly PolicyArn: string }): ConditionContext => ({
  'iam:policyarn': [arn],
});
export const boundaryCondition = ({
  PermissionsBoundary: arn,
}: {
  readonly PermissionsBoundary?: string | null | undefined;
}): ConditionContext => (arn ? { 'iam:permissionsboundary': [arn] } : {});

function ofPrincipal(principal: RoleRow | UserRow | undefined): ConditionContext {
  if (!principal) return {};
  const tags = Object.entries(principal.tags).flatMap(([key, value]): [string, string[]][] => [
    [`aws:resourcetag/${key.toLowerCase()}`, [value]],
    [`iam:resourcetag/${key.toLowerCase()}`, [value]],
  ]);
  const boundary = principal.boundary_arn === null ? {} : { 'iam:permissionsboundary': [principal.boundary_arn] };
  return { ...Object.fromEntries(tags), ...boundary };
}

function iamArn(accountId: string, resource: string): string {
  return formatArn({ service: 'iam', region: '', accountId, resource });
}
