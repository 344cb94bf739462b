/**
 * `npm run bench -- publication`: a backup policy attached to the root of 50,000 accounts, and what users of the API
 * notice.
 *
 * A server process of its own with a PostgreSQL that syncs to disk; two connections ask all the while, one for a
 * policy, one for pages of accounts. Measured are the seconds until every account's effective policy is published, with
 * `--plans` until every account has its plan; how long answers take before and meanwhile; and the server's memory. One
 * JSON line; compare the ratios, since the load, the database and the server share this machine's processors.
 *
 * `--accounts N` (default 50,000), `--seconds N` of the quiet measurement (default 5), `--plans` waits for the plans
 * too; `--profile FOLDER` writes the server's CPU profile there.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  AttachPolicyCommand,
  CreateOrganizationCommand,
  CreatePolicyCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { pause } from '@holdfast/cli';
import { present, systemClock } from '@holdfast/kernel';
import type { Pool } from 'pg';
import { type Measured, measure } from './api/load.ts';
import { ADD_ACCOUNTS, isQuiet, POLICY } from './api/organization.ts';
import { processorMicros } from './api/processor-time.ts';
import { organizations } from './api/requests.ts';
import { signedRequest } from './api/signed-request.ts';
import { type BenchServer, withBenchServer } from './measuring/bench-server.ts';
import { percentile } from './measuring/statistics.ts';

const POLL_MS = 200;
const PolicyType = 'BACKUP_POLICY';
const WAITING = `
  select (select count(*) from effective_policy_change) + (select count(*) from effective_policy_work) as policies,
    (select count(*) from plan_reconcile_work) as plans`;

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '50000' },
    seconds: { type: 'string', default: '5' },
    plans: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});

await withBenchServer({ profile: values.profile }, async (server) => {
  const { port, credentials, pid, databasePid, pool } = server;
  const client = new OrganizationsClient({ endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials });
  try {
    const { rootId, policyId } = await makeOrganization(client, pool, Number(values.accounts));
    const quietUntil = performance.now() + Number(values.seconds) * 1_000;
    const quiet = await askWhile(server, policyId, () => performance.now() < quietUntil);
    const before = {
      megabytes: residentMegabytes(pid),
      micros: processorMicros(pid),
      database: processorMicros(databasePid),
    };
    await client.send(new AttachPolicyCommand({ PolicyId: policyId, TargetId: rootId }));
    const begun = performance.now();
    let largest = before.megabytes;
    const reach = async (isReached: (waiting: Waiting) => boolean): Promise<{ seconds: number; answers: Answers }> => {
      let isDone = false;
      const asking = askWhile(server, policyId, () => !isDone);
      while (!isDone) {
        await pause(POLL_MS);
        largest = Math.max(largest, residentMegabytes(pid));
        isDone = isReached(await waiting(pool));
      }
      return { seconds: (performance.now() - begun) / 1_000, answers: await asking };
    };
    const published = await reach(({ policies }) => policies === 0);
    const planned = values.plans ? await reach(({ plans }) => plans === 0) : undefined;
    console.log(
      JSON.stringify({
        bench: 'publication',
        accounts: Number(values.accounts),
        secondsUntilPublished: rounded(published.seconds),
        ...(planned && { secondsUntilPlanned: rounded(planned.seconds) }),
        answers: { quiet, publishing: published.answers, ...(planned && { planning: planned.answers }) },
        megabytes: { before: before.megabytes, largest },
        processorSeconds: {
          server: rounded((processorMicros(pid) - before.micros) / 1e6),
          database: rounded((processorMicros(databasePid) - before.database) / 1e6),
        },
      }),
    );
  } finally {
    client.destroy();
  }
});

/** The accounts are put there by a statement, all else is made through the API. */
async function makeOrganization(
  client: OrganizationsClient,
  pool: Pool,
  accounts: number,
): Promise<{ rootId: string; policyId: string }> {
  await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  await pool.query(ADD_ACCOUNTS, [accounts]);
  await pool.query('analyze');
  const { Roots: roots } = await client.send(new ListRootsCommand({}));
  const rootId = present(roots?.[0]?.Id, 'the root');
  await client.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType }));
  const named = { Name: 'nightly', Description: '', Type: PolicyType, Content: POLICY } as const;
  const { Policy: policy } = await client.send(new CreatePolicyCommand(named));
  while (!(await isQuiet(pool))) await pause(POLL_MS);
  await pool.query('vacuum analyze');
  return { rootId, policyId: present(policy?.PolicySummary?.Id, 'the policy') };
}

interface Waiting {
  readonly policies: number;
  readonly plans: number;
}

async function waiting(pool: Pool): Promise<Waiting> {
  const { rows } = await pool.query<Record<keyof Waiting, string>>(WAITING);
  return { policies: Number(rows[0]?.policies), plans: Number(rows[0]?.plans) };
}

interface Latencies {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  readonly errors: number;
}
type Answers = Readonly<Record<'DescribePolicy' | 'ListAccounts', Latencies>>;

/** Two users, each asking as soon as the last answer is there. */
async function askWhile(
  { port, credentials }: Pick<BenchServer, 'port' | 'credentials'>,
  policyId: string,
  isOn: () => boolean,
): Promise<Answers> {
  const ask = (operation: string, input: object): Promise<Measured> => {
    const bytes = signedRequest(organizations(operation, input), credentials, new Date(systemClock.now()));
    return measure({ port, connections: 1, next: () => (isOn() ? bytes : undefined) });
  };
  const [policies, accounts] = await Promise.all([
    ask('DescribePolicy', { PolicyId: policyId }),
    ask('ListAccounts', {}),
  ]);
  return { DescribePolicy: latencies(policies), ListAccounts: latencies(accounts) };
}

function latencies({ latenciesMs, seconds, errors }: Measured): Latencies {
  return {
    perSecond: Math.round(latenciesMs.length / seconds),
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    maxMs: percentile(latenciesMs, 1),
    errors,
  };
}

function residentMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kilobytes) / 1_024);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
