/**
 * The tree of an organization, level by level, over the API: root, units, accounts.
 *
 * Not here: policies and what they are attached to (read-policies.ts).
 */
import type { Account, OrganizationalUnit, OrganizationsClient, Root } from '@aws-sdk/client-organizations';
import type { SnapshotAccount, SnapshotUnit } from '@holdfast/policy';
import { Failure } from '../output/failure.ts';
import type { TellProgress } from './read-progress.ts';
import { sideBySide } from './side-by-side.ts';

/** What reading needs besides the client. */
export interface Reading {
  readonly client: OrganizationsClient;
  readonly tell: TellProgress;
}

export interface ReadTree {
  readonly units: readonly SnapshotUnit[];
  readonly accounts: readonly SnapshotAccount[];
}

export const CALLS_AT_ONCE = 4;

export async function readRoot({ client }: Reading): Promise<Root & { readonly Id: string }> {
  const { paginateListRoots } = await import('@aws-sdk/client-organizations');
  for await (const { Roots: [root] = [] } of paginateListRoots({ client }, {})) {
    if (root?.Id !== undefined) return { ...root, Id: root.Id };
  }
  throw new Failure('The organization has no root that these credentials may see.', {
    advice: 'Use credentials of the management account or of a delegated administrator.',
  });
}

export async function readTree(reading: Reading, rootId: string): Promise<ReadTree> {
  const units: SnapshotUnit[] = [];
  const accounts: SnapshotAccount[] = [];
  for (let level: readonly string[] = [rootId]; level.length > 0; ) {
    const found = await sideBySide(level, CALLS_AT_ONCE, async (parentId) => {
      const children = { units: await unitsOf(reading, parentId), accounts: await accountsOf(reading, parentId) };
      units.push(...children.units);
      accounts.push(...children.accounts);
      reading.tell({ units: units.length, accounts: accounts.length });
      return children.units;
    });
    level = found.flat().map(({ id }) => id);
  }
  return { units: sortedById(units), accounts: sortedById(accounts) };
}

/** Answers come in any order; a file that is read twice should differ only where the organization does. */
function sortedById<Item extends { readonly id: string }>(items: readonly Item[]): Item[] {
  return items.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

async function unitsOf({ client }: Reading, parentId: string): Promise<SnapshotUnit[]> {
  const { paginateListOrganizationalUnitsForParent } = await import('@aws-sdk/client-organizations');
  const units: OrganizationalUnit[] = [];
  for await (const page of paginateListOrganizationalUnitsForParent({ client }, { ParentId: parentId })) {
    units.push(...(page.OrganizationalUnits ?? []));
  }
  return units.map(({ Id: id = '', Name: name = id }) => ({ id, name, parentId }));
}

async function accountsOf({ client }: Reading, parentId: string): Promise<SnapshotAccount[]> {
  const { paginateListAccountsForParent } = await import('@aws-sdk/client-organizations');
  const accounts: Account[] = [];
  for await (const page of paginateListAccountsForParent({ client }, { ParentId: parentId })) {
    accounts.push(...(page.Accounts ?? []));
  }
  return accounts.map(({ Id: id = '', Name: name, Email: email, Status: status, State: state }) => ({
    id,
    name: name || id,
    parentId,
    ...(email === undefined ? {} : { email }),
    ...((state ?? status) ? { state: state ?? status ?? '' } : {}),
  }));
}
