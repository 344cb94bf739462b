/**
 * An account's place in its organization, and the service and resource control policies that are in force there.
 *
 * As columns and joins, so that whoever reads an account with something else needs no statement more. Each text comes
 * once, however many levels it hangs on.
 * Not here: what the policies say (authorization/). Source: organizations spec 3, 11.
 */
import { CompiledQuery } from 'kysely';
import type { Queryable } from './database.ts';
import type { Membership } from './organizations.ts';

/** What hangs on one root, unit or account. */
export interface ControlLevel {
  readonly nodeId: string;
  readonly documents: readonly string[];
  /** Of the same policies, in the same order. */
  readonly policyIds: readonly string[];
}

/**
 * From the organization's root down to the account. Undefined: policies of the kind do not bind the account, since it
 * is in no organization, manages it, or the type is not enabled.
 */
export interface Controls {
  readonly service: readonly ControlLevel[] | undefined;
  readonly resource: readonly ControlLevel[] | undefined;
}

export interface Place {
  readonly membership: Membership | undefined;
  readonly controls: Controls;
}

interface HungPolicy {
  readonly id: string;
  readonly nodes: readonly string[];
  readonly document: string;
}

export interface PlaceRow {
  account_id: string;
  organization_id: string | null;
  root_id: string;
  management_account_id: string;
  feature_set: Membership['organization']['featureSet'];
  member_path: string;
  /** Types that are not enabled are not in it. */
  controls: Partial<Record<'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY', readonly HungPolicy[] | null>> | null;
}

/** Of `member` and `o`, which `placeJoins` makes. */
export const PLACE_COLUMNS = `
  member.path as member_path, o.id as organization_id, o.root_id, o.management_account_id, o.feature_set,
  case when o.feature_set = 'ALL' and o.management_account_id <> member.account_id then (
    select json_object_agg(enabled.type, (
      select json_agg(json_build_object('id', policy.id, 'nodes', hung.nodes, 'document', policy.content))
        from (
          select attachment.policy_id, json_agg(attachment.target_id) as nodes from policy_attachment attachment
            where attachment.target_id = any (string_to_array(member.path, '/')) and attachment.type = enabled.type
            group by attachment.policy_id) hung
          join organization_policy policy on policy.id = hung.policy_id))
      from organization_policy_type enabled
      where enabled.organization_id = o.id
        and enabled.type in ('SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY')) end as controls`;

export const placeJoins = (accountId: string): string => `
  left join organization_member member on member.account_id = ${accountId}
  left join organization o on o.id = member.organization_id`;

const BY_ACCOUNT = `
  select account.id as account_id, ${PLACE_COLUMNS} from account ${placeJoins('account.id')} where account.id = $1`;

/** Undefined: there is no such account. */
export async function placeOfAccount(db: Queryable, accountId: string): Promise<Place | undefined> {
  const { rows } = await db.executeQuery<PlaceRow>(CompiledQuery.raw(BY_ACCOUNT, [accountId]));
  return rows[0] && placeOf(rows[0]);
}

export const NO_CONTROLS: Controls = { service: undefined, resource: undefined };

export function placeOf(row: PlaceRow): Place {
  if (row.organization_id === null) return { membership: undefined, controls: NO_CONTROLS };
  const membership = {
    accountId: row.account_id,
    path: row.member_path,
    organization: {
      id: row.organization_id,
      rootId: row.root_id,
      managementAccountId: row.management_account_id,
      featureSet: row.feature_set,
    },
  };
  if (!row.controls) return { membership, controls: NO_CONTROLS };
  const { SERVICE_CONTROL_POLICY: service, RESOURCE_CONTROL_POLICY: resource } = row.controls;
  return {
    membership,
    controls: { service: levelsOf(row.member_path, service), resource: levelsOf(row.member_path, resource) },
  };
}

/** INVARIANT: each node of the path is a level, also one on which nothing hangs: it lets nothing pass. */
function levelsOf(path: string, hung: readonly HungPolicy[] | null | undefined): ControlLevel[] | undefined {
  if (hung === undefined) return undefined;
  const [_organization, ...nodes] = path.split('/').filter((part) => part !== '');
  return nodes.map((nodeId) => {
    const here = (hung ?? []).filter((one) => one.nodes.includes(nodeId));
    return { nodeId, documents: here.map(({ document }) => document), policyIds: here.map(({ id }) => id) };
  });
}
