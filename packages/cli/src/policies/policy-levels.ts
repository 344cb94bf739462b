/**
 * The policies on the way from the root to an account, read back through the API, with the documents parsed.
 *
 * For the management account: members may not read what is attached above them.
 * Not here: merging (@holdfast/policy), drawing (settings.ts).
 */
import type { OrganizationsClient, PolicyType } from '@aws-sdk/client-organizations';
import { type AttachedPolicy, type Level, type ManagementPolicyType, parsePolicy } from '@holdfast/policy';

export interface NamedLevels {
  /** Root first. */
  readonly levels: readonly Level[];
  /** Names of policies and of roots, OUs and accounts, by id. */
  readonly names: ReadonlyMap<string, string>;
}

export async function policyLevels(
  client: OrganizationsClient,
  accountId: string,
  type: ManagementPolicyType,
): Promise<NamedLevels> {
  const names = new Map<string, string>();
  const path = await pathTo(client, accountId, names);
  const levels: Level[] = [];
  for (const nodeId of path) levels.push({ nodeId, policies: await attachedPolicies(client, nodeId, type, names) });
  return { levels, names };
}

async function pathTo(client: OrganizationsClient, accountId: string, names: Map<string, string>): Promise<string[]> {
  const sdk = await import('@aws-sdk/client-organizations');
  const { Account: account } = await client.send(new sdk.DescribeAccountCommand({ AccountId: accountId }));
  names.set(accountId, account?.Name ?? accountId);
  const path = [accountId];
  let at = accountId;
  for (;;) {
    const { Parents: [parent] = [] } = await client.send(new sdk.ListParentsCommand({ ChildId: at }));
    if (parent?.Id === undefined) return path;
    path.unshift(parent.Id);
    if (parent.Type === 'ROOT') {
      names.set(parent.Id, 'root');
      return path;
    }
    const unit = await client.send(new sdk.DescribeOrganizationalUnitCommand({ OrganizationalUnitId: parent.Id }));
    names.set(parent.Id, unit.OrganizationalUnit?.Name ?? parent.Id);
    at = parent.Id;
  }
}

/** In order of attachment, as AWS lists them. */
async function attachedPolicies(
  client: OrganizationsClient,
  nodeId: string,
  type: ManagementPolicyType,
  names: Map<string, string>,
): Promise<AttachedPolicy[]> {
  const sdk = await import('@aws-sdk/client-organizations');
  const filter: PolicyType = type;
  const policies: AttachedPolicy[] = [];
  for await (const page of sdk.paginateListPoliciesForTarget({ client }, { TargetId: nodeId, Filter: filter })) {
    for (const { Id: id = '', Name: name = id } of page.Policies ?? []) {
      const { Policy: policy } = await client.send(new sdk.DescribePolicyCommand({ PolicyId: id }));
      const document = parsePolicy(policy?.Content ?? '{}');
      if (document) policies.push({ id, document });
      names.set(id, name);
    }
  }
  return policies;
}
