/**
 * `npm run bench -- policy`: effective policies of 50,000 accounts, and what a change, a question and a text cost.
 *
 * The organization is made from a seed (policy/organization.ts says how). Each case runs in a process of its own, so
 * that its peak of memory is its own, and prints one JSON line: `ms` is the median of wall time, `fastestMs` the best
 * run, `cpuMs` the median of processor time, garbage collection on other threads included: on a busy machine wall time
 * says little.
 *
 * The organization: four policies attached to the root, three to each of the 2,000 units at each of five depths, two to
 * accounts. In `full` and in what follows from it every tenth account has its two (as a rule accounts get what their
 * unit says); in `full-own-policies-everywhere` all 50,000 have, which leaves nothing to share among accounts: 50,000
 * different documents. Both print how many there are, and both are held to the goal of `full`.
 *
 * What is computed when: `full` reads every policy, merges every node of the tree and validates every account's
 * document; each value knows the policies that it comes from. The history of a value (what it replaced, what was
 * refused, by which control, at which node) is made when somebody asks, by merging that account's levels again:
 * `explain-one`. `naive` is the plain algorithm of the tests, account by account from parsed JSON, without traces or
 * validation, on a sample.
 *
 * `--only NAME` for one case; `--accounts N` for another number of accounts.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import {
  type Change,
  evaluateOrganization,
  explain,
  lintPolicy,
  type OrganizationEvaluation,
  type OrganizationSnapshot,
  reevaluate,
} from '@holdfast/policy';
import { plainMerge } from '../packages/policy/src/testing/plain-merge.ts';
import { median } from './measuring/statistics.ts';
import {
  LARGE,
  type OrganizationSize,
  organizationOf,
  POLICY_OF_TEN_ACCOUNTS,
  ROOT_ID,
  UNUSED_POLICY,
} from './policy/organization.ts';

const SEED = 1;
const NOW = Date.UTC(2026, 10, 21);
const TYPE = 'BACKUP_POLICY';
const NAIVE_ACCOUNTS = 100;

const { values } = parseArgs({ options: { only: { type: 'string' }, accounts: { type: 'string' } } });
const size = { ...LARGE, accounts: Number(values.accounts ?? LARGE.accounts) };
const OWN_POLICIES_EVERYWHERE = { accountsPerOwnPolicies: 1 };

interface Case {
  readonly goalMs?: number;
  readonly runs: number;
  /** Runs before the first that counts: what takes a millisecond is over before its code is compiled. */
  readonly warmUps?: number;
  /** In what its organization differs from the others'. */
  readonly size?: Partial<OrganizationSize>;
  /** What is done once before; gives what one run does, and what to say about it. */
  prepare(organization: OrganizationSnapshot): {
    run(index: number): unknown;
    readonly facts?: Record<string, unknown>;
  };
}

const CASES: Readonly<Record<string, Case>> = {
  full: { goalMs: 1_000, runs: 7, prepare: evaluation },
  'full-own-policies-everywhere': { goalMs: 1_000, runs: 7, size: OWN_POLICIES_EVERYWHERE, prepare: evaluation },
  'attach-root': {
    goalMs: 1_000,
    runs: 7,
    prepare: (organization) => changeOf(organization, { kind: 'attach', policy: UNUSED_POLICY, target: ROOT_ID }),
  },
  'attach-ou-1000-accounts': {
    goalMs: 20,
    runs: 15,
    prepare: (organization) => {
      const target = unitOfAccounts(organization, 1_000);
      return changeOf(organization, { kind: 'attach', policy: UNUSED_POLICY, target });
    },
  },
  'update-policy-used-by-10-accounts': {
    goalMs: 2,
    runs: 101,
    warmUps: 25,
    prepare: (organization) => {
      const content = organization.policies.find(({ id }) => id === UNUSED_POLICY)?.content ?? '';
      return changeOf(organization, { kind: 'set-policy', policy: POLICY_OF_TEN_ACCOUNTS, content });
    },
  },
  'explain-one': {
    goalMs: 1,
    runs: 401,
    warmUps: 100,
    prepare: (organization) => {
      const evaluation = evaluateOrganization(organization, TYPE, NOW);
      const { accountIds } = evaluation;
      return { run: (index) => explain(evaluation, accountIds[(index * 7) % accountIds.length] ?? '') };
    },
  },
  'lint-one': {
    goalMs: 2,
    runs: 401,
    warmUps: 100,
    prepare: ({ policies }) => {
      const content = policies.find(({ id }) => id === UNUSED_POLICY)?.content ?? '';
      return { run: () => lintPolicy(TYPE, content, NOW), facts: { characters: content.length } };
    },
  },
};

function evaluation(organization: OrganizationSnapshot) {
  return {
    run: () => evaluateOrganization(organization, TYPE, NOW),
    facts: factsOf(organization, evaluateOrganization(organization, TYPE, NOW)),
  };
}

