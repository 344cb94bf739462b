/**
 * What policies and nodes of a snapshot are called. Made once for each snapshot.
 */
import type { OrganizationSnapshot } from './snapshot.ts';

export interface Names {
  /** The id itself for an unknown policy. */
  policy(id: string): string;
  /** The id itself for an unknown node. */
  node(id: string): string;
  kind(nodeId: string): 'root' | 'unit' | 'account';
  /** Whether the order of what is attached to a node is that of attachment. */
  isOrderKnown(nodeId: string): boolean;
}

const KNOWN = new WeakMap<OrganizationSnapshot, Names>();

export function namesOf(snapshot: OrganizationSnapshot): Names {
  let names = KNOWN.get(snapshot);
  if (!names) {
    names = makeNames(snapshot);
    KNOWN.set(snapshot, names);
  }
  return names;
}

function makeNames({ root, organizationalUnits, accounts, policies, attachments }: OrganizationSnapshot): Names {
  const policyNames = new Map(policies.map(({ id, name }) => [id, name]));
  const units = new Map(organizationalUnits.map(({ id, name }) => [id, name]));
  const accountNames = new Map(accounts.map(({ id, name }) => [id, name]));
  const unordered = new Set(
    attachments.flatMap(({ targetId, policyIds, order }) =>
      order === 'unknown' && policyIds.length > 1 ? [targetId] : [],
    ),
  );
  return {
    policy: (id) => policyNames.get(id) ?? id,
    node: (id) => (id === root.id ? (root.name ?? 'Root') : (units.get(id) ?? accountNames.get(id) ?? id)),
    kind: (id) => {
      if (id === root.id) return 'root';
      return units.has(id) ? 'unit' : 'account';
    },
    isOrderKnown: (id) => !unordered.has(id),
  };
}
