/**
 * What is missing in a Holdfast organization that a snapshot has, as steps in the order in which they can be taken.
 *
 * Pure. The same is found again by what people recognize, since ids differ: units by their place and name, accounts by
 * e-mail address (without one, by name), policies by type and name. What the organization has beyond the snapshot is
 * left alone; only the order of a target's policies is made right, by attaching them anew.
 * Not here: taking the steps (the command `holdfast org import`, a reset of test mode).
 */
import type { PolicyType } from '../policy-types.ts';
import type {
  OrganizationSnapshot,
  SnapshotAccount,
  SnapshotAttachments,
  SnapshotPolicy,
  SnapshotUnit,
} from './snapshot.ts';

/** Ids are those of the snapshot. */
export type ImportStep = Readonly<
  | { kind: 'make-organization' }
  | { kind: 'enable-type'; type: PolicyType }
  | { kind: 'make-unit'; unit: SnapshotUnit }
  | { kind: 'make-account'; account: SnapshotAccount; email: string }
  | { kind: 'move-account'; accountId: string; parentId: string }
  | { kind: 'make-policy'; policy: SnapshotPolicy }
  | { kind: 'change-policy'; policy: SnapshotPolicy }
  | { kind: 'detach'; policyId: string; targetId: string }
  | { kind: 'attach'; policyId: string; targetId: string }
>;

export interface ImportPlan {
  readonly steps: readonly ImportStep[];
  /** The organization's ids by the snapshot's, as far as both have it already. */
  readonly ids: ReadonlyMap<string, string>;
  /** What will not be as in the snapshot, one sentence each. */
  readonly notes: readonly string[];
}

/** A new organization with all features has this type enabled. */
const ENABLED_AT_FIRST: readonly PolicyType[] = ['SERVICE_CONTROL_POLICY'];

/** Nothing at all: the server has no organization yet. */
export type Existing = OrganizationSnapshot | undefined;

export function importPlan(wanted: OrganizationSnapshot, existing: Existing): ImportPlan {
  const accounts = wanted.accounts.filter(isOpen);
  const ids = correspondence({ ...wanted, accounts }, existing);
  const types = wanted.root.policyTypes ?? attachedTypes(wanted);
  const enabled = new Set(existing?.root.policyTypes ?? ENABLED_AT_FIRST);
  const steps: ImportStep[] = [
    ...(existing ? [] : [{ kind: 'make-organization' as const }]),
    ...types.filter((type) => !enabled.has(type)).map((type) => ({ kind: 'enable-type' as const, type })),
    ...parentsFirst(wanted)
      .filter(({ id }) => !ids.has(id))
      .map((unit) => ({ kind: 'make-unit' as const, unit })),
    ...accounts.flatMap((account) => accountSteps(account, wanted, existing, ids)),
    ...wanted.policies.flatMap((policy) => policySteps(policy, existing, ids)),
    ...wanted.attachments
      .filter(({ targetId }) => wanted.accounts.every((account) => account.id !== targetId || isOpen(account)))
      .flatMap((attachments) => attachmentSteps(attachments, wanted, existing, ids)),
  ];
  return { steps, ids, notes: notesOf(wanted, ids) };
}

/** Closed accounts keep their place in an organization for a while; there is no making one. */
function isOpen({ state = 'ACTIVE' }: SnapshotAccount): boolean {
  return state === 'ACTIVE';
}

function attachedTypes({ policies, attachments }: OrganizationSnapshot): PolicyType[] {
  const attached = new Set(attachments.flatMap(({ policyIds }) => policyIds));
  return [...new Set(policies.filter(({ id }) => attached.has(id)).map(({ type }) => type))];
}

/** A parent's place in the list is before its children's. */
function parentsFirst({ root, organizationalUnits }: OrganizationSnapshot): SnapshotUnit[] {
  const byParent = Map.groupBy(organizationalUnits, ({ parentId }) => parentId);
  const sorted: SnapshotUnit[] = [...(byParent.get(root.id) ?? [])];
  for (const { id } of sorted) sorted.push(...(byParent.get(id) ?? []));
  return sorted;
}

