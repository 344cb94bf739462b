/** Readable paths of many units and accounts: the tree is indexed once, then each costs its depth. */
import type { OrganizationSnapshot } from '@holdfast/policy';

const ROOT_NAME = 'Root';

/** `Root/Production/shop`; the id itself for an unknown one. */
export function nodePathsOf({ root, organizationalUnits, accounts }: OrganizationSnapshot): (id: string) => string {
  const nodes = new Map<string, { readonly name: string; readonly parentId?: string }>([
    [root.id, { name: root.name ?? ROOT_NAME }],
    ...[...organizationalUnits, ...accounts].map((node) => [node.id, node] as const),
  ]);
  return (id) => {
    const names: string[] = [];
    for (let at = nodes.get(id); at; at = at.parentId === undefined ? undefined : nodes.get(at.parentId)) {
      names.unshift(at.name);
    }
    return names.length === 0 ? id : names.join('/');
  };
}
