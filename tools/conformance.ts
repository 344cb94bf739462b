/**
 * `npm run conformance [-- --cases DIR]`: the recorded answers of AWS beside our own.
 *
 * Policies go to the policy engine; calls, and what they lead to, to a real server that is started for it, with a
 * PostgreSQL of its own that is thrown away.
 * Prints each failure with its id, the expected and the actual answer, names what it skips and why, and ends with one
 * line of counts. Exit code 1 if anything failed or there was nothing to run.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { TestCluster } from '../packages/server/src/testing/cluster.ts';
import type { Difference } from './conformance/cases.ts';
import { readCases } from './conformance/read-cases.ts';
import { inOrderOfRun, runnerOf } from './conformance/runner.ts';

const DEFAULT_FOLDER = path.join(import.meta.dirname, '..', 'tests', 'conformance', 'cases');

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: DEFAULT_FOLDER } } });
  const cases = inOrderOfRun(await readCases(path.resolve(values.cases)));
  let cluster: TestCluster | undefined;
  const runner = runnerOf(cases, async () => {
    const { startTestCluster } = await import('../packages/server/src/testing/cluster.ts');
    cluster ??= await startTestCluster();
    return { clusterUrl: cluster.url };
  });
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const skipped = new Map<string, number>();
  try {
    for (const one of cases) {
      const outcome = await runner.run(one);
      counts[outcome.kind]++;
      if (outcome.kind === 'failed') report(one.id, outcome.difference);
      if (outcome.kind === 'skipped') skipped.set(outcome.why, (skipped.get(outcome.why) ?? 0) + 1);
    }
  } finally {
    await runner[Symbol.asyncDispose]();
    await cluster?.stop();
  }
  for (const [why, count] of skipped) console.log(`skipped: ${count} of ${why}`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  if (counts.failed > 0 || counts.passed === 0) process.exitCode = 1;
}

function report(id: string, { expected, actual, hint }: Difference): void {
  console.log(`FAILED ${id}`);
  console.log(`  expected ${JSON.stringify(expected)}`);
  console.log(`  actual   ${JSON.stringify(actual)}`);
  if (hint !== undefined) console.log(`  because  ${JSON.stringify(hint)}`);
}

await main();
