/**
 * A snapshot of a living organization, read with List* and Describe* calls alone (read-permissions.ts).
 *
 * The organization may change while it is read: a policy that was attached in between shows up or not. Nothing is
 * locked. What the API cannot tell stands in the snapshot's notes. Vaults, roles and resources are in the accounts, not
 * in the organization's own API, and are not read.
 */
import { type Clock, isoTime } from '@holdfast/kernel';
import {
  isManagementPolicyType,
  isPolicyType,
  type OrganizationSnapshot,
  POLICY_TYPES,
  type PolicyType,
  SNAPSHOT_FORMAT,
  SNAPSHOT_VERSION,
  type Tags,
} from '@holdfast/policy';
import type { OrganizationSource } from './organization-source.ts';
import { readPolicies } from './read-policies.ts';
import type { TellProgress } from './read-progress.ts';
import { CALLS_AT_ONCE, type Reading, readRoot, readTree } from './read-tree.ts';
import { sideBySide } from './side-by-side.ts';

export interface ReadOptions {
  /** Default: the management policy types that are enabled on the root. */
  readonly types?: readonly PolicyType[];
  /** One call more for each unit, account and policy. */
  readonly tags?: boolean;
}

export async function readOrganization(
  { client, endpoint, isHoldfast }: OrganizationSource,
  options: ReadOptions,
  { clock, tell }: { readonly clock: Clock; readonly tell: TellProgress },
): Promise<OrganizationSnapshot> {
  const { DescribeOrganizationCommand } = await import('@aws-sdk/client-organizations');
  const reading: Reading = { client, tell };
  const readAt = isoTime(clock.now());
  const { Organization: organization } = await client.send(new DescribeOrganizationCommand({}));
  const { Id: organizationId = '', MasterAccountId: managementAccountId } = organization ?? {};
  const root = await readRoot(reading);
  const enabled = (root.PolicyTypes ?? []).flatMap(({ Type: type = '', Status: status }) =>
    isPolicyType(type) && status !== 'PENDING_DISABLE' ? [type] : [],
  );
  const types = options.types ?? enabled.filter(isManagementPolicyType);
  const { units, accounts } = await readTree(reading, root.Id);
  const { policies, attachments } = await readPolicies(reading, { types, listsInOrder: isHoldfast });
  const isOrderUnknown = attachments.some(({ order }) => order === 'unknown');
  const snapshot: OrganizationSnapshot = {
    format: SNAPSHOT_FORMAT,
    version: SNAPSHOT_VERSION,
    source: {
      readAt,
      ...(endpoint === undefined ? {} : { endpoint }),
      notes: notesOf({ types, isOrderUnknown, hasTags: options.tags === true }),
    },
    organizationId,
    ...(managementAccountId === undefined ? {} : { managementAccountId }),
    root: { id: root.Id, ...(root.Name ? { name: root.Name } : {}), policyTypes: enabled },
    organizationalUnits: units,
    accounts,
    policies,
    attachments,
  };
  return options.tags ? withTags(reading, snapshot) : snapshot;
}

interface Told {
  readonly types: readonly PolicyType[];
  readonly isOrderUnknown: boolean;
  readonly hasTags: boolean;
}

function notesOf({ types, isOrderUnknown, hasTags }: Told): string[] {
  const unread = Object.keys(POLICY_TYPES).length - types.length;
  return [
    `Policies of these types were read: ${types.join(', ') || 'none'}${unread > 0 ? '; of other types none' : ''}.`,
    ...(isOrderUnknown
      ? [
          "AWS's API does not tell in which order policies were attached. Where several policies of one type are attached to the same target, they stand here as the API listed them, marked with order: unknown. When two of them assign the same setting, the one attached first wins; if you know that order, put them into it and write order: attachment.",
        ]
      : []),
    ...(hasTags ? [] : ['Tags were not read.']),
    'Vaults, roles and resources were not read: they are in the accounts.',
  ];
}

/** Tags of the root, units, accounts and policies; those that AWS manages have none. */
async function withTags({ client }: Reading, snapshot: OrganizationSnapshot): Promise<OrganizationSnapshot> {
  const { paginateListTagsForResource } = await import('@aws-sdk/client-organizations');
  const tagged = async <Item extends { readonly id: string }>(item: Item): Promise<Item & { tags?: Tags }> => {
    const tags: (readonly [key: string, value: string])[] = [];
    for await (const page of paginateListTagsForResource({ client }, { ResourceId: item.id })) {
      tags.push(...(page.Tags ?? []).map(({ Key: key = '', Value: value = '' }) => [key, value] as const));
    }
    return tags.length === 0 ? item : { ...item, tags: Object.fromEntries(tags) };
  };
  const all = <Item extends { readonly id: string }>(items: readonly Item[]): Promise<(Item & { tags?: Tags })[]> =>
    sideBySide(items, CALLS_AT_ONCE, tagged);
  return {
    ...snapshot,
    root: await tagged(snapshot.root),
    organizationalUnits: await all(snapshot.organizationalUnits),
    accounts: await all(snapshot.accounts),
    policies: await sideBySide(snapshot.policies, CALLS_AT_ONCE, (policy) =>
      policy.awsManaged ? Promise.resolve(policy) : tagged(policy),
    ),
  };
}
