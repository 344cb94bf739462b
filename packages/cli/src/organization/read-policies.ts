/**
 * The policies of an organization and where each is attached, over the API.
 *
 * Attachments are asked for by policy: there are fewer policies than accounts. Only where several policies of a type
 * hang on one target is the target asked as well, because there their order matters.
 */
import type { PolicySummary } from '@aws-sdk/client-organizations';
import type { PolicyType, SnapshotAttachments, SnapshotPolicy } from '@holdfast/policy';
import { CALLS_AT_ONCE, type Reading } from './read-tree.ts';
import { sideBySide } from './side-by-side.ts';

export interface ReadPolicies {
  readonly policies: readonly SnapshotPolicy[];
  readonly attachments: readonly SnapshotAttachments[];
}

export interface PolicyQuery {
  readonly types: readonly PolicyType[];
  /** The endpoint lists a target's policies in the order in which they were attached. */
  readonly listsInOrder: boolean;
}

interface ReadPolicy extends SnapshotPolicy {
  readonly targetIds: readonly string[];
}

export async function readPolicies(reading: Reading, { types, listsInOrder }: PolicyQuery): Promise<ReadPolicies> {
  const listed = await sideBySide(types, CALLS_AT_ONCE, (type) => listedPolicies(reading, type));
  const summaries = listed.flat();
  let read = 0;
  reading.tell({ policies: read, policiesKnown: summaries.length });
  const policies = await sideBySide(summaries, CALLS_AT_ONCE, async ({ summary, type }) => {
    const policy = await readPolicy(reading, summary, type);
    reading.tell({ policies: ++read });
    return policy;
  });
  policies.sort((one, other) => (one.id < other.id ? -1 : 1));
  return {
    policies: policies.map(({ targetIds: _, ...policy }) => policy),
    attachments: await attachmentsOf(reading, policies, listsInOrder),
  };
}

interface Listed {
  readonly summary: PolicySummary;
  readonly type: PolicyType;
}

async function listedPolicies({ client }: Reading, type: PolicyType): Promise<Listed[]> {
  const { paginateListPolicies } = await import('@aws-sdk/client-organizations');
  const listed: Listed[] = [];
  for await (const { Policies: page = [] } of paginateListPolicies({ client }, { Filter: type })) {
    listed.push(...page.map((summary) => ({ summary, type })));
  }
  return listed;
}

async function readPolicy(reading: Reading, summary: PolicySummary, type: PolicyType): Promise<ReadPolicy> {
  const { DescribePolicyCommand } = await import('@aws-sdk/client-organizations');
  const { Id: id = '', Name: name, Description: description, AwsManaged: awsManaged } = summary;
  const { Policy: policy } = await reading.client.send(new DescribePolicyCommand({ PolicyId: id }));
  return {
    id,
    name: name || id,
    type,
    ...(description ? { description } : {}),
    ...(awsManaged ? { awsManaged } : {}),
    content: policy?.Content ?? '',
    targetIds: await targetsOf(reading, id),
  };
}

async function targetsOf({ client }: Reading, policyId: string): Promise<string[]> {
  const { paginateListTargetsForPolicy } = await import('@aws-sdk/client-organizations');
  const ids: string[] = [];
  for await (const { Targets: page = [] } of paginateListTargetsForPolicy({ client }, { PolicyId: policyId })) {
    ids.push(...page.flatMap(({ TargetId: id }) => id ?? []));
  }
  return ids;
}

async function attachmentsOf(
  reading: Reading,
  policies: readonly ReadPolicy[],
  listsInOrder: boolean,
): Promise<SnapshotAttachments[]> {
  const byTarget = Map.groupBy(
    policies.flatMap((policy) => policy.targetIds.map((targetId) => ({ targetId, policy }))),
    ({ targetId }) => targetId,
  );
  const targets = [...byTarget].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return sideBySide(targets, CALLS_AT_ONCE, async ([targetId, attached]) => {
    const byType = Map.groupBy(attached, ({ policy }) => policy.type);
    const lists = await sideBySide([...byType], 1, async ([type, some]) =>
      some.length === 1 ? some.map(({ policy }) => policy.id) : await listedAt(reading, targetId, type),
    );
    const isKnown = listsInOrder || lists.every((list) => list.length === 1);
    return { targetId, policyIds: lists.flat(), order: isKnown ? 'attachment' : 'unknown' };
  });
}

/** In the endpoint's order. */
async function listedAt({ client }: Reading, targetId: string, type: PolicyType): Promise<string[]> {
  const { paginateListPoliciesForTarget } = await import('@aws-sdk/client-organizations');
  const ids: string[] = [];
  for await (const page of paginateListPoliciesForTarget({ client }, { TargetId: targetId, Filter: type })) {
    ids.push(...(page.Policies ?? []).flatMap(({ Id: id }) => id ?? []));
  }
  return ids;
}
