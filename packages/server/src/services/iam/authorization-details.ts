/** The parts of GetAccountAuthorizationDetails: users, groups, roles and policies with all that hangs on them. */
import type {
  EntityType,
  GetAccountAuthorizationDetailsResponse,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam';
import { MANAGED_POLICIES, type ManagedPolicy } from '../../authorization/managed-policies.ts';
import type { Queryable } from '../../store/database.ts';
import {
  countPolicyUses,
  type PoliciesOfHolder,
  type PolicyUses,
  policiesOfHolders,
} from '../../store/identity-attachments.ts';
import { type GroupRow, groupNamesOfUsers } from '../../store/identity-groups.ts';
import { listNamed } from '../../store/identity-named.ts';
import type { PolicyVersion } from '../../store/identity-policies.ts';
import type { RoleRow } from '../../store/identity-roles.ts';
import type { UserRow } from '../../store/identity-users.ts';
import type { ReadCall } from '../operation.ts';
import { attachedPolicy } from './policies.ts';
import { defaultVersionOf, versionShape, versionsOfAll } from './policy-versions.ts';
import {
  type AnyPolicy,
  arnOf,
  encodeDocument,
  groupShape,
  policyShape,
  roleLastUsed,
  roleShape,
  userShape,
} from './shapes.ts';
import { trustsToShow } from './trust-policy.ts';

export const PARTS = [
  'User',
  'Group',
  'Role',
  'LocalManagedPolicy',
  'AWSManagedPolicy',
] as const satisfies EntityType[];
export type Part = (typeof PARTS)[number];

/** One entry of the answer before it is spelled out. */
export type Detail = { readonly name: string } & (
  | { readonly part: 'User'; readonly user: UserRow }
  | { readonly part: 'Group'; readonly group: GroupRow }
  | { readonly part: 'Role'; readonly role: RoleRow }
  | { readonly part: 'LocalManagedPolicy' | 'AWSManagedPolicy'; readonly policy: AnyPolicy }
);

/** The entries of a part after a name, by name. */
export async function namesOf(
  { db, accountId }: ReadCall,
  part: Part,
  after: string | undefined,
  limit: number,
): Promise<readonly Detail[]> {
  const list = { accountId, pathPrefix: '/', after, limit };
  switch (part) {
    case 'User':
      return (await listNamed(db, 'iam_user', list)).map((user) => ({ part, name: user.name, user }));
    case 'Group':
      return (await listNamed(db, 'iam_group', list)).map((group) => ({ part, name: group.name, group }));
    case 'Role':
      return (await listNamed(db, 'iam_role', list)).map((role) => ({ part, name: role.name, role }));
    case 'LocalManagedPolicy': {
      const policies = await listNamed(db, 'iam_policy', list);
      return policies.map((policy) => ({ part, name: policy.name, policy: { kind: 'customer', policy } }));
    }
    case 'AWSManagedPolicy':
      return (await usedAwsPolicies(db, accountId))
        .filter((policy) => policy.name > (after ?? ''))
        .slice(0, limit)
        .map((policy) => ({ part, name: policy.name, policy: { kind: 'aws', policy } }));
  }
}

/** AWS's policies that somebody in the account uses, by name. */
async function usedAwsPolicies(db: Queryable, accountId: string): Promise<readonly ManagedPolicy[]> {
  const arns = MANAGED_POLICIES.map(({ arn }) => arn);
  const uses = await countPolicyUses(db, accountId, arns);
  return MANAGED_POLICIES.filter(({ arn }) => uses.has(arn)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

type Answer = Required<
  Pick<GetAccountAuthorizationDetailsResponse, 'UserDetailList' | 'GroupDetailList' | 'RoleDetailList' | 'Policies'>
>;

/** A page of entries, spelled out with a handful of statements however many they are. */
export async function detailsOf({ db, accountId }: ReadCall, details: readonly Detail[]): Promise<Answer> {
  const users = details.flatMap((detail) => (detail.part === 'User' ? [detail.user] : []));
  const groups = details.flatMap((detail) => (detail.part === 'Group' ? [detail.group] : []));
  const roles = details.flatMap((detail) => (detail.part === 'Role' ? [detail.role] : []));
  const policies = details.flatMap((detail) => ('policy' in detail ? [detail.policy] : []));

  const held = await policiesOfHolders(
    db,
    [...users, ...groups, ...roles].map(({ id }) => id),
  );
  const groupNames = await groupNamesOfUsers(
    db,
    users.map(({ id }) => id),
  );
  const trusts = await trustsToShow(db, roles);
  const uses = await countPolicyUses(db, accountId, policies.map(arnOf));
  const versions = await versionsOfAll(db, policies);
  return {
    UserDetailList: users.map((user) => userDetail(user, groupNames.get(user.id) ?? [], held.get(user.id))),
    GroupDetailList: groups.map((group) => groupDetail(group, held.get(group.id))),
    RoleDetailList: roles.map((role) => roleDetail(role, trusts.get(role.id) ?? '', held.get(role.id))),
    Policies: policies.map((policy) =>
      policyDetail(policy, versions.get(policy.policy.id) ?? [], uses.get(arnOf(policy))),
    ),
  };
}

const NONE: PoliciesOfHolder = { inline: [], attached: [] };

function inlineDetails({ inline }: PoliciesOfHolder): PolicyDetail[] {
  return inline.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encodeDocument(document) }));
}

function userDetail(user: UserRow, groupNames: readonly string[], held = NONE): UserDetail {
  return {
    ...userShape(user, true),
    GroupList: [...groupNames],
    UserPolicyList: inlineDetails(held),
    AttachedManagedPolicies: held.attached.map(attachedPolicy),
  };
}

function groupDetail(group: GroupRow, held = NONE): GroupDetail {
  return {
    ...groupShape(group),
    GroupPolicyList: inlineDetails(held),
    AttachedManagedPolicies: held.attached.map(attachedPolicy),
  };
}

function roleDetail(role: RoleRow, trustPolicy: string, held = NONE): RoleDetail {
  const { Description: _not, MaxSessionDuration: _told, ...shape } = roleShape(role, { trustPolicy, whole: true });
  return {
    ...shape,
    RoleLastUsed: roleLastUsed(role),
    InstanceProfileList: [],
    RolePolicyList: inlineDetails(held),
    AttachedManagedPolicies: held.attached.map(attachedPolicy),
  };
}

function policyDetail(policy: AnyPolicy, versions: readonly PolicyVersion[], uses?: PolicyUses): ManagedPolicyDetail {
  const { Tags: _not, ...shape } = policyShape(policy, uses, true);
  const shapes = versions.map((version) => versionShape(version, defaultVersionOf(policy), true));
  return { ...shape, PolicyVersionList: shapes };
}
