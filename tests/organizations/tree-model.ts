/**
 * The tree as a few maps: what an organization must look like after any sequence of calls. Slow, plain, obviously
 * right.
 */

export interface TreeModel {
  readonly rootId: string;
  /** Units by id. */
  readonly units: Map<string, { name: string; readonly parentId: string }>;
  /** Parents of accounts. */
  readonly accounts: Map<string, string>;
  /** Policies by target, in order of attachment. */
  readonly attached: Map<string, string[]>;
}

export function nodesOf({ rootId, units }: TreeModel): string[] {
  return [rootId, ...units.keys()];
}

export function targetsOf(model: TreeModel): string[] {
  return [...nodesOf(model), ...model.accounts.keys()];
}

export function unitsUnder({ units }: TreeModel, parentId: string): string[] {
  return [...units].filter(([, unit]) => unit.parentId === parentId).map(([id]) => id);
}

export function accountsUnder({ accounts }: TreeModel, parentId: string): string[] {
  return [...accounts].filter(([, parent]) => parent === parentId).map(([id]) => id);
}

export function isTaken(model: TreeModel, parentId: string, name: string, own?: string): boolean {
  return unitsUnder(model, parentId).some((id) => id !== own && model.units.get(id)?.name === name);
}

export function depthOf(model: TreeModel, id: string): number {
  const unit = model.units.get(id);
  return unit ? 1 + depthOf(model, unit.parentId) : 0;
}

/** `r-…/ou-…/`, from the root down to the node. */
export function pathOf(model: TreeModel, id: string): string {
  const parent = model.units.get(id)?.parentId ?? model.accounts.get(id);
  return parent === undefined ? `${id}/` : `${pathOf(model, parent)}${id}/`;
}
