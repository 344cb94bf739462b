/** `holdfast policy test`: files of tests run on a snapshot, readable failures, JUnit XML. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Desk, desk } from './command.ts';
import { policyText, production, sample } from './sample.ts';

let at: Desk;

beforeAll(() => {
  at = desk();
  at.write('holdfast-org.json', sample);
  at.write('production.json', policyText(production).replace("'90'", "'30'").replace('"90"', '"30"'));
});
beforeEach(() => mkdirSync(path.join(at.folder, 'tests'), { recursive: true }));
afterAll(() => at[Symbol.dispose]());

const RULE = 'plans/company-backups/rules/daily';

async function outcome(name: string, body: string): Promise<{ code: number | null; lines: string[]; stderr: string }> {
  at.write(name, body);
  const { code, stdout, stderr } = await at.run('policy', 'test', name);
  return { code, lines: stdout.trimEnd().split('\n').slice(1), stderr };
}

const one = (body: string): string => `tests:\n  - name: it\n${body.replace(/^/gm, '    ')}\n`;

test('what holds passes: values, lists, origins, presence, validity, numbers', async () => {
  const file = `
snapshot: holdfast-org.json
now: 2030-03-01T00:00:00Z
tests:
  - name: production is kept for 90 days, in two Regions, and copied
    in: Root/Production
    expect:
      accounts: 2
      valid: true
      values:
        ${RULE}/lifecycle/delete_after_days: 90
        plans/company-backups/regions: [us-east-1, eu-central-1]
      origins:
        ${RULE}/target_backup_vault_name: base@Root
        plans/company-backups/regions: [base@Root, p-production@Root/Production]
      present: ${RULE}/copy_actions
      absent: [plans/other, ${RULE}/enable_continuous_backup]
  - name: shorter retention would weaken production, and nobody else
    change: [set-policy: production=production.json]
    expect: { changed: 2, weakens: true, accounts: 4 }
  - name: the sandbox is not touched by it
    change: [set-policy: production=production.json]
    in: sandbox
    expect: { changed: 0, weakens: false }
  - name: without the base policy production is invalid
    change: [detach: base@Root]
    in: [shop, payments]
    expect: { valid: false }
`;
  const { code, lines, stderr } = await outcome('good.test.yaml', file);
  expect({ stderr, lines }).toMatchObject({ stderr: '', lines: expect.arrayContaining(['4 tests, all passed']) });
  expect(code).toBe(0);
});

test.each<[what: string, body: string, expected: string]>([
  [
    'another value, with who set it',
    `in: shop\nexpect: { values: { ${RULE}/lifecycle/delete_after_days: 35 } }`,
    `Root/Production/shop: ${RULE}/lifecycle/delete_after_days is "90", expected "35"; set by production at Production (16:15)`,
  ],
  [
    'a missing value',
    'in: shop\nexpect: { values: { plans/x: 1 } }',
    'Root/Production/shop: plans/x is missing, expected "1"',
  ],
  [
    'another list',
    'in: sandbox\nexpect: { values: { plans/company-backups/regions: [eu-central-1] } }',
    'Root/Development/sandbox: plans/company-backups/regions is ["us-east-1"], expected ["eu-central-1"]; set by base at Root (5:9)',
  ],
  [
    'another origin',
    `in: shop\nexpect: { origins: { ${RULE}/lifecycle/delete_after_days: base@Root } }`,
    `Root/Production/shop: ${RULE}/lifecycle/delete_after_days comes from production@Production, expected from base@Root`,
  ],
  [
    'what should not be there',
    `in: payments\nexpect: { absent: ${RULE}/copy_actions }`,
    `Root/Production/payments: ${RULE}/copy_actions is there: {…}`,
  ],
  ['invalidity', 'in: shop\nexpect: { valid: false }', 'Root/Production/shop: is valid, expected to be invalid'],
  ['another number', 'in: Production\nexpect: { accounts: 3 }', 'is about 2 accounts, expected 3'],
  ['no account', 'in: nowhere\nexpect: { valid: true }', 'There is no root, unit or account "nowhere"'],
  [
    'a change that cannot be made',
    'change: [attach: nobody@Root]\nexpect: { valid: true }',
    'The change cannot be made: There is no policy "nobody". (--attach nobody@Root)',
  ],
  [
    'a change of fewer accounts',
    'change: [set-policy: production=production.json]\nexpect: { changed: 4 }',
    'Root/Production/shop, Root/Production/payments: changes 2 accounts, expected 4',
  ],
  [
    'weaker protection',
    'change: [set-policy: production=production.json]\nexpect: { weakens: false }',
    'Root/Production/shop, Root/Production/payments: weakens protection: rule daily of plan company-backups keeps recovery points for 30 days instead of for 90 days',
  ],
  [
    'the same of many accounts, once',
    'expect: { values: { plans/y: 1 } }',
    'Root/management, Root/Production/shop, Root/Production/payments and 1 more: plans/y is missing, expected "1"',
  ],
])('a failure says what is there and what was expected: %s', async (_what, body, expected) => {
  const { code, lines } = await outcome('bad.test.yaml', one(body));
  expect(lines).toEqual(['  ✗ it bad.test.yaml:2', expect.stringContaining(`      ${expected}`), '1 test, 1 failed']);
  expect(code).toBe(1);
});

test('a folder is searched for test files; JUnit XML tells the same', async () => {
  at.write('tests/holdfast-org.json', sample);
  at.write('tests/a.test.yaml', one('in: shop\nexpect: { valid: true }'));
  at.write('tests/b.test.json', { tests: [{ name: 'not <so> & "so"', in: 'shop', expect: { valid: 'false' } }] });
  at.write('tests/other.json', 'no test');
  const { code, stdout } = await at.run('policy', 'test', 'tests', '--junit', 'results.xml');
  expect({ code, stdout }).toEqual({
    code: 1,
    stdout: expect.stringMatching(/a\.test\.yaml\n.*✓ it\n.*b\.test\.json\n.*✗ /s),
  });
  expect(at.read('results.xml').split('\n')).toEqual([
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    '  <testsuite name="tests/a.test.yaml" tests="1" failures="0" errors="0" skipped="0">',
    '    <testcase name="it" classname="tests/a.test.yaml" file="tests/a.test.yaml" line="2"/>',
    '  </testsuite>',
    '  <testsuite name="tests/b.test.json" tests="1" failures="1" errors="0" skipped="0">',
    '    <testcase name="not &lt;so&gt; &amp; &quot;so&quot;" classname="tests/b.test.json" file="tests/b.test.json" line="3">',
    '      <failure message="Root/Production/shop: is valid, expected to be invalid">Root/Production/shop: is valid, expected to be invalid</failure>',
    '    </testcase>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ]);
});

test.each<[what: string, args: readonly string[], expected: RegExp]>([
  ['a folder that is not there', ['nowhere'], /There is no such folder/],
  ['a folder without tests', ['empty'], /There are no test files/],
  ['a file with a mistake', ['mistake.yaml'], /line 1, column 8: there are no tests/],
])('%s ends with 1', async (_what, args, expected) => {
  mkdirSync(path.join(at.folder, 'empty'), { recursive: true });
  at.write('mistake.yaml', 'tests: []');
  const { code, stderr } = await at.run('policy', 'test', ...args);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(expected) });
});
