/**
 * The effective policies of a whole organization, and the same again after a change.
 *
 * Everything that accounts have in common is computed once and shared: documents, merged states along the tree,
 * validation of plans. After a change only what lies below it is merged again. Nothing is ever modified: an evaluation
 * stays right while others are made from it.
 * Not here: how values came about (explain/), what a change means (diff/).
 * Source: organizations spec 4.2, 4.3, 6.2.
 */
import { type Instant, unreachable } from '@holdfast/kernel';
import { parsePolicy } from '../document/parse-policy.ts';
import type { PolicyDocument } from '../document/policy-document.ts';
import { type EffectivePolicy, type Judge, judgeOf } from '../effective/effective-policy.ts';
import { NONE, type Ref } from '../merge/arena.ts';
import { partOf } from '../merge/compile-policy.ts';
import { LevelMerge } from '../merge/level-merge.ts';
import type { AttachedPolicy, Level } from '../merge/merge-level.ts';
import { MergeMemory } from '../merge/merge-memory.ts';
import { type TracedNode, traceIn } from '../merge/trace-levels.ts';
import type { ManagementPolicyType } from '../policy-types.ts';
import { applyChange, type Change, type ChangeRefused } from './change.ts';
import { findPolicy, findTarget } from './find.ts';
import type { OrganizationSnapshot } from './snapshot.ts';
import { type OrganizationTree, treeOf, withParent } from './tree.ts';

export interface OrganizationEvaluation {
  readonly snapshot: OrganizationSnapshot;
  readonly type: ManagementPolicyType;
  /** The moment at which schedules are judged. */
  readonly now: Instant;
  readonly accountIds: readonly string[];
  /** Policies whose text does not follow the grammar; AWS would never have taken them. They count as empty. */
  readonly unreadable: readonly string[];
  /** Undefined for an unknown account. Accounts with the same state share the very same object. */
  policyOf(accountId: string): EffectivePolicy | undefined;
  /** From the root to the node itself, those without policies too; empty for an unknown node. */
  levelsOf(nodeId: string): readonly Level[];
  /** How what a node has came about; with a `path` of folded keys only what lies on it and below. */
  traceOf(nodeId: string, path?: readonly string[]): TracedNode;
  /** Roots, units and accounts that a policy is attached to. */
  targetsOf(policyId: string): readonly string[];
  /** Of a policy of the type; undefined if it cannot be read or is another type's. */
  documentOf(policyId: string): PolicyDocument | undefined;
}

/** The snapshot must be consistent, as `readSnapshot` gives it (or `checkSnapshot` finds it). */
export function evaluateOrganization(
  snapshot: OrganizationSnapshot,
  type: ManagementPolicyType,
  now: Instant,
): OrganizationEvaluation {
  const tree = treeOf(snapshot);
  const memory = new MergeMemory();
  const policies = policiesOf(snapshot, type, memory);
  const users: number[][] = policies.ids.map(() => []);
  const attached: (readonly number[])[] = tree.ids.map(() => NO_NUMBERS);
  for (const { targetId, policyIds } of snapshot.attachments) {
    const node = tree.indexOf.get(targetId);
    if (node === undefined) continue;
    const numbers: number[] = [];
    for (const id of policyIds) {
      const number = policies.numbers.get(id);
      if (number === undefined) continue;
      numbers.push(number);
      users[number]?.push(node);
    }
    if (numbers.length > 0) attached[node] = numbers;
  }
  const parts = {
    snapshot,
    type,
    now,
    tree,
    policies,
    users,
    attached,
    memory,
    states: new Int32Array(tree.ids.length),
    results: new Array<EffectivePolicy | undefined>(tree.ids.length).fill(undefined),
    judge: judgeOf(type, now),
  };
  evaluateAll(parts);
  return new Evaluation(parts);
}

/** Unit by unit with its accounts, so that what these have in common is still at hand for the next one. */
function evaluateAll(parts: Parts): void {
  const { tree, states } = parts;
  const merge = new LevelMerge(parts.memory);
  for (let node = 0; node < tree.firstAccount; node++) {
    // Parents have lower numbers than their children.
    states[node] = merge.merge(stateAbove(parts, node), partsAt(parts, node));
    for (const child of tree.children[node] ?? NO_NUMBERS) {
      if (child < tree.firstAccount) continue;
      states[child] = merge.merge(states[node] ?? NONE, partsAt(parts, child));
      judgeAccount(parts, child);
    }
  }
}

function stateAbove({ tree, states, memory }: Parts, index: number): Ref {
  return states[tree.parents[index] ?? -1] ?? memory.empty;
}

