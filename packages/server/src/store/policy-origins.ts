/**
 * The policies that bind a user or role, with their names and what they hang on: for those who ask why. A request needs
 * none of that and reads its policies with the key (identity-standing).
 */
import { sql } from 'kysely';
import type { Queryable } from './database.ts';
import type { SessionRow } from './identity-sessions.ts';
import type { PolicyInForce } from './identity-standing.ts';

export interface NamedPolicy {
  /** `user ann`, `group Operators`, `role Deploy` */
  readonly on: string;
  /** An ARN, or an inline policy's name. */
  readonly policy: string;
  readonly inForce: PolicyInForce;
}

export interface PoliciesOfPrincipal {
  readonly identity: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
}

interface Row {
  readonly kind: 'inline' | 'attached' | 'boundary';
  readonly on: string;
  readonly policy: string;
  readonly document: string | null;
}

/** Of the user, role or group itself first, then of the user's groups by name. */
export async function policiesOfPrincipal(db: Queryable, id: string): Promise<PoliciesOfPrincipal> {
  const { rows } = await sql<Row>`
    with principal (id, kind, name, boundary_arn) as (
      select id, 'user', name, boundary_arn from iam_user where id = ${id}
      union all select id, 'role', name, boundary_arn from iam_role where id = ${id}
      union all select id, 'group', name, null from iam_group where id = ${id}
    ), holder (id, kind, name) as (
      select id, kind, name from principal
      union all
      select g.id, 'group', g.name from iam_group g join iam_group_member member on member.group_id = g.id
        where member.user_id = ${id}
    ), hung (kind, holder_kind, holder, policy, inline_document) as (
      select 'inline', holder.kind, holder.name, policy.name, policy.document
        from holder join iam_inline_policy policy on policy.principal_id = holder.id
      union all
      select 'attached', holder.kind, holder.name, attachment.policy_arn, null
        from holder join iam_attachment attachment on attachment.principal_id = holder.id
      union all
      select 'boundary', kind, name, boundary_arn, null from principal where boundary_arn is not null
    )
    select hung.kind, hung.holder_kind || ' ' || hung.holder as on, hung.policy,
      coalesce(hung.inline_document, version.document) as document
    from hung
      left join iam_policy managed on managed.arn = hung.policy and hung.kind <> 'inline'
      left join iam_policy_version version
        on version.policy_id = managed.id and version.version_id = managed.default_version
    order by hung.holder_kind = 'group', hung.holder, hung.kind, hung.policy`.execute(db);
  const boundary = rows.find(({ kind }) => kind === 'boundary');
  return {
    identity: rows.filter(({ kind }) => kind !== 'boundary').map(namedOf),
    boundary: boundary && namedOf(boundary),
  };
}

function namedOf({ on, policy, document }: Row): NamedPolicy {
  return { on, policy, inForce: document === null ? { awsManagedArn: policy } : { document } };
}

export interface NamedControl {
  readonly nodeId: string;
  /** `Root`, a unit's name, an account's. */
  readonly nodeName: string;
  readonly policyId: string;
  readonly name: string;
  readonly document: string;
}

/** In the order of attachment. */
export async function controlPoliciesOn(
  db: Queryable,
  nodeIds: readonly string[],
  type: 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY',
): Promise<NamedControl[]> {
  const { rows } = await sql<NamedControl>`
    select attachment.target_id as "nodeId", coalesce(node.name, account.name) as "nodeName",
      policy.id as "policyId", policy.name, policy.content as document
    from policy_attachment attachment
      join organization_policy policy on policy.id = attachment.policy_id
      left join organization_node node on node.id = attachment.target_id
      left join account on account.id = attachment.target_id
    where attachment.target_id = any (${nodeIds}) and attachment.type = ${type}
    order by attachment.position`.execute(db);
  return rows;
}

/** The newest session of a role under a name, if one is alive; what narrows it is part of what it may do. */
export async function livingSession(
  db: Queryable,
  roleId: string,
  name: string,
  now: number,
): Promise<SessionRow | undefined> {
  return db
    .selectFrom('iam_session')
    .selectAll()
    .where('role_id', '=', roleId)
    .where('name', '=', name)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
}
