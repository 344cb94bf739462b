/**
 * `node tools/testing/summary.mjs RESULT`: one line, `N passed, N failed, N skipped`, from the result that vitest wrote
 * as JSON. A file that could not be loaded ran none of its tests and counts as one failure. Exit code 1 if anything
 * failed or there is no result: a run that died counted nothing.
 */
// @ts-check
import { readFileSync } from 'node:fs';

/**
 * @typedef {object} Result
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ status: string, assertionResults: { status: string }[] }[]} testResults
 */

/** @param {string} file */
function counted(file) {
  const result = /** @type {Result} */ (JSON.parse(readFileSync(file, 'utf8')));
  const broken = result.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + broken.length,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

try {
  const { passed, failed, skipped } = counted(process.argv[2] ?? '');
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
} catch {
  console.error('The tests ended without a result.');
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
}
