/**
 * The engine against a plain algorithm that shares nothing with it, over random trees of random policies.
 *
 *     FUZZ_SEED=17 npx vitest run tests/policy        replays the tree of a failure
 *     FUZZ_ACCOUNTS=5000000 npx vitest run tests/policy   looks longer
 *
 * A case is one account of one tree. Each tree is made from its own seed, which a failure prints.
 */
import { type Random, seededRandom } from '@holdfast/kernel';
import {
  type Change,
  evaluateOrganization,
  type OrganizationSnapshot,
  reevaluate,
  writeEffective,
} from '@holdfast/policy';
import { expect, test } from 'vitest';
import { accountId, organization } from '../../packages/policy/src/testing/organizations.ts';
import { plainMerge } from '../../packages/policy/src/testing/plain-merge.ts';

const CASES = Number(process.env['FUZZ_ACCOUNTS'] ?? 100_000);
const SEED = process.env['FUZZ_SEED'];
const ACCOUNTS = 40;
const UNITS = 8;
const POLICIES = 8;
const NOW = Date.UTC(2026, 10, 21);

test(`over ${CASES} accounts, evaluated whole and after a change, the engine gives what the plain algorithm gives`, () => {
  const seeds =
    SEED === undefined ? Array.from({ length: Math.ceil(CASES / ACCOUNTS / 2) }, (_, seed) => seed) : [Number(SEED)];
  let cases = 0;
  for (const seed of seeds) cases += checkTree(seed);
  if (SEED === undefined) expect(cases).toBeGreaterThanOrEqual(CASES);
}, 120_000);

function checkTree(seed: number): number {
  const dice = new Dice(seededRandom(seed));
  const snapshot = randomOrganization(dice);
  const before = evaluateOrganization(snapshot, 'BACKUP_POLICY', NOW);
  const change = randomChange(dice, snapshot);
  const after = reevaluate(before, [change]);
  let cases = 0;
  for (const evaluation of after.ok ? [before, after.evaluation] : [before]) {
    const plain = plainly(evaluation.snapshot);
    for (const id of evaluation.accountIds) {
      const document = evaluation.policyOf(id)?.document ?? '';
      const told = `FUZZ_SEED=${seed}, account ${id}${evaluation === before ? '' : ` after ${JSON.stringify(change)}`}`;
      if (canonical(JSON.parse(writeEffective(document))) !== plain(id)) {
        expect(JSON.parse(writeEffective(document)), told).toEqual(JSON.parse(plain(id)));
      }
      cases++;
    }
  }
  return after.ok ? cases : cases + ACCOUNTS;
}

/** The plain algorithm for each account; accounts with the same policies on their way are computed once. */
function plainly(snapshot: OrganizationSnapshot): (id: string) => string {
  const parents = new Map(
    [...snapshot.organizationalUnits, ...snapshot.accounts].map(({ id, parentId }) => [id, parentId]),
  );
  const attached = new Map(snapshot.attachments.map(({ targetId, policyIds }) => [targetId, policyIds]));
  const contents = new Map(snapshot.policies.map(({ id, content }) => [id, JSON.parse(content) as unknown]));
  const known = new Map<string, string>();
  return (id) => {
    const levels: (readonly string[])[] = [];
    for (let at: string | undefined = id; at !== undefined; at = parents.get(at))
      levels.unshift(attached.get(at) ?? []);
    const key = JSON.stringify(levels.filter((ids) => ids.length > 0));
    let document = known.get(key);
    if (document === undefined) {
      document = canonical(plainMerge(levels.map((ids) => ids.map((policy) => contents.get(policy)))));
      known.set(key, document);
    }
    return document;
  };
}

/** JSON with keys in order. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${canonical(child)}`).join(',')}}`;
}

class Dice {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  below(limit: number): number {
    return (this.#random.bytes(1)[0] ?? 0) % limit;
  }

  one<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  some<T>(list: readonly T[], most: number): T[] {
    return Array.from({ length: this.below(most + 1) }, () => this.one(list));
  }
}

const policyIds = Array.from({ length: POLICIES }, (_, index) => `p${index}`);
const unitIds = Array.from({ length: UNITS }, (_, index) => `u${index}`);
const nodeIds = ['root', ...unitIds];

function randomOrganization(dice: Dice): OrganizationSnapshot {
  const units = Object.fromEntries(unitIds.map((id, index) => [id, dice.one(nodeIds.slice(0, index + 1))]));
  const digits = Array.from({ length: ACCOUNTS }, (_, index) => String(index + 1));
  const attach = (most: number) => [...new Set(dice.some(policyIds, most))];
  return organization({
    units,
    accounts: Object.fromEntries(digits.map((id) => [id, dice.one(nodeIds)])),
    policies: Object.fromEntries(policyIds.map((id) => [id, randomPolicy(dice)])),
    attached: Object.fromEntries([
      ...nodeIds.map((id) => [id, attach(3)] as const),
      ...digits.map((id) => [id, dice.below(3) === 0 ? attach(2) : []] as const),
    ]),
  });
}

function randomChange(dice: Dice, { policies }: OrganizationSnapshot): Change {
  const policy = dice.one(policies).id;
  const target = dice.below(2) === 0 ? dice.one(nodeIds) : accountId(1 + dice.below(ACCOUNTS));
  switch (dice.below(4)) {
    case 0:
      return { kind: 'set-policy', policy, content: JSON.stringify(randomPolicy(dice)) };
    case 1:
      return { kind: 'attach', policy, target };
    case 2:
      return { kind: 'detach', policy, target };
    default:
      return { kind: 'move', account: accountId(1 + dice.below(ACCOUNTS)), parent: dice.one(nodeIds) };
  }
}

const CONTROL = '@@operators_allowed_for_child_policies';
const CONTROLS = [['@@none'], ['@@all'], ['@@append'], ['@@assign'], ['@@remove'], ['@@append', '@@remove']];
const WORDS = ['red', 'blue', 'green', 12, true, null];

/** Keys that begin with `l` are lists, with `s` single values, others containers; letter case varies. */
function randomPolicy(dice: Dice, depth = 3): Record<string, unknown> {
  const keys = depth === 0 ? ['l1', 's1', '__proto__'] : ['l1', 's1', 'c1', 'C1', 'c2', 'constructor'];
  const node: Record<string, unknown> = {};
  const taken = new Set<string>();
  for (const key of dice.some(keys, 3)) {
    if (taken.has(key.toLowerCase())) continue;
    taken.add(key.toLowerCase());
    if (key.startsWith('l') || key.startsWith('_')) define(node, key, randomList(dice));
    else if (key.startsWith('s'))
      define(node, key, withControl(dice, dice.below(4) === 0 ? {} : { '@@assign': dice.one(WORDS) }));
    else define(node, key, randomPolicy(dice, depth - 1));
  }
  return withControl(dice, node);
}

function randomList(dice: Dice): Record<string, unknown> {
  const node: Record<string, unknown> = {};
  for (const operator of ['@@assign', '@@append', '@@remove']) {
    if (dice.below(2) === 0) node[operator] = dice.some(WORDS, 3);
  }
  return withControl(dice, node);
}

function withControl(dice: Dice, node: Record<string, unknown>): Record<string, unknown> {
  if (dice.below(6) === 0) node[CONTROL] = dice.one(CONTROLS);
  return node;
}

/** Also where the key is `__proto__`. */
function define(node: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(node, key, { value, enumerable: true, configurable: true, writable: true });
}
