/**
 * Finds what a person means by an id, a name or a path of names.
 */
import type { OrganizationSnapshot, SnapshotPolicy } from './snapshot.ts';

export type Found<T> = Readonly<{ ok: true; found: T } | { ok: false; problem: string }>;

export interface Target {
  readonly id: string;
  readonly kind: 'root' | 'unit' | 'account';
  readonly name: string;
  readonly parentId: string | undefined;
}

const SEPARATOR = '/';
const ROOT_NAME = 'Root';

export function findPolicy(snapshot: OrganizationSnapshot, text: string): Found<SnapshotPolicy> {
  const byId = snapshot.policies.find(({ id }) => id === text);
  if (byId) return { ok: true, found: byId };
  return only(
    snapshot.policies.filter(({ name }) => name === text),
    text,
    'policy',
  );
}

/** A root, unit or account by id, by name if it is the only one, or by a path such as `Root/Workloads/Prod`. */
export function findTarget(snapshot: OrganizationSnapshot, text: string): Found<Target> {
  const byId = targetById(snapshot, text);
  if (byId) return { ok: true, found: byId };
  const targets = targetsOf(snapshot);
  const named = targets.filter(({ name }) => name === text);
  if (named.length > 0 || !text.includes(SEPARATOR)) return only(named, text, 'root, unit or account');
  const paths = pathsOf(snapshot);
  return only(
    targets.filter(({ id }) => paths(id) === text),
    text,
    'root, unit or account',
  );
}

/** `Root/Workloads/Prod/payments`; the id itself for an unknown one. */
export function nodePath(snapshot: OrganizationSnapshot, id: string): string {
  return pathsOf(snapshot)(id);
}

function pathsOf(snapshot: OrganizationSnapshot): (id: string) => string {
  const byId = new Map(targetsOf(snapshot).map((target) => [target.id, target]));
  return (id) => {
    const names: string[] = [];
    // A file may hold a ring of units; nothing is longer than the list of all of them.
    for (let at = byId.get(id); at && names.length <= byId.size; at = byId.get(at.parentId ?? ''))
      names.unshift(at.name);
    return names.length === 0 ? id : names.join(SEPARATOR);
  };
}

/** Without making a list of all. */
function targetById({ root, organizationalUnits, accounts }: OrganizationSnapshot, text: string): Target | undefined {
  if (text === root.id) return rootTarget(root);
  const unit = organizationalUnits.find(({ id }) => id === text);
  if (unit) return { id: unit.id, kind: 'unit', name: unit.name, parentId: unit.parentId };
  const account = accounts.find(({ id }) => id === text);
  return account && { id: account.id, kind: 'account', name: account.name, parentId: account.parentId };
}

function rootTarget({ id, name }: OrganizationSnapshot['root']): Target {
  return { id, kind: 'root', name: name ?? ROOT_NAME, parentId: undefined };
}

function targetsOf({ root, organizationalUnits, accounts }: OrganizationSnapshot): readonly Target[] {
  return [
    rootTarget(root),
    ...organizationalUnits.map(({ id, name, parentId }) => ({ id, kind: 'unit' as const, name, parentId })),
    ...accounts.map(({ id, name, parentId }) => ({ id, kind: 'account' as const, name, parentId })),
  ];
}

function only<T extends { readonly id: string }>(candidates: readonly T[], text: string, what: string): Found<T> {
  const [found, second] = candidates;
  if (!found) return { ok: false, problem: `There is no ${what} ${JSON.stringify(text)}` };
  if (!second) return { ok: true, found };
  const ids = candidates.map(({ id }) => id).join(', ');
  return { ok: false, problem: `${JSON.stringify(text)} is the name of several: ${ids}` };
}
