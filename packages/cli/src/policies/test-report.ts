/**
 * How policy tests went: lines for people, JUnit XML for the machines that run tests.
 */
import type { Colours } from '../output/colour.ts';
import { listed } from '../output/listed.ts';
import { plural } from '../output/quantities.ts';
import { printable } from '../output/text-width.ts';
import type { TestFailure, TestResult } from './test-run.ts';

export interface FileResult {
  readonly file: string;
  readonly results: readonly TestResult[];
}

const ACCOUNTS_SHOWN = 3;

export function testLines(files: readonly FileResult[], colours: Colours): string[] {
  const all = files.flatMap(({ results }) => results);
  const failed = all.filter(({ failures }) => failures.length > 0).length;
  return [
    ...files.flatMap(({ file, results }) => [
      colours.strong(printable(file)),
      ...results.flatMap(({ test, failures }) =>
        failures.length === 0
          ? [`  ${colours.good('✓')} ${printable(test.name)}`]
          : [
              `  ${colours.bad('✗')} ${printable(test.name)} ${colours.faint(printable(`${file}:${test.line}`))}`,
              ...failures.map((failure) => `      ${failureText(failure)}`),
            ],
      ),
    ]),
    `${plural(all.length, 'test')}, ${failed === 0 ? colours.good('all passed') : colours.bad(`${failed} failed`)}`,
  ];
}

function failureText({ message, accounts }: TestFailure): string {
  return printable(accounts.length === 0 ? message : `${listed(accounts, { max: ACCOUNTS_SHOWN })}: ${message}`);
}

/** In the form that CI systems agree on: one suite a file, one case a test. */
export function junit(files: readonly FileResult[]): string {
  const suites = files.map(({ file, results }) => {
    const failed = results.filter(({ failures }) => failures.length > 0).length;
    const cases = results.map(({ test, failures }) => {
      const attributes = `name="${xml(test.name)}" classname="${xml(file)}" file="${xml(file)}" line="${test.line}"`;
      if (failures.length === 0) return `    <testcase ${attributes}/>\n`;
      const texts = failures.map(failureText);
      const failure = `<failure message="${xml(texts[0] ?? '')}">${xml(texts.join('\n'))}</failure>`;
      return `    <testcase ${attributes}>\n      ${failure}\n    </testcase>\n`;
    });
    const counts = `tests="${results.length}" failures="${failed}" errors="0" skipped="0"`;
    return `  <testsuite name="${xml(file)}" ${counts}>\n${cases.join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('')}</testsuites>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** Control characters, which XML cannot hold, are written as people write them. */
function xml(text: string): string {
  return text
    .split('\n')
    .map(printable)
    .join('\n')
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? character);
}
