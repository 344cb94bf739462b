/** IAM's decisions as tables, written from AWS's documentation of each element; the tables are in testing/. */
import { describe, expect, test } from 'vitest';
import { readPolicy } from './policy-document.ts';
import { type DecisionRow, decide, document, ME, policyOf, VAULT } from './testing/decision-table.ts';
import { DECISIONS_OF_CONDITIONS } from './testing/decisions-of-conditions.ts';
import { DECISIONS_OF_LAYERS } from './testing/decisions-of-layers.ts';
import { DECISIONS_OF_ORGANIZATIONS } from './testing/decisions-of-organizations.ts';
import { DECISIONS_OF_STATEMENTS } from './testing/decisions-of-statements.ts';

const TABLES: readonly [name: string, rows: readonly DecisionRow[]][] = [
  ['statements', DECISIONS_OF_STATEMENTS],
  ['conditions', DECISIONS_OF_CONDITIONS],
  ['layers', DECISIONS_OF_LAYERS],
  ['organizations', DECISIONS_OF_ORGANIZATIONS],
];

describe.each(TABLES)('%s', (_name, rows) => {
  test.each(rows)('%s', (_rule, given, asked, decision) => {
    expect(decide(given, asked)).toBe(decision);
  });
});

test('the tables hold hundreds of decisions, each a rule of its own, of every kind', () => {
  const all = TABLES.flatMap(([name, rows]) =>
    rows.map(([rule, , , decision]) => ({ rule: `${name}: ${rule}`, decision })),
  );
  expect(all.length).toBeGreaterThanOrEqual(300);
  const rules = all.map(({ rule }) => rule);
  expect(rules.filter((rule, index) => rules.indexOf(rule) < index)).toEqual([]);
  expect(new Set(all.map(({ decision }) => decision)).size).toBe(15);
});

describe('what is refused when the policy is read:', () => {
  test.each<[what: string, condition: object]>([
    ['an unknown operator', { StringAlmost: { 'aws:username': 'x' } }],
    ['an unknown global key', { StringEquals: { 'aws:Nobody': 'x' } }],
    ['an unknown key of a service of ours', { StringEquals: { 'backup:Nothing': 'x' } }],
    ['a key without prefix', { StringEquals: { username: 'x' } }],
    ['a tag key without tag', { StringEquals: { 'aws:RequestTag/': 'x' } }],
    ['a number that is none', { NumericEquals: { 'aws:RequestTag/size': 'many' } }],
    ['a date that is none', { DateEquals: { 'aws:CurrentTime': 'tomorrow' } }],
    ['a bool that is none', { Bool: { 'aws:SecureTransport': 'maybe' } }],
    ['a range that is none', { IpAddress: { 'aws:SourceIp': '10.0.0.0/33' } }],
    ['a half range', { IpAddress: { 'aws:SourceIp': '10.0.0.0/' } }],
    ['an address that is none', { IpAddress: { 'aws:SourceIp': '10.0.0' } }],
    ['base64 that is none', { BinaryEquals: { 'aws:RequestTag/blob': '%' } }],
    ['an ARN that is none', { ArnEquals: { 'aws:PrincipalArn': 'role/x' } }],
    ['IfExists on Null', { NullIfExists: { 'aws:username': 'true' } }],
    ['a set operator on Null', { 'ForAnyValue:Null': { 'aws:username': 'true' } }],
    ['two set operators', { 'ForAnyValue:ForAllValues:StringEquals': { 'aws:username': 'x' } }],
    ['a variable where none may stand', { NumericEquals: { 'aws:RequestTag/size': '${aws:username}' } }],
    ['a variable without end', { StringEquals: { 'aws:username': '${aws:username' } }],
    ['a variable that is none', { StringEquals: { 'aws:username': '${}' } }],
    ['values of no kind', { StringEquals: { 'aws:username': null } }],
    ['an operator without keys', { StringEquals: 'x' }],
  ])('%s', (_what, condition) => {
    expect(() => policyOf({ Condition: condition })).toThrow(expect.objectContaining({ name: 'PolicyProblem' }));
  });
});

test('in documents of 2008 a variable is plain text', () => {
  const vault = (name: string): string => `arn:aws:backup:us-east-1:${ME}:backup-vault:${name}`;
  const [statement] = readPolicy(
    document({ Resource: vault('${aws:username}') }, {}, '2008-10-17'),
    'identity',
  ).statements;
  const lookup = () => ['ann'];
  expect(statement?.matchesResource(vault('ann'), lookup)).toBe(false);
  expect(statement?.matchesResource(vault('${aws:username}'), lookup)).toBe(true);
});

test('matching stays quick whatever the pattern', () => {
  const identity = { Resource: `arn:aws:s3:::${'*a'.repeat(500)}` };
  const begun = performance.now();
  expect(decide({ identity }, { resource: `arn:aws:s3:::${'a'.repeat(2_000)}b` })).toBe('no identity');
  expect(performance.now() - begun).toBeLessThan(1_000);
  expect(decide({ identity }, { resource: VAULT })).toBe('no identity');
});

test.each([
  ['blanks before a quote', `\${aws:x${' '.repeat(200_000)}'}`],
  ['blanks behind a comma', `\${aws:x,${' '.repeat(100_000)}x}`],
])('a variable with %s is refused as quickly', (_what, variable) => {
  const begun = performance.now();
  expect(() => policyOf({ Resource: `arn:aws:s3:::${variable}` })).toThrow('is not a policy variable');
  expect(performance.now() - begun).toBeLessThan(1_000);
});

test.each([
  ["${ aws:username , 'no body' }", 'no body'],
  ["${aws:username,''}", ''],
])('%s has a default', (variable, value) => {
  const [statement] = readPolicy(document({ Resource: `arn:aws:s3:::a/${variable}` }), 'identity').statements;
  expect(statement?.matchesResource(`arn:aws:s3:::a/${value}`, () => undefined)).toBe(true);
});
