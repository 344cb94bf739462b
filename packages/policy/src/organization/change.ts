/**
 * Changes to an organization, as a person plans them, applied to a snapshot.
 *
 * Pure: a snapshot in, a snapshot out, the old one untouched and shared as far as possible.
 * Not here: what follows from a change (evaluate-organization.ts, diff/).
 * Source: organizations spec 3 (limits), 4.2 (order of attachment).
 */
import { unreachable } from '@holdfast/kernel';
import { POLICY_TYPES, type PolicyType } from '../policy-types.ts';
import { findPolicy, findTarget } from './find.ts';
import type { OrganizationSnapshot, SnapshotPolicy } from './snapshot.ts';

/**
 * Policies and targets are named by id, or by name if only one has it; units and accounts also by a path of names such
 * as `Root/Workloads/Prod`.
 */
export type Change = Readonly<
  | { kind: 'set-policy'; policy: string; content: string }
  /** Gets the id `new:NAME`, and comes attached to nothing. */
  | { kind: 'new-policy'; name: string; type: PolicyType; content: string }
  /** Comes last among the target's policies of the type. */
  | { kind: 'attach'; policy: string; target: string }
  | { kind: 'detach'; policy: string; target: string }
  | { kind: 'move'; account: string; parent: string }
>;

export type ChangeResult = Readonly<{ ok: true; snapshot: OrganizationSnapshot } | ChangeRefused>;

export interface ChangeRefused {
  readonly ok: false;
  readonly change: Change;
  /** One sentence for the person who wrote the change. */
  readonly problem: string;
}

/** One after another, each seeing what those before it did; stops at the first that does not work. */
export function applyChanges(snapshot: OrganizationSnapshot, changes: readonly Change[]): ChangeResult {
  let result: ChangeResult = { ok: true, snapshot };
  for (const change of changes) {
    if (!result.ok) break;
    result = applyChange(result.snapshot, change);
  }
  return result;
}

export function applyChange(snapshot: OrganizationSnapshot, change: Change): ChangeResult {
  const outcome = outcomeOf(snapshot, change);
  return typeof outcome === 'string' ? { ok: false, change, problem: outcome } : { ok: true, snapshot: outcome };
}

/** The new snapshot, or what is wrong with the change. */
function outcomeOf(snapshot: OrganizationSnapshot, change: Change): OrganizationSnapshot | string {
  switch (change.kind) {
    case 'set-policy':
      return setPolicy(snapshot, change.policy, change.content);
    case 'new-policy':
      return newPolicy(snapshot, change);
    case 'attach':
      return attach(snapshot, change.policy, change.target);
    case 'detach':
      return detach(snapshot, change.policy, change.target);
    case 'move':
      return move(snapshot, change.account, change.parent);
    default:
      return unreachable(change);
  }
}

function setPolicy(snapshot: OrganizationSnapshot, text: string, content: string): OrganizationSnapshot | string {
  const policy = findPolicy(snapshot, text);
  if (!policy.ok) return policy.problem;
  if (policy.found.awsManaged) return `${policy.found.name} is managed by AWS and cannot be changed`;
  const index = snapshot.policies.indexOf(policy.found);
  return { ...snapshot, policies: snapshot.policies.with(index, { ...policy.found, content }) };
}

function newPolicy(
  snapshot: OrganizationSnapshot,
  { name, type, content }: { readonly name: string; readonly type: PolicyType; readonly content: string },
): OrganizationSnapshot | string {
  if (snapshot.policies.some((policy) => policy.name === name && policy.type === type)) {
    return `There is a ${type} named ${JSON.stringify(name)} already`;
  }
  const id = `new:${name}`;
  if (snapshot.policies.some((policy) => policy.id === id)) return `There is a new policy of this name already`;
  const sameType = snapshot.policies.filter((policy) => policy.type === type).length;
  if (sameType >= POLICY_TYPES[type].policiesMax) {
    return `An organization has at most ${POLICY_TYPES[type].policiesMax} policies of type ${type}`;
  }
  return { ...snapshot, policies: [...snapshot.policies, { id, name, type, content }] };
}

function attach(snapshot: OrganizationSnapshot, text: string, targetText: string): OrganizationSnapshot | string {
  const policy = findPolicy(snapshot, text);
  if (!policy.ok) return policy.problem;
  const target = findTarget(snapshot, targetText);
  if (!target.ok) return target.problem;
  const { id, type, name } = policy.found;
  const policyIds = attachedTo(snapshot, target.found.id);
  if (policyIds.includes(id)) return `${name} is attached to ${target.found.name} already`;
  const sameType = policiesById(snapshot, policyIds).filter((other) => other.type === type).length;
  if (sameType >= POLICY_TYPES[type].attachedMax) {
    return `${target.found.name} has ${sameType} policies of type ${type} attached, which is the most there may be`;
  }
  return withAttached(snapshot, target.found.id, [...policyIds, id]);
}

function detach(snapshot: OrganizationSnapshot, text: string, targetText: string): OrganizationSnapshot | string {
  const policy = findPolicy(snapshot, text);
  if (!policy.ok) return policy.problem;
  const target = findTarget(snapshot, targetText);
  if (!target.ok) return target.problem;
  const policyIds = attachedTo(snapshot, target.found.id);
  if (!policyIds.includes(policy.found.id)) return `${policy.found.name} is not attached to ${target.found.name}`;
  return withAttached(
    snapshot,
    target.found.id,
    policyIds.filter((id) => id !== policy.found.id),
  );
}

function move(snapshot: OrganizationSnapshot, accountText: string, parentText: string): OrganizationSnapshot | string {
  const account = findTarget(snapshot, accountText);
  if (!account.ok) return account.problem;
  const parent = findTarget(snapshot, parentText);
  if (!parent.ok) return parent.problem;
  if (account.found.kind !== 'account') return `${account.found.name} is no account: only accounts can be moved`;
  if (parent.found.kind === 'account') return `${parent.found.name} is an account and cannot hold another`;
  const index = snapshot.accounts.findIndex(({ id }) => id === account.found.id);
  const moved = snapshot.accounts[index];
  if (!moved) return `There is no account ${accountText}`;
  if (moved.parentId === parent.found.id) return `${moved.name} is in ${parent.found.name} already`;
  return { ...snapshot, accounts: snapshot.accounts.with(index, { ...moved, parentId: parent.found.id }) };
}

function attachedTo({ attachments }: OrganizationSnapshot, targetId: string): readonly string[] {
  return attachments.find((one) => one.targetId === targetId)?.policyIds ?? [];
}

function policiesById({ policies }: OrganizationSnapshot, ids: readonly string[]): readonly SnapshotPolicy[] {
  return policies.filter(({ id }) => ids.includes(id));
}

/** The order of what was there stays as well known as it was; what comes last is known. */
function withAttached(
  snapshot: OrganizationSnapshot,
  targetId: string,
  policyIds: readonly string[],
): OrganizationSnapshot {
  const { attachments } = snapshot;
  const index = attachments.findIndex((one) => one.targetId === targetId);
  const before = attachments[index];
  if (!before) return { ...snapshot, attachments: [...attachments, { targetId, policyIds, order: 'attachment' }] };
  return { ...snapshot, attachments: attachments.with(index, { ...before, policyIds }) };
}
