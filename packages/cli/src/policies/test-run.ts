/**
 * Runs policy tests on an organization: each test's change, then what it expects of each account it is about.
 *
 * Pure. Not here: reading test files (test-file.ts), printing (test-report.ts).
 */
import {
  type Change,
  diffOrganizations,
  type EffectiveObject,
  type EffectiveValue,
  explain,
  findTarget,
  isEffectiveList,
  isEffectiveObject,
  type OrganizationEvaluation,
  type OrganizationSnapshot,
  reevaluate,
  writeEffective,
} from '@holdfast/policy';
import { nodePathsOf } from '../organization/node-paths.ts';
import { placeText } from './explain-tree.ts';
import { refused } from './organization-options.ts';
import type { Expectations, PolicyTest } from './test-file.ts';
import { keysAt, valueAt } from './value-at.ts';

export interface TestResult {
  readonly test: PolicyTest;
  /** Empty: passed. */
  readonly failures: readonly TestFailure[];
}

export interface TestFailure {
  readonly message: string;
  /** Paths of the accounts of which it is true; empty: it is about the whole. */
  readonly accounts: readonly string[];
}

export function runTest(before: OrganizationEvaluation, test: PolicyTest, changes: readonly Change[]): TestResult {
  const result = reevaluate(before, changes);
  if (!result.ok) throw refused(result);
  const { evaluation } = result;
  const after: After = { evaluation, path: nodePathsOf(evaluation.snapshot) };
  const accountIds = selected(evaluation.snapshot, test.in);
  return {
    test,
    failures: [...wholeFailures(before, after, accountIds, test), ...accountFailures(after, accountIds, test)],
  };
}

/** The organization after a test's changes. */
interface After {
  readonly evaluation: OrganizationEvaluation;
  /** Of a unit or account. */
  readonly path: (id: string) => string;
}

/** Accounts at or below the named nodes. */
function selected(snapshot: OrganizationSnapshot, nodes: readonly string[]): string[] {
  if (nodes.length === 0) return snapshot.accounts.map(({ id }) => id);
  const parents = new Map(
    [...snapshot.organizationalUnits, ...snapshot.accounts].map(({ id, parentId }) => [id, parentId]),
  );
  const wanted = new Set(
    nodes.map((node) => {
      const target = findTarget(snapshot, node);
      return target.ok ? target.found.id : undefined;
    }),
  );
  const isBelow = (id: string | undefined): boolean => id !== undefined && (wanted.has(id) || isBelow(parents.get(id)));
  return snapshot.accounts.filter(({ id }) => isBelow(id)).map(({ id }) => id);
}

function wholeFailures(
  before: OrganizationEvaluation,
  { evaluation: after, path }: After,
  accountIds: readonly string[],
  test: PolicyTest,
): TestFailure[] {
  const { expect } = test;
  const failures: TestFailure[] = test.in.flatMap((node) => {
    const target = findTarget(after.snapshot, node);
    return target.ok ? [] : [whole(target.problem)];
  });
  if (expect.accounts !== undefined && expect.accounts !== accountIds.length) {
    failures.push(whole(`is about ${accountIds.length} accounts, expected ${expect.accounts}`));
  }
  if (accountIds.length === 0 && expect.accounts === undefined && failures.length === 0) {
    failures.push(whole('is about no account at all'));
  }
  if (expect.changed === undefined && expect.weakens === undefined) return failures;
  const about = new Set(accountIds);
  const groups = diffOrganizations(before, after)
    .groups.map((group) => ({ ...group, accountIds: group.accountIds.filter((id) => about.has(id)) }))
    .filter((group) => group.accountIds.length > 0);
  const changedIds = groups.flatMap((group) => group.accountIds);
  if (expect.changed !== undefined && expect.changed !== changedIds.length) {
    const accounts = changedIds.map(path);
    failures.push({ message: `changes ${changedIds.length} accounts, expected ${expect.changed}`, accounts });
  }
  const weakening = groups.filter(({ effect }) => effect === 'weakens');
  if (expect.weakens === false) {
    for (const { changes, accountIds: ids } of weakening) {
      const [first] = changes.filter(({ effect }) => effect === 'weakens');
      const accounts = ids.map(path);
      failures.push({ message: `weakens protection: ${first?.message ?? ''}`, accounts });
    }
  }
  if (expect.weakens === true && weakening.length === 0) failures.push(whole('weakens nothing, expected to weaken'));
  return failures;
}