function correspondence(wanted: OrganizationSnapshot, existing: Existing): Map<string, string> {
  const ids = new Map<string, string>();
  if (!existing) return ids;
  ids.set(wanted.root.id, existing.root.id);
  for (const unit of parentsFirst(wanted)) {
    const parentId = ids.get(unit.parentId);
    const same = existing.organizationalUnits.find((one) => one.parentId === parentId && one.name === unit.name);
    if (same) ids.set(unit.id, same.id);
  }
  for (const account of wanted.accounts) {
    const same =
      account.id === wanted.managementAccountId
        ? existing.managementAccountId
        : existing.accounts.find((one) => isSameAccount(one, account, existing))?.id;
    if (same !== undefined) ids.set(account.id, same);
  }
  for (const policy of wanted.policies) {
    const same = existing.policies.find((one) => one.type === policy.type && one.name === policy.name);
    if (same) ids.set(policy.id, same.id);
  }
  return ids;
}

function isSameAccount(one: SnapshotAccount, other: SnapshotAccount, { managementAccountId }: OrganizationSnapshot) {
  if (one.id === managementAccountId || !isOpen(one)) return false;
  return one.email?.toLowerCase() === emailOf(other).toLowerCase();
}

/** Holdfast needs an address that no other account has, and sends nothing to it. */
function emailOf({ id, email }: SnapshotAccount): string {
  return email ?? `account-${id}@imported.invalid`;
}

function accountSteps(
  account: SnapshotAccount,
  wanted: OrganizationSnapshot,
  existing: Existing,
  ids: ReadonlyMap<string, string>,
): ImportStep[] {
  const isManagement = account.id === wanted.managementAccountId;
  const there = existing?.accounts.find(({ id }) => id === ids.get(account.id));
  // New accounts, and the management account of a new organization, are under the root.
  const parentId = there ? there.parentId : (ids.get(wanted.root.id) ?? wanted.root.id);
  const wantedParent = ids.get(account.parentId) ?? account.parentId;
  const isMade = there !== undefined || isManagement;
  return [
    ...(isMade ? [] : [{ kind: 'make-account' as const, account, email: emailOf(account) }]),
    ...(parentId === wantedParent
      ? []
      : [{ kind: 'move-account' as const, accountId: account.id, parentId: account.parentId }]),
  ];
}

function policySteps(policy: SnapshotPolicy, existing: Existing, ids: ReadonlyMap<string, string>): ImportStep[] {
  if (policy.awsManaged) return [];
  const there = existing?.policies.find(({ id }) => id === ids.get(policy.id));
  if (!there) return [{ kind: 'make-policy', policy }];
  return there.content === policy.content ? [] : [{ kind: 'change-policy', policy }];
}

/** What is attached comes last: the policies from the first one that is not in its place on are attached again. */
function attachmentSteps(
  { targetId, policyIds }: SnapshotAttachments,
  wanted: OrganizationSnapshot,
  existing: Existing,
  ids: ReadonlyMap<string, string>,
): ImportStep[] {
  const there = existing?.attachments.find((one) => one.targetId === ids.get(targetId))?.policyIds ?? [];
  const byType = Map.groupBy(
    policyIds.flatMap((id) => wanted.policies.find((policy) => policy.id === id && !policy.awsManaged) ?? []),
    ({ type }) => type,
  );
  return [...byType.values()].flatMap((policies) => {
    let last = -1;
    const isInPlace = ({ id }: SnapshotPolicy): boolean => {
      const at = there.indexOf(ids.get(id) ?? '');
      if (at <= last) return false;
      last = at;
      return true;
    };
    const firstMisplaced = policies.findIndex((policy) => !isInPlace(policy));
    const anew = firstMisplaced === -1 ? [] : policies.slice(firstMisplaced);
    return [
      ...anew
        .filter(({ id }) => there.includes(ids.get(id) ?? ''))
        .map(({ id }) => ({ kind: 'detach' as const, policyId: id, targetId })),
      ...anew.map(({ id }) => ({ kind: 'attach' as const, policyId: id, targetId })),
    ];
  });
}

function notesOf(wanted: OrganizationSnapshot, ids: ReadonlyMap<string, string>): string[] {
  const closed = wanted.accounts.filter((account) => !isOpen(account));
  const named = wanted.policies.flatMap(({ name, content }) => {
    const others = new Set([...content.matchAll(/(?<!\d)\d{12}(?!\d)/g)].map(([id]) => id));
    const moved = wanted.accounts.filter(({ id }) => others.has(id) && ids.get(id) !== id);
    return moved.map(({ id }) => `Policy ${name} names account ${id}, which has another id here.`);
  });
  return [
    ...closed.map(({ name, state = '' }) => `Account ${name} is left out: it is ${state}.`),
    ...wanted.attachments
      .filter(({ order }) => order === 'unknown')
      .map(({ targetId }) => `The order of the policies at ${targetId} is not known: they are attached as listed.`),
    ...named,
  ];
}