/** Accounts in which nothing is said of its own have what the highest node above with the same state has. */
function judgeAccount({ tree, states, results, memory, judge }: Parts, account: number): void {
  const state = states[account] ?? memory.empty;
  let owner = account;
  for (let above = account; above !== -1 && states[above] === state; above = tree.parents[above] ?? -1) owner = above;
  results[owner] ??= judge(memory, state);
  results[account] = results[owner];
}

/** Those of the type, numbered as the snapshot lists them and ready to be merged. */
function policiesOf({ policies }: OrganizationSnapshot, type: ManagementPolicyType, memory: MergeMemory): Policies {
  const ofType = policies.filter((policy) => policy.type === type);
  const ids = ofType.map(({ id }) => id);
  const documents = ofType.map(({ content }) => parsePolicy(content));
  const parts = documents.map((document, number) => document && partOf(memory, ids[number] ?? '', document));
  return { ids, numbers: new Map(ids.map((id, number) => [id, number])), documents, parts };
}

export type Reevaluation = Readonly<
  { ok: true; evaluation: OrganizationEvaluation; affectedAccounts: readonly string[] } | ChangeRefused
>;

/**
 * The evaluation after changes, at the same moment. `affectedAccounts`: all whose policies were merged again; their
 * documents may still be equal. Every other account has the very same policy as before.
 */
export function reevaluate(before: OrganizationEvaluation, changes: readonly Change[]): Reevaluation {
  if (!(before instanceof Evaluation)) throw new TypeError('Bug: not an evaluation of evaluateOrganization');
  let at: Parts = { ...before.parts, memory: new MergeMemory(before.parts.memory) };
  const touched = new Set<number>();
  for (const change of changes) {
    const result = applyChange(at.snapshot, change);
    if (!result.ok) return result;
    at = { ...afterChange(at, change, touched), snapshot: result.snapshot };
  }
  const refreshed = refresh(at, touched);
  return { ok: true, evaluation: new Evaluation(refreshed.parts), affectedAccounts: refreshed.affectedAccounts };
}

/** Nodes and policies go by numbers. */
const NO_NUMBERS: readonly number[] = [];

interface Policies {
  readonly ids: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  /** Undefined if it cannot be read: it then counts as empty. */
  readonly documents: readonly (PolicyDocument | undefined)[];
  /** The documents ready to be merged. */
  readonly parts: readonly (Ref | undefined)[];
}

interface Parts {
  readonly snapshot: OrganizationSnapshot;
  readonly type: ManagementPolicyType;
  readonly now: Instant;
  readonly tree: OrganizationTree;
  readonly policies: Policies;
  /** By policy: the nodes that it is attached to. */
  readonly users: readonly (readonly number[])[];
  /** By node: policies of the type, in order. */
  readonly attached: readonly (readonly number[])[];
  readonly memory: MergeMemory;
  /** By node: where its merged state is in the memory. */
  readonly states: Int32Array;
  /** By node; of roots and units only as far as accounts share theirs. */
  readonly results: (EffectivePolicy | undefined)[];
  readonly judge: Judge;
}

class Evaluation implements OrganizationEvaluation {
  readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  get snapshot(): OrganizationSnapshot {
    return this.parts.snapshot;
  }

  get type(): ManagementPolicyType {
    return this.parts.type;
  }

  get now(): Instant {
    return this.parts.now;
  }

  get accountIds(): readonly string[] {
    return this.parts.tree.ids.slice(this.parts.tree.firstAccount);
  }

  get unreadable(): readonly string[] {
    const { ids, documents } = this.parts.policies;
    return ids.filter((_, number) => documents[number] === undefined);
  }

  policyOf(accountId: string): EffectivePolicy | undefined {
    const index = this.parts.tree.indexOf.get(accountId) ?? -1;
    return index < this.parts.tree.firstAccount ? undefined : this.parts.results[index];
  }

  levelsOf(nodeId: string): readonly Level[] {
    const { tree } = this.parts;
    const levels: Level[] = [];
    for (let at = tree.indexOf.get(nodeId) ?? -1; at !== -1; at = tree.parents[at] ?? -1) {
      levels.unshift({ nodeId: tree.ids[at] ?? '', policies: policiesAt(this.parts, at) });
    }
    return levels;
  }

  traceOf(nodeId: string, path: readonly string[] = []): TracedNode {
    return traceIn(new MergeMemory(this.parts.memory), this.levelsOf(nodeId), path);
  }

  documentOf(policyId: string): PolicyDocument | undefined {
    const { numbers, documents } = this.parts.policies;
    return documents[numbers.get(policyId) ?? -1];
  }

  targetsOf(policyId: string): readonly string[] {
    const { policies, users, tree } = this.parts;
    return (users[policies.numbers.get(policyId) ?? -1] ?? NO_NUMBERS).map((index) => tree.ids[index] ?? '');
  }
}

