/**
 * What IAM's operations tell the authorizer: the ARN that they are about, and IAM's own condition keys.
 *
 * A user, role, group or policy that does not exist is asked about by the name that was given: who may not see it is
 * told the same as if it did.
 * Source: the service authorization reference of AWS Identity and Access Management.
 */
import { formatArn } from '@holdfast/kernel';
import type { ConditionContext, Question } from '../../authorization/authorizer.ts';
import type { Caller } from '../../authorization/caller.ts';
import type { Queryable } from '../../store/database.ts';
import { findGroup } from '../../store/identity-groups.ts';
import { groupArn, roleArn, rootArn, userArn } from '../../store/identity-ids.ts';
import { findPolicy } from '../../store/identity-policies.ts';
import { findRole, type RoleRow } from '../../store/identity-roles.ts';
import { findUser, type UserRow } from '../../store/identity-users.ts';
import type { Authorization, ReadCall } from '../operation.ts';
import type { Tags } from './tags.ts';

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
    if (!input.UserName && caller.kind === 'root') return { resources: [rootArn(accountId)] };
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

/** Groups carry neither tags nor boundaries. */
export function aboutGroup<Input extends { readonly GroupName: string }>(
  further: Further<Input> = nothing,
): Authorization<Input> {
  return async (input, { db, accountId }) => {
    const group = await findGroup(db, accountId, input.GroupName);
    return {
      resources: [group ? groupArn(group) : iamArn(accountId, `group/${input.GroupName}`)],
      conditions: further(input),
    };
  };
}

/** Lists are asked about by where they begin: `user/team/` for the users below `/team/`. */
export function aboutList<Input extends { readonly PathPrefix?: string | null | undefined }>(
  kind: 'role' | 'user' | 'group',
): Authorization<Input> {
  return ({ PathPrefix: pathPrefix }, { accountId }) => ({
    resources: [iamArn(accountId, `${kind}${pathPrefix ?? '/'}`)],
  });
}

/** Asked on the user that the key belongs to. */
export function keyQuestion({ accountId, requestContext }: ReadCall, user: UserRow | undefined): Question {
  return {
    action: 'iam:GetAccessKeyLastUsed',
    resource: user ? userArn(user) : rootArn(accountId),
    context: { ...ofPrincipal(user), ...requestContext },
  };
}

/** For operations that make something: it has the ARN that its name and path give it. */
export function aboutNew<Input extends { readonly Path?: string | null | undefined }>(
  kind: 'role' | 'user' | 'group' | 'policy' | 'mfa',
  nameOf: (input: Input) => string,
  further: Further<Input> = nothing,
): Authorization<Input> {
  return (input, { accountId }) => ({
    resources: [iamArn(accountId, `${kind}${input.Path ?? '/'}${nameOf(input)}`)],
    conditions: further(input),
  });
}

interface Move {
  readonly NewPath?: string | null | undefined;
}

/** Renaming needs the permission on both names: on the one that is, and on the one that will be. */
export function aboutRenamed<Input extends Move>(
  kind: 'user' | 'group',
  namesOf: (input: Input) => { readonly name: string; readonly newName: string | null | undefined },
): Authorization<Input> {
  return async (input, { db, accountId }) => {
    const { name, newName } = namesOf(input);
    const user = kind === 'user' ? await findUser(db, accountId, name) : undefined;
    const found = user ?? (kind === 'group' ? await findGroup(db, accountId, name) : undefined);
    const path = found?.path ?? '/';
    const before = iamArn(accountId, `${kind}${path}${found?.name ?? name}`);
    const after = iamArn(accountId, `${kind}${input.NewPath ?? path}${newName ?? found?.name ?? name}`);
    return {
      resources: after === before ? [before] : [before, after],
      conditions: ofPrincipal(user),
    };
  };
}

export function aboutPolicy<Input extends { readonly PolicyArn: string }>(): Authorization<Input> {
  return ({ PolicyArn: arn }, { db }) => ({
    resources: [arn],
    tags: async () => ofTags((await findPolicy(db, arn))?.tags ?? {}),
  });
}

/** Keys of attaching and detaching, and of giving a principal a boundary. */
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
  const { tags, boundary_arn: boundary } = principal;
  return { ...ofTags(tags), ...(boundary === null ? {} : { 'iam:permissionsboundary': [boundary] }) };
}

function ofTags(tags: Tags): ConditionContext {
  const keys = Object.entries(tags).flatMap(([key, value]): [string, string[]][] => [
    [`aws:resourcetag/${key.toLowerCase()}`, [value]],
    [`iam:resourcetag/${key.toLowerCase()}`, [value]],
  ]);
  return Object.fromEntries(keys);
}

function iamArn(accountId: string, resource: string): string {
  return formatArn({ service: 'iam', region: '', accountId, resource });
}
