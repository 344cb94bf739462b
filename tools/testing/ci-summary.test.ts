import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

const SUMMARY = path.resolve(import.meta.dirname, 'summary.mjs');
const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-summary-'));
afterAll(() => rmSync(folder, { recursive: true }));

function summary(result: string): { line: string; code: number | null } {
  const file = path.join(folder, 'result.json');
  writeFileSync(file, result);
  const { stdout, status } = spawnSync(process.execPath, [SUMMARY, file], { encoding: 'utf8' });
  return { line: stdout, code: status };
}

const counts = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] };
const brokenFile = { status: 'failed', assertionResults: [{ status: 'passed' }] };
const failedFile = { status: 'failed', assertionResults: [{ status: 'failed' }] };

test.each<[rule: string, result: string, line: string, code: number]>([
  ['the counts are the runner’s', JSON.stringify(counts), '3 passed, 0 failed, 2 skipped\n', 0],
  [
    'a failed test fails the run, once',
    JSON.stringify({ ...counts, numFailedTests: 1, testResults: [failedFile] }),
    '3 passed, 1 failed, 2 skipped\n',
    1,
  ],
  [
    'a file that fails outside its tests counts as one failure',
    JSON.stringify({ ...counts, testResults: [brokenFile] }),
    '3 passed, 1 failed, 2 skipped\n',
    1,
  ],
  [
    'a run without tests is no success',
    JSON.stringify({ ...counts, numPassedTests: 0 }),
    '0 passed, 0 failed, 2 skipped\n',
    1,
  ],
  ['a run that died is a failure', '', '0 passed, 1 failed, 0 skipped\n', 1],
])('%s', (_rule, result, line, code) => {
  expect(summary(result)).toEqual({ line, code });
});
