/**
 * An organization's tree as numbered nodes: what must be evaluated again after a change is found without looking at the
 * rest.
 *
 * Parents have lower numbers than their children, so a loop over the numbers goes down the tree. Immutable; moving an
 * account copies two lists of siblings.
 */
import { present } from '@holdfast/kernel';
import type { OrganizationSnapshot } from './snapshot.ts';

export interface OrganizationTree {
  readonly ids: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  /** -1 for the root. */
  readonly parents: readonly number[];
  readonly children: readonly (readonly number[])[];
  /** Numbers from here on are accounts. */
  readonly firstAccount: number;
}

const NO_NODES: readonly number[] = [];

/** The snapshot must be consistent (`checkSnapshot`). */
export function treeOf({ root, organizationalUnits, accounts }: OrganizationSnapshot): OrganizationTree {
  const unitsByParent = Map.groupBy(organizationalUnits, ({ parentId }) => parentId);
  const ids: string[] = [root.id];
  const parents: number[] = [-1];
  for (let at = 0; at < ids.length; at++) {
    for (const { id } of unitsByParent.get(ids[at] ?? '') ?? []) {
      ids.push(id);
      parents.push(at);
    }
  }
  const firstAccount = ids.length;
  const indexOf = new Map(ids.map((id, index) => [id, index]));
  for (const { id, parentId } of accounts) {
    indexOf.set(id, ids.length);
    ids.push(id);
    parents.push(present(indexOf.get(parentId), `node ${parentId}`));
  }
  const children: number[][] = ids.map(() => []);
  for (const [index, parent] of parents.entries()) children[parent]?.push(index);
  return {
    ids,
    indexOf,
    parents,
    children: children.map((list) => (list.length === 0 ? NO_NODES : list)),
    firstAccount,
  };
}

export function withParent(tree: OrganizationTree, account: number, parent: number): OrganizationTree {
  const from = present(tree.parents[account], `parent of node ${account}`);
  const without = (tree.children[from] ?? NO_NODES).filter((index) => index !== account);
  return {
    ...tree,
    parents: tree.parents.with(account, parent),
    children: tree.children.with(from, without).with(parent, [...(tree.children[parent] ?? NO_NODES), account]),
  };
}
