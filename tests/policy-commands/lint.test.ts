/**
 * `holdfast policy lint`: files alone and whole organizations, in the forms that people, editors and code hosts read.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Desk, desk } from './command.ts';
import { policyText, production, sample } from './sample.ts';
import { sarifFaults } from './sarif-shape.ts';

let at: Desk;

const BROKEN = `{
  "plans": {
    "company-backups": {
      "regoins": { "@@assign": ["eu-central-1"] }
    }
  }
}
`;

beforeAll(() => {
  at = desk();
  at.write('holdfast-org.json', sample);
  at.write(
    'good policy.json',
    policyText(production).replace('arn:aws:backup:eu-central-1', 'arn:aws:backup:eu-west-1'),
  );
  at.write('broken, too.json', BROKEN);
});
afterAll(() => at[Symbol.dispose]());

const lint = (...args: readonly string[]) => at.run('policy', 'lint', ...args);

test('an error has its file, line, column, path and what to do, and ends the command with 1', async () => {
  expect(await lint('good policy.json', 'broken, too.json')).toEqual({
    code: 1,
    stderr: '',
    stdout: [
      'broken, too.json:4:7: error regoins is unknown here [admission/unknown-key]',
      '  at: plans/company-backups/regoins',
      '  what to do: Did you mean "regions"?',
      '1 error, 0 warnings, 0 remarks',
      '',
    ].join('\n'),
  });
});

test('files without errors end with 0', async () => {
  expect(await lint('good policy.json')).toMatchObject({ code: 0, stdout: '0 errors, 0 warnings, 0 remarks\n' });
});

test('an organization is linted where its policies are attached', async () => {
  const { code, stdout } = await lint('--snapshot', 'holdfast-org.json');
  expect(code).toBe(1);
  expect(stdout).toMatch(/^policy sandbox-wishes at Root\/Development\/sandbox:7:13: warning .*\[refused-override\]$/m);
  expect(stdout).toMatch(/^policy production:\d+:\d+: error .*\[copy-to-itself\]$/m);
  expect(stdout).toMatch(/accounts: 222222222222, 333333333333/);
});

test('a change is linted before it is made: its findings point to its file', async () => {
  at.write('production.json', policyText(production).replaceAll('eu-central-1:$account', 'us-east-1:$account'));
  const { stdout } = await lint('--snapshot', 'holdfast-org.json', '--set-policy', 'production=production.json');
  expect(stdout).toMatch(/^production\.json:\d+:\d+: error .*\[copy-to-itself\]$/m);
  expect(stdout).not.toMatch(/policy production:/);
});

test('JSON is the engine’s findings, with their file', async () => {
  const { code, stdout } = await lint('broken, too.json', '--format', 'json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject([
    { file: 'broken, too.json', id: 'admission/unknown-key', severity: 'error', line: 4, column: 7 },
  ]);
});

test('GitHub shows findings beside their line; properties are escaped', async () => {
  const { stdout } = await lint('broken, too.json', '--format', 'github');
  expect(stdout).toBe(
    '::error file=broken%2C too.json,line=4,col=7,title=admission/unknown-key::regoins is unknown here. Did you mean "regions"?\n',
  );
  const whole = await lint('--snapshot', 'holdfast-org.json', '--format', 'github');
  expect(whole.stdout).toMatch(
    /^::warning title=refused-override::policy sandbox-wishes at Root\/Development\/sandbox:7:13: /m,
  );
});

interface SarifLocation {
  readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: object };
  readonly logicalLocations?: readonly { readonly fullyQualifiedName: string }[];
}
interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly SarifLocation[];
    }[];
  }[];
}

test('SARIF names each rule with its reason, and each finding with a place', async () => {
  const { stdout } = await lint('broken, too.json', '--snapshot', 'holdfast-org.json', '--format', 'sarif');
  const { version, runs } = JSON.parse(stdout) as Sarif;
  const [{ tool, results } = { tool: { driver: { rules: [] } }, results: [] }] = runs;
  expect(version).toBe('2.1.0');
  expect(tool.driver.rules).toContainEqual({
    id: 'refused-override',
    shortDescription: { text: expect.any(String) },
    fullDescription: { text: expect.any(String) },
    defaultConfiguration: { level: 'warning' },
  });
  for (const { ruleId, ruleIndex, level } of results) {
    expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(['error', 'warning', 'note']).toContain(level);
  }
  const locationOf = (id: string): SarifLocation | undefined =>
    results.find(({ ruleId }) => ruleId === id)?.locations[0];
  expect(locationOf('admission/unknown-key')?.physicalLocation).toEqual({
    artifactLocation: { uri: 'broken%2C%20too.json' },
    region: { startLine: 4, startColumn: 7 },
  });
  expect(locationOf('refused-override')).toEqual({
    physicalLocation: { artifactLocation: { uri: 'holdfast-org.json' }, region: { startLine: 1 } },
    logicalLocations: [
      { fullyQualifiedName: expect.stringMatching(/^policy sandbox-wishes at Root\/Development\/sandbox:7:13\/plans/) },
    ],
  });
});

test('SARIF has the shape that OASIS demands, and the rules of the shape see when it has not', async () => {
  const { stdout } = await lint('broken, too.json', '--snapshot', 'holdfast-org.json', '--format', 'sarif');
  expect(sarifFaults(JSON.parse(stdout))).toEqual([]);
  const broken = stdout
    .replace('"2.1.0"', '"2.2.0"')
    .replace('"startColumn": 7', '"startColumn": 0')
    .replace('"driver"', '"pilot"');
  expect(sarifFaults(JSON.parse(broken)).toSorted()).toEqual([
    '$.runs[0].results[0].locations[0].physicalLocation.region.startColumn: not a number from 1',
    '$.runs[0].tool: driver is missing',
    '$.runs[0].tool: pilot is unknown',
    '$.version: not one of 2.1.0',
  ]);
});

test('an unknown format is a usage error', async () => {
  expect(await lint('broken, too.json', '--format', 'xml')).toMatchObject({ code: 2, stdout: '' });
});
