/**
 * `holdfast policy test DIR`: runs the policy tests in a folder; ends with 1 when one fails.
 *
 * Files named `*.test.yaml`, `*.test.yml` or `*.test.json`, also in folders below; a file that is named itself may be
 * called anything. What a test file names stands relative to it.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { evaluateOrganization, type OrganizationSnapshot } from '@holdfast/policy';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { readSnapshotFile, SNAPSHOT_FILE } from '../organization/snapshot-file.ts';
import { EXIT_FAILED, Failure } from '../output/failure.ts';
import { changesOf } from '../policies/organization-options.ts';
import { readTestFile, type TestFile } from '../policies/test-file.ts';
import { type FileResult, junit, testLines } from '../policies/test-report.ts';
import { runTest, type TestResult } from '../policies/test-run.ts';
import { readText, writeText } from '../text-files.ts';

interface TestOptions {
  readonly snapshot?: string;
  readonly junit?: string;
}

const TEST_FILE = /\.test\.(ya?ml|json)$/;
const FAULTS_SHOWN = 5;

export function addPolicyTest(parent: Command, context: CommandContext): void {
  parent
    .command('test')
    .description('run the policy tests of a folder (*.test.yaml, *.test.json) or file')
    .argument('<dir>', 'the folder, or a file')
    .option('--snapshot <file>', `for test files that name no snapshot (default: ${SNAPSHOT_FILE} beside them)`)
    .option('--junit <file>', 'write the results as JUnit XML too')
    .action((folder: string, options: TestOptions) => {
      const { terminal, environment } = context;
      const files = testFiles(environment.workingFolder, folder);
      const results = files.map((file) => runFile(context, file, options));
      if (options.junit !== undefined) {
        writeText(environment.workingFolder, options.junit, junit(results));
      }
      terminal.lines(testLines(results, terminal.colours));
      const hasFailed = results.some((file) => file.results.some(({ failures }) => failures.length > 0));
      if (hasFailed) context.outcome.exitCode = EXIT_FAILED;
    });
}

/** Relative to the working folder, in the order of their names. */
function testFiles(workingFolder: string, folder: string): string[] {
  const absolute = path.resolve(workingFolder, folder);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (found?.isFile()) return [folder];
  if (!found) throw new Failure('There is no such folder.', { where: folder });
  const files = readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((name) => TEST_FILE.test(name))
    .toSorted()
    .map((name) => path.join(folder, name));
  if (files.length === 0) {
    throw new Failure('There are no test files.', { where: folder, advice: 'Name them *.test.yaml or *.test.json.' });
  }
  return files;
}

function runFile(context: CommandContext, file: string, options: TestOptions): FileResult {
  const absolute = path.resolve(context.environment.workingFolder, file);
  const tests = parsed(file, readText(context.environment.workingFolder, file));
  const beside: CommandContext = {
    ...context,
    environment: { ...context.environment, workingFolder: path.dirname(absolute) },
  };
  const now = tests.now === undefined ? context.clock.now() : Date.parse(tests.now);
  const before = evaluateOrganization(snapshotOf(context, beside, tests, options), tests.type, now);
  const results = tests.tests.map((test): TestResult => {
    try {
      return runTest(before, test, changesOf(beside, [...tests.change, ...test.change], tests.type));
    } catch (error) {
      // A change that cannot be made is that test's failure and not the others'.
      if (!(error instanceof Failure)) throw error;
      return { test, failures: [{ message: `${error.message} (${error.where ?? file})`, accounts: [] }] };
    }
  });
  return { file, results };
}

function snapshotOf(
  { environment }: CommandContext,
  beside: CommandContext,
  tests: TestFile,
  options: TestOptions,
): OrganizationSnapshot {
  if (tests.snapshot === undefined && options.snapshot !== undefined) {
    return readSnapshotFile(environment.workingFolder, options.snapshot);
  }
  return readSnapshotFile(beside.environment.workingFolder, tests.snapshot ?? SNAPSHOT_FILE);
}

function parsed(file: string, text: string): TestFile {
  const reading = readTestFile(text);
  if (reading.ok) return reading.file;
  const faults = reading.faults
    .slice(0, FAULTS_SHOWN)
    .map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`);
  throw new Failure(`The file holds no policy tests as they are written: ${faults.join('; ')}`, { where: file });
}
