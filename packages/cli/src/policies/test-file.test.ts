import { expect, test } from 'vitest';
import { readTestFile, type TestFileFault } from './test-file.ts';

function faultsOf(text: string): readonly TestFileFault[] {
  const reading = readTestFile(text);
  return reading.ok ? [] : reading.faults;
}

test('a file in YAML: changes, nodes, expectations; every value is a text', () => {
  const reading = readTestFile(`
snapshot: ../holdfast-org.json
now: 2030-03-20T05:00:00Z
change:
  - set-policy: base=base.json
tests:
  - name: kept long enough
    change: [{ attach: base@Root }]
    in: Root/Production
    expect:
      valid: true
      accounts: 2
      values: { plans/p/regions: [eu-central-1], plans/p/rules/r/lifecycle/delete_after_days: 090 }
      origins: { plans/p/regions: base@Root }
      absent: plans/p/rules/hourly
`);
  expect(reading).toMatchObject({
    ok: true,
    file: {
      snapshot: '../holdfast-org.json',
      type: 'BACKUP_POLICY',
      now: '2030-03-20T05:00:00Z',
      change: [{ option: 'set-policy', text: 'base=base.json' }],
      tests: [
        {
          name: 'kept long enough',
          line: 7,
          change: [{ option: 'attach', text: 'base@Root' }],
          in: ['Root/Production'],
          expect: {
            valid: true,
            accounts: 2,
            absent: ['plans/p/rules/hourly'],
            values: new Map<string, unknown>([
              ['plans/p/regions', ['eu-central-1']],
              ['plans/p/rules/r/lifecycle/delete_after_days', '090'],
            ]),
            origins: new Map([['plans/p/regions', ['base@Root']]]),
          },
        },
      ],
    },
  });
});

test('JSON is YAML', () => {
  const file = { tests: [{ name: 'x', expect: { valid: true } }] };
  expect(readTestFile(JSON.stringify(file))).toMatchObject({
    ok: true,
    file: { tests: [{ expect: { valid: true } }] },
  });
});

test.each<[what: string, text: string, expected: TestFileFault]>([
  ['no YAML', 'tests: [', { line: 1, column: 9, message: expect.stringContaining('Flow sequence') }],
  ['an unknown member', 'test: []\ntests: [{name: a, expect: {valid: true}}]', fault(1, 7, "'test' is not known here")],
  ['no tests', 'tests: []', fault(1, 8, 'there are no tests')],
  ['a test without expectations', 'tests:\n  - name: a', fault(2, 5, 'needs something to expect')],
  [
    'an expectation misspelled',
    'tests:\n- name: a\n  expect: { vaild: true }',
    fault(3, 20, "'vaild' is not known here"),
  ],
  ['a truth that is none', 'tests:\n- name: a\n  expect: { valid: yes }', fault(3, 20, 'valid must be true or false')],
  ['a count that is none', 'tests:\n- name: a\n  expect: { accounts: few }', fault(3, 23, 'must be a whole number')],
  [
    'a type of another family',
    'type: SERVICE_CONTROL_POLICY\ntests: [{name: a, expect: {valid: true}}]',
    fault(1, 7, 'not a type'),
  ],
  ['a key that is there twice', 'tests: []\ntests: []', fault(2, 1, 'unique')],
])('%s is refused where it stands', (_what, text, expected) => {
  expect(faultsOf(text)).toContainEqual(expected);
});

function fault(line: number, column: number, message: string): TestFileFault {
  return { line, column, message: expect.stringContaining(message) };
}

test('aliases of aliases of aliases are refused, not unfolded', () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(9).fill(`*l${level}`).join(',')}]`,
  );
  expect(faultsOf(`l0: &l0 [x]\n${levels.join('\n')}\ntests: *l12`)).toContainEqual(fault(1, 1, 'alias count'));
});