function changeOf(organization: OrganizationSnapshot, change: Change) {
  const before = evaluateOrganization(organization, TYPE, NOW);
  const result = reevaluate(before, [change]);
  const accounts = result.ok ? result.affectedAccounts.length : 0;
  return { run: () => reevaluate(before, [change]), facts: { accounts } };
}

function factsOf(organization: OrganizationSnapshot, evaluation: OrganizationEvaluation): Record<string, unknown> {
  const policies = evaluation.accountIds.map((id) => evaluation.policyOf(id));
  const accounts = new Set(evaluation.accountIds);
  return {
    accounts: policies.length,
    units: organization.organizationalUnits.length,
    policies: organization.policies.length,
    accountsWithOwnPolicies: organization.attachments.filter(({ targetId }) => accounts.has(targetId)).length,
    attachments: organization.attachments.reduce((sum, { policyIds }) => sum + policyIds.length, 0),
    differentDocuments: new Set(policies).size,
    invalidAccounts: policies.filter((policy) => policy && policy.errors.length > 0).length,
    traces: 'on demand',
  };
}

/** The unit whose number of accounts below is nearest to `wanted`. */
function unitOfAccounts({ organizationalUnits, accounts }: OrganizationSnapshot, wanted: number): string {
  const parents = new Map(organizationalUnits.map(({ id, parentId }) => [id, parentId]));
  const counts = new Map<string, number>();
  for (const { parentId } of accounts) {
    for (let at: string | undefined = parentId; at !== undefined; at = parents.get(at)) {
      counts.set(at, (counts.get(at) ?? 0) + 1);
    }
  }
  const distance = (id: string) => Math.abs((counts.get(id) ?? 0) - wanted);
  return organizationalUnits.reduce((best, { id }) => (distance(id) < distance(best) ? id : best), ROOT_ID);
}

function measure(name: string, { prepare, runs, warmUps = 0, goalMs, size: other }: Case): void {
  const { run, facts } = prepare(organizationOf({ ...size, ...other }, SEED));
  const wall: number[] = [];
  const cpu: number[] = [];
  for (let index = 0; index < warmUps; index++) run(index);
  for (let index = 0; index < runs; index++) {
    const [startedAt, usedBefore] = [performance.now(), process.cpuUsage()];
    run(index);
    wall.push(performance.now() - startedAt);
    const { user, system } = process.cpuUsage(usedBefore);
    cpu.push((user + system) / 1_000);
  }
  print({ name, ms: median(wall), fastestMs: Math.min(...wall), cpuMs: median(cpu), runs, warmUps, goalMs, ...facts });
}

/** The plain algorithm for some accounts, and what it would take for all. */
function measureNaive(): void {
  const organization = organizationOf(size, SEED);
  const evaluation = evaluateOrganization(organization, TYPE, NOW);
  const contents = new Map(organization.policies.map(({ id, content }) => [id, JSON.parse(content) as unknown]));
  const step = Math.floor(evaluation.accountIds.length / NAIVE_ACCOUNTS);
  const sample = evaluation.accountIds.filter((_, index) => index % step === 0).slice(0, NAIVE_ACCOUNTS);
  const levels = sample.map((id) =>
    evaluation.levelsOf(id).map(({ policies }) => policies.map((policy) => contents.get(policy.id))),
  );
  const times = levels.map((account) => {
    const usedBefore = process.cpuUsage();
    plainMerge(account);
    const { user, system } = process.cpuUsage(usedBefore);
    return (user + system) / 1_000;
  });
  const cpuMs = (times.reduce((sum, one) => sum + one, 0) / times.length) * evaluation.accountIds.length;
  const full = [1, 2, 3, 4, 5].map(() => {
    const usedBefore = process.cpuUsage();
    evaluateOrganization(organization, TYPE, NOW);
    const { user, system } = process.cpuUsage(usedBefore);
    return (user + system) / 1_000;
  });
  const ratio = Math.round(cpuMs / median(full));
  print({
    name: 'naive',
    ms: cpuMs,
    cpuMs,
    runs: sample.length,
    sampledAccounts: sample.length,
    timesSlowerThanFull: ratio,
  });
}

function print({ ms, fastestMs, cpuMs, ...facts }: Record<string, unknown>): void {
  const rounded = (value: unknown) => (typeof value === 'number' ? Math.round(value * 100) / 100 : undefined);
  const { name, runs, ...more } = facts;
  const peakMiB = Math.round(process.resourceUsage().maxRSS / 1_024);
  const line = { name, ms: rounded(ms), runs, peakMiB, fastestMs: rounded(fastestMs), cpuMs: rounded(cpuMs), ...more };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

if (values.only === undefined) {
  for (const name of [...Object.keys(CASES), 'naive']) {
    const given = [import.meta.filename, '--only', name, '--accounts', String(size.accounts)];
    const { status } = spawnSync(process.execPath, given, { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
} else if (values.only === 'naive') {
  measureNaive();
} else {
  const chosen = CASES[values.only];
  if (!chosen) throw new Error(`No case ${values.only}: there are ${Object.keys(CASES).join(', ')}, naive`);
  measure(values.only, chosen);
}
