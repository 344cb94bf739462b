/** Users, groups, roles and policies as IAM's answers show them. Documents are URL-encoded (RFC 3986), as AWS's are. */
import type { AttachedPermissionsBoundary, Group, Policy, Role, RoleLastUsed, Tag, User } from '@aws-sdk/client-iam';
import type { ManagedPolicy } from '../../authorization/managed-policies.ts';
import { type PolicyUses, UNUSED } from '../../store/identity-attachments.ts';
import type { GroupRow } from '../../store/identity-groups.ts';
import { groupArn, policyArn, roleArn, userArn } from '../../store/identity-ids.ts';
import type { PolicyRow } from '../../store/identity-policies.ts';
import type { RoleRow } from '../../store/identity-roles.ts';
import type { UserRow } from '../../store/identity-users.ts';

/** AWS's managed policies carry a date; ours have one for all. */
export const MANAGED_SINCE = new Date('2026-01-01T00:00:00Z');
export const MANAGED_VERSION = 'v1';

export interface RoleDetails {
  /** As it is shown, with ARNs for unique ids (trust-policy.ts). */
  readonly trustPolicy: string;
  /** Lists leave boundary and tags out. */
  readonly whole: boolean;
}

/** Nothing of a role that no session of was ever used. */
export function roleLastUsed({ last_used_at: at, last_used_region: region }: RoleRow): RoleLastUsed {
  return at === null || region === null ? {} : { LastUsedDate: new Date(at), Region: region };
}

export function roleShape(role: RoleRow, { trustPolicy, whole }: RoleDetails): Role {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: roleArn(role),
    CreateDate: new Date(role.created_at),
    AssumeRolePolicyDocument: encodeDocument(trustPolicy),
    ...(role.description === null ? {} : { Description: role.description }),
    MaxSessionDuration: role.max_session_seconds,
    ...(whole ? details(role) : {}),
  };
}

export function groupShape(group: GroupRow): Group {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: groupArn(group),
    CreateDate: new Date(group.created_at),
  };
}

export function userShape(user: UserRow, whole: boolean): User {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: userArn(user),
    CreateDate: new Date(user.created_at),
    ...(whole ? details(user) : {}),
  };
}

function details({ boundary_arn: boundary, tags }: RoleRow | UserRow): {
  PermissionsBoundary?: AttachedPermissionsBoundary;
  Tags?: Tag[];
} {
  return {
    ...(boundary === null
      ? {}
      : {
          PermissionsBoundary: {
            PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
            PermissionsBoundaryArn: boundary,
          },
        }),
    ...(Object.keys(tags).length === 0 ? {} : { Tags: tagShapes(tags) }),
  };
}

/** By key. */
export function tagShapes(tags: RoleRow['tags']): Tag[] {
  const entries = Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, value]) => ({ Key: key, Value: value }));
}

/** A policy of either kind, by ARN. */
export type AnyPolicy =
  | { readonly kind: 'customer'; readonly policy: PolicyRow }
  | { readonly kind: 'aws'; readonly policy: ManagedPolicy };

export function arnOf(any: AnyPolicy): string {
  return any.kind === 'aws' ? any.policy.arn : policyArn(any.policy);
}

/** Lists leave description and tags out. */
export function policyShape(any: AnyPolicy, { attached, bounding }: PolicyUses = UNUSED, whole: boolean): Policy {
  const { policy } = any;
  const dates =
    any.kind === 'aws'
      ? { CreateDate: MANAGED_SINCE, UpdateDate: MANAGED_SINCE }
      : { CreateDate: new Date(any.policy.created_at), UpdateDate: new Date(any.policy.updated_at) };
  const tags = any.kind === 'aws' ? {} : any.policy.tags;
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: arnOf(any),
    Path: policy.path,
    DefaultVersionId: any.kind === 'aws' ? MANAGED_VERSION : any.policy.default_version,
    AttachmentCount: attached,
    PermissionsBoundaryUsageCount: bounding,
    IsAttachable: true,
    ...dates,
    ...(whole && policy.description !== null ? { Description: policy.description } : {}),
    ...(whole && Object.keys(tags).length > 0 ? { Tags: tagShapes(tags) } : {}),
  };
}

export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replaceAll(/[!'()*]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `%${code}`;
  });
}
