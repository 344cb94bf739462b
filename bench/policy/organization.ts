/**
 * A large organization made from a seed: the same for everyone who measures.
 *
 * The root defines twelve platform plans. Half of what other policies say adjusts these (a schedule, a retention,
 * Regions, a whole rule), the other half defines plans of teams, of which several policies share names. One setting in
 * ten is locked.
 */
import { seededRandom } from '@holdfast/kernel';
import type {
  OrganizationSnapshot,
  SnapshotAccount,
  SnapshotAttachments,
  SnapshotPolicy,
  SnapshotUnit,
} from '@holdfast/policy';
import { type Drawing, drawing } from './drawing.ts';
import { platformContent, teamContent } from './policy-content.ts';

export interface OrganizationSize {
  readonly accounts: number;
  /** Units of each depth, from the top. */
  readonly units: readonly number[];
  readonly policies: number;
  /** Characters of a policy, from and to. */
  readonly contentLength: readonly [number, number];
  /** Attached to the root, to each unit, and to each account that has any. */
  readonly attached: { readonly root: number; readonly unit: number; readonly account: number };
  /** One account in so many has policies of its own. */
  readonly accountsPerOwnPolicies: number;
}

export const LARGE: OrganizationSize = {
  accounts: 50_000,
  units: [8, 40, 200, 600, 1_152],
  policies: 1_000,
  contentLength: [500, 10_000],
  attached: { root: 4, unit: 3, account: 2 },
  accountsPerOwnPolicies: 10,
};

/** Attached to exactly ten accounts and nothing else. */
export const POLICY_OF_TEN_ACCOUNTS = 'p-ten';
/** These accounts have no policies but that one; they lie in different units. */
const TEN_ACCOUNTS_STEP = 10;
/** Attached to nothing. */
export const UNUSED_POLICY = 'p-unused';
const SPECIAL_POLICIES = 2;
export const ROOT_ID = 'r-root';

export function organizationOf(size: OrganizationSize, seed: number): OrganizationSnapshot {
  const draw = drawing(seededRandom(seed));
  const policies = policiesOf(size, draw);
  const units = unitsOf(size, draw);
  const accounts = accountsOf(size, units, draw);
  const platform = policies.slice(0, size.attached.root).map(({ id }) => id);
  const shared = policies.slice(size.attached.root + SPECIAL_POLICIES);
  const attach = (targetId: string, count: number): SnapshotAttachments => ({
    targetId,
    policyIds: [...new Set(Array.from({ length: count }, () => draw.one(shared).id))],
    order: 'attachment',
  });
  const withOwn = accounts.filter((_, index) => index % size.accountsPerOwnPolicies === 0);
  const ten = new Set(accounts.filter((_, index) => index % TEN_ACCOUNTS_STEP === 1).slice(0, 10));
  return {
    format: 'holdfast-org',
    version: 1,
    organizationId: 'o-bench00000',
    root: { id: ROOT_ID, name: 'Root' },
    organizationalUnits: units,
    accounts,
    policies,
    attachments: [
      { targetId: ROOT_ID, policyIds: platform, order: 'attachment' },
      ...units.map(({ id }) => attach(id, size.attached.unit)),
      ...withOwn.filter((account) => !ten.has(account)).map(({ id }) => attach(id, size.attached.account)),
      ...[...ten].map(({ id }) => ({
        targetId: id,
        policyIds: [POLICY_OF_TEN_ACCOUNTS],
        order: 'attachment' as const,
      })),
    ],
  };
}

function policiesOf(size: OrganizationSize, draw: Drawing): SnapshotPolicy[] {
  const [from, to] = size.contentLength;
  return Array.from({ length: size.policies }, (_, index) => {
    const special = [POLICY_OF_TEN_ACCOUNTS, UNUSED_POLICY][index - size.attached.root];
    const content =
      index < size.attached.root
        ? platformContent(index, size.attached.root, draw)
        : teamContent(special === undefined ? from + draw.below(to - from) : to, draw);
    return { id: special ?? `p-${index}`, name: `policy ${index}`, type: 'BACKUP_POLICY', content };
  });
}

function unitsOf({ units }: OrganizationSize, draw: Drawing): SnapshotUnit[] {
  const all: SnapshotUnit[] = [];
  let above: readonly string[] = [ROOT_ID];
  for (const [depth, count] of units.entries()) {
    const level = Array.from({ length: count }, (_, index) => ({
      id: `ou-${depth}-${index}`,
      name: `unit ${depth}.${index}`,
      parentId: depth === 0 ? ROOT_ID : draw.one(above),
    }));
    all.push(...level);
    above = level.map(({ id }) => id);
  }
  return all;
}

function accountsOf({ accounts }: OrganizationSize, units: readonly SnapshotUnit[], draw: Drawing): SnapshotAccount[] {
  return Array.from({ length: accounts }, (_, index) => ({
    id: String(100_000_000_000 + index),
    name: `account ${index}`,
    parentId: draw.one(units).id,
  }));
}
