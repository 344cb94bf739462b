/**
 * What an account's effective policy must be, worked out from scratch from what the API shows: no cache, no queue, no
 * SQL.
 */
import type { Parent, PolicySummary } from '@aws-sdk/client-organizations';
import { present, systemClock } from '@holdfast/kernel';
import {
  effectivePolicy,
  type Level,
  type ManagementPolicyType,
  mergeLevels,
  parsePolicy,
  writeEffective,
} from '@holdfast/policy';
import { send, type TestOrganization, text } from '../../packages/server/src/testing/organization.ts';

export async function plainEffective(
  org: TestOrganization,
  accountId: string,
  type: ManagementPolicyType,
): Promise<string> {
  const levels: Level[] = [];
  for (let nodeId: string | undefined = accountId; nodeId !== undefined; nodeId = await parentOf(org, nodeId)) {
    levels.unshift(await levelOf(org, nodeId, type));
  }
  const { document, errors } = effectivePolicy(type, mergeLevels(levels), systemClock.now());
  if (errors.length > 0) throw new Error('A plain merge with faults says nothing about what is in force');
  return writeEffective(document);
}

async function levelOf(org: TestOrganization, nodeId: string, type: ManagementPolicyType): Promise<Level> {
  const answer = await send(org.client, 'ListPoliciesForTarget', { TargetId: nodeId, Filter: type });
  const { Policies } = answer as { Policies: PolicySummary[] };
  const policies = [];
  for (const { Id = '' } of Policies) {
    const { Policy } = (await send(org.client, 'DescribePolicy', { PolicyId: Id })) as { Policy: { Content: string } };
    policies.push({ id: Id, document: present(parsePolicy(Policy.Content), Id) });
  }
  return { nodeId, policies };
}

async function parentOf(org: TestOrganization, nodeId: string): Promise<string | undefined> {
  if (nodeId === org.rootId) return undefined;
  const { Parents } = (await send(org.client, 'ListParents', { ChildId: nodeId })) as { Parents: Parent[] };
  return text(Parents[0]?.Id);
}