function policiesAt({ attached, policies: { ids, documents } }: Parts, node: number): readonly AttachedPolicy[] {
  return (attached[node] ?? NO_NUMBERS).flatMap((number) => {
    const document = documents[number];
    return document ? [{ id: ids[number] ?? '', document }] : [];
  });
}

/** The policies attached to a node, ready to be merged. */
function partsAt({ attached, policies }: Parts, node: number): readonly Ref[] {
  const parts: Ref[] = [];
  for (const number of attached[node] ?? NO_NUMBERS) {
    const part = policies.parts[number];
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

/** Marks the nodes to be merged again; `applyChange` has already found the change possible. */
function afterChange(parts: Parts, change: Change, touched: Set<number>): Parts {
  switch (change.kind) {
    case 'set-policy': {
      const policy = findPolicy(parts.snapshot, change.policy);
      if (!policy.ok || policy.found.type !== parts.type) return parts;
      const number = parts.policies.numbers.get(policy.found.id);
      if (number === undefined) return parts;
      for (const node of parts.users[number] ?? NO_NUMBERS) touched.add(node);
      return { ...parts, policies: withDocument(parts, number, change.content) };
    }
    case 'new-policy':
      return change.type === parts.type ? withPolicy(parts, `new:${change.name}`, change.content) : parts;
    case 'attach':
    case 'detach':
      return afterAttachment(parts, change, touched);
    case 'move': {
      const account = findTarget(parts.snapshot, change.account);
      const parent = findTarget(parts.snapshot, change.parent);
      const index = account.ok ? parts.tree.indexOf.get(account.found.id) : undefined;
      const to = parent.ok ? parts.tree.indexOf.get(parent.found.id) : undefined;
      if (index === undefined || to === undefined) return parts;
      touched.add(index);
      return { ...parts, tree: withParent(parts.tree, index, to) };
    }
    default:
      return unreachable(change);
  }
}

function withDocument({ policies, memory }: Parts, number: number, content: string): Policies {
  const document = parsePolicy(content);
  const part = document && partOf(memory, policies.ids[number] ?? '', document);
  return {
    ...policies,
    documents: policies.documents.with(number, document),
    parts: policies.parts.with(number, part),
  };
}

function withPolicy(parts: Parts, id: string, content: string): Parts {
  const { ids, numbers, documents, parts: ofPolicies } = parts.policies;
  const policies = {
    ids: [...ids, id],
    numbers: new Map(numbers).set(id, ids.length),
    documents: [...documents, undefined],
    parts: [...ofPolicies, undefined],
  };
  const changed = { ...parts, policies, users: [...parts.users, NO_NUMBERS] };
  return { ...changed, policies: withDocument(changed, ids.length, content) };
}

function afterAttachment(
  parts: Parts,
  { kind, policy: text, target: targetText }: Extract<Change, { kind: 'attach' | 'detach' }>,
  touched: Set<number>,
): Parts {
  const policy = findPolicy(parts.snapshot, text);
  const target = findTarget(parts.snapshot, targetText);
  const index = target.ok ? parts.tree.indexOf.get(target.found.id) : undefined;
  if (!policy.ok || index === undefined || policy.found.type !== parts.type) return parts;
  const number = parts.policies.numbers.get(policy.found.id);
  if (number === undefined) return parts;
  touched.add(index);
  const attached = parts.attached[index] ?? NO_NUMBERS;
  const users = parts.users[number] ?? NO_NUMBERS;
  const isAttached = kind === 'attach';
  return {
    ...parts,
    attached: parts.attached.with(index, isAttached ? [...attached, number] : without(attached, number)),
    users: parts.users.with(number, isAttached ? [...users, index] : without(users, index)),
  };
}

function without(numbers: readonly number[], one: number): readonly number[] {
  return numbers.filter((number) => number !== one);
}

/** Merges the touched nodes and what is below them again, down to where nothing changes any more. */
function refresh(before: Parts, touched: ReadonlySet<number>): { parts: Parts; affectedAccounts: readonly string[] } {
  const parts = {
    ...before,
    states: before.states.slice(),
    results: before.results.slice(),
  };
  const { tree, states, results } = parts;
  const merge = new LevelMerge(parts.memory);
  const affected = new Set<number>();
  const visit = (index: number): void => {
    const state = merge.merge(stateAbove(parts, index), partsAt(parts, index));
    if (state === states[index]) return;
    states[index] = state;
    results[index] = undefined;
    if (index >= tree.firstAccount) {
      judgeAccount(parts, index);
      affected.add(index);
    } else {
      for (const child of tree.children[index] ?? []) visit(child);
    }
  };
  // From the top: a node that is visited for its own sake finds what is above it done.
  for (const index of [...touched].toSorted((a, b) => a - b)) visit(index);
  return { parts, affectedAccounts: [...affected].map((index) => tree.ids[index] ?? '') };
}