function whole(message: string): TestFailure {
  return { message, accounts: [] };
}

/** The same failure of many accounts becomes one. */
function accountFailures(after: After, accountIds: readonly string[], { expect }: PolicyTest): TestFailure[] {
  const accountsOf = new Map<string, string[]>();
  for (const id of accountIds) {
    for (const message of messagesOf(after, id, expect)) {
      const accounts = accountsOf.get(message) ?? [];
      accounts.push(after.path(id));
      accountsOf.set(message, accounts);
    }
  }
  return [...accountsOf].map(([message, accounts]) => ({ message, accounts }));
}

function messagesOf(after: After, accountId: string, expect: Expectations): string[] {
  const { evaluation } = after;
  const policy = evaluation.policyOf(accountId);
  if (!policy) return ['is not an account of the organization'];
  const { document, errors } = policy;
  const originsOf = (path: string): string[] =>
    (explain(evaluation, accountId, keysAt(document, path) ?? [])?.root?.setBy ?? []).map(placeText);
  const messages: string[] = [];
  if (expect.valid === true && errors.length > 0) {
    messages.push(`is invalid: ${errors.map(({ message, path }) => `${message} (${path})`).join('; ')}`);
  }
  if (expect.valid === false && errors.length === 0) messages.push('is valid, expected to be invalid');
  for (const path of expect.present) if (valueAt(document, path) === undefined) messages.push(`${path} is missing`);
  for (const path of expect.absent) {
    const value = valueAt(document, path);
    if (value !== undefined) messages.push(`${path} is there: ${shown(value)}${setBy(originsOf(path))}`);
  }
  for (const [path, wanted] of expect.values) {
    const value = valueAt(document, path);
    if (value === undefined) messages.push(`${path} is missing, expected ${shown(wanted)}`);
    else if (!isSame(value, wanted)) {
      messages.push(`${path} is ${shown(value)}, expected ${shown(wanted)}${setBy(originsOf(path))}`);
    }
  }
  for (const [path, wanted] of expect.origins) messages.push(...originMessages(after, accountId, path, wanted));
  return messages;
}

function originMessages(
  { evaluation, path: pathOf }: After,
  accountId: string,
  path: string,
  wanted: readonly string[],
): string[] {
  const document: EffectiveObject = evaluation.policyOf(accountId)?.document ?? new Map();
  const keys = keysAt(document, path);
  const node = keys === undefined ? undefined : explain(evaluation, accountId, keys)?.root;
  if (!node) return [`${path} is missing, expected from ${wanted.join(', ')}`];
  // People may name a node by its path, its name or its id, a policy by name or id.
  const places = node.setBy.map(({ policyId, policyName, nodeId, nodeName }) => ({
    shown: `${policyName}@${nodeName}`,
    names: [policyId, policyName].flatMap((policy) =>
      [nodeId, nodeName, pathOf(nodeId)].map((at) => `${policy}@${at}`),
    ),
  }));
  const isAll =
    places.length === wanted.length && places.every(({ names }) => names.some((name) => wanted.includes(name)));
  if (isAll) return [];
  const found = node.isDefault ? "AWS's default" : places.map((place) => place.shown).join(', ');
  return [`${path} comes from ${found || 'nobody'}, expected from ${wanted.join(', ')}`];
}

function setBy(places: readonly string[]): string {
  return places.length === 0 ? '' : `; set by ${places.join(' + ')}`;
}

function isSame(value: EffectiveValue, wanted: string | readonly string[]): boolean {
  if (typeof value === 'string') return value === wanted;
  if (!isEffectiveList(value) || typeof wanted === 'string') return false;
  return value.length === wanted.length && value.every((item, index) => item === wanted[index]);
}

function shown(value: EffectiveValue): string {
  if (isEffectiveObject(value)) return value.size === 0 ? '{}' : '{…}';
  return writeEffective(value);
}
