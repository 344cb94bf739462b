/**
 * `npm run bench -- api`: requests a second that the API answers, and how long each takes.
 *
 * A server process of its own with a PostgreSQL that syncs to disk, an organization of 1,000 accounts, and this process
 * as the load: requests signed beforehand (reads once a round, writes each) over 1 and 16 connections. Every request is
 * verified, authorized and answered from the database. One JSON line a case; `processorMicros` is what one request cost
 * the server, the database and this load: with it runs compare that were made while the machine did other things too.
 *
 * `--seconds N` for each measurement (default 5), `--only NAME`; `--profile FOLDER` writes the server's CPU profile
 * there.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '@holdfast/kernel';
import type { Pool } from 'pg';
import { type Measured, measure } from './api/load.ts';
import { makeOrganization } from './api/organization.ts';
import { processorMicros } from './api/processor-time.ts';
import { type Case, casesOf, REMOVE_WRITTEN } from './api/requests.ts';
import { type Credentials, signedRequest } from './api/signed-request.ts';
import { withBenchServer } from './measuring/bench-server.ts';
import { percentile } from './measuring/statistics.ts';

const CONNECTIONS = [1, 16];
const WARM_UP_REQUESTS = 1_500;
/** Policies of a type in an organization have a limit, and creating near it is slower: a round ends well before. */
const WRITES_A_ROUND = 800;
/** On two processors, with this load beside the server (issue 3). */
const GOALS = { reads: 3_000, writes: 1_000, p99Ms: 25 };

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
});
const seconds = Number(values.seconds);

await withBenchServer({ profile: values.profile }, async ({ port, pid, databasePid, pool, credentials, accountId }) => {
  const session = { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials };
  const policyId = await makeOrganization(session, pool);
  const cases = casesOf(policyId, accountId).filter(({ name }) => (values.only ?? name) === name);
  for (const one of cases) {
    await measured(one, { port, pool, connections: 4, credentials, requests: WARM_UP_REQUESTS });
    for (const connections of CONNECTIONS) {
      const before = { server: processorMicros(pid), database: processorMicros(databasePid) };
      const result = await measured(one, { port, pool, connections, credentials, seconds });
      const after = { server: processorMicros(pid), database: processorMicros(databasePid) };
      const perRequest = (micros: number) => Math.round(micros / result.latenciesMs.length);
      report(one, connections, result, {
        server: perRequest(after.server - before.server),
        database: perRequest(after.database - before.database),
        load: result.cpuMicros,
      });
    }
  }
});

interface Amount {
  readonly port: number;
  readonly pool: Pool;
  readonly connections: number;
  readonly credentials: Credentials;
  readonly seconds?: number;
  readonly requests?: number;
}

function measured(one: Case, amount: Amount): Promise<Measured> {
  return one.writes ? measuredWrites(one, amount) : measuredReads(one, amount);
}

function measuredReads(
  one: Case,
  { port, connections, credentials, seconds, requests = Infinity }: Amount,
): Promise<Measured> {
  const bytes = signedRequest(one.request(0), credentials, new Date(systemClock.now()));
  const until = performance.now() + (seconds ?? Infinity) * 1_000;
  let sent = 0;
  const next = () => (sent++ < requests && performance.now() < until ? bytes : undefined);
  return measure({ port, connections, next });
}

/** In rounds, each signed before and cleaned up after it, beside the clock. */
async function measuredWrites(one: Case, amount: Amount): Promise<Measured> {
  const { port, pool, connections, credentials, seconds = Infinity, requests = Infinity } = amount;
  const rounds: Measured[] = [];
  const sum = (of: (round: Measured) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  while (sum((round) => round.seconds) < seconds && sum((round) => round.latenciesMs.length) < requests) {
    const prepared = Array.from({ length: WRITES_A_ROUND }, (_, n) =>
      signedRequest(one.request(n), credentials, new Date(systemClock.now())),
    );
    rounds.push(await measure({ port, connections, next: () => prepared.pop() }));
    await pool.query(REMOVE_WRITTEN);
  }
  return {
    seconds: sum((round) => round.seconds),
    latenciesMs: rounds.flatMap((round) => round.latenciesMs),
    errors: sum((round) => round.errors),
    firstError: rounds.find((round) => round.errors > 0)?.firstError,
    cpuMicros: Math.round(sum((round) => round.cpuMicros) / rounds.length),
  };
}

function report(
  { name, writes }: Case,
  connections: number,
  measured: Measured,
  micros: Readonly<Record<'server' | 'database' | 'load', number>>,
): void {
  const { seconds, latenciesMs, errors, firstError } = measured;
  console.log(
    JSON.stringify({
      bench: 'api',
      name,
      connections,
      requestsPerSecond: Math.round(latenciesMs.length / seconds),
      goal: writes ? GOALS.writes : GOALS.reads,
      p50Ms: percentile(latenciesMs, 0.5),
      p99Ms: percentile(latenciesMs, 0.99),
      errors,
      ...(firstError === undefined ? {} : { firstError }),
      processorMicros: micros,
    }),
  );
}
