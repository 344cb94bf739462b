/**
 * `npm run conformance [-- --cases DIR]`: the recorded answers of AWS against the policy engine.
 *
 * Prints each failure with its id, the expected and the actual answer, names what it skips, and ends with one line of
 * counts. Exit code 1 if anything failed or there was nothing to run.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type ConformanceCase, readCases } from './conformance/read-cases.ts';
import { type Difference, runCase } from './conformance/run-case.ts';

const DEFAULT_FOLDER = path.join(import.meta.dirname, '..', 'tests', 'conformance', 'cases');

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cases: { type: 'string', default: DEFAULT_FOLDER } } });
  const cases = await readCases(path.resolve(values.cases));
  const failures = cases.flatMap(failureOf);
  for (const { id, difference } of failures) report(id, difference);
  const skipped = cases.filter((one) => one.kind === 'skipped');
  for (const [what, group] of Map.groupBy(skipped, (one) => one.what)) {
    console.log(`skipped: ${group.length} ${what}`);
  }
  const passed = cases.length - failures.length - skipped.length;
  console.log(`${passed} passed, ${failures.length} failed, ${skipped.length} skipped`);
  if (failures.length > 0 || passed === 0) process.exitCode = 1;
}

function failureOf(one: ConformanceCase): readonly { id: string; difference: Difference }[] {
  if (one.kind === 'skipped') return [];
  try {
    const difference = runCase(one);
    return difference ? [{ id: one.id, difference }] : [];
  } catch (error) {
    // One broken case must not hide the others; it counts as failed.
    return [{ id: one.id, difference: { expected: one.expect, actual: String(error) } }];
  }
}

function report(id: string, { expected, actual, hint }: Difference): void {
  console.log(`FAILED ${id}`);
  console.log(`  expected ${JSON.stringify(expected)}`);
  console.log(`  actual   ${JSON.stringify(actual)}`);
  if (hint !== undefined) console.log(`  because  ${JSON.stringify(hint)}`);
}

await main();
