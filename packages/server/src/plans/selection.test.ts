import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SelectionConditions, SelectionDocument, TagCondition } from '../store/tables/backup.ts';
import { type Candidate, compileSelection } from './selection.ts';

const ROLE = 'arn:aws:iam::111122223333:role/r';
const of = (arn: string, resourceType: string, tags: Record<string, string> = {}, name: string | null = null) => ({
  arn,
  resourceType,
  tags,
  name,
});
const fs = (name: string, tags: Record<string, string> = {}) =>
  of(`arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/${name}`, 'EFS', tags, name);
const db = (name: string, tags: Record<string, string> = {}) =>
  of(`arn:aws:rds:us-east-1:111122223333:db:${name}`, 'RDS', tags, name);
const cluster = (type: string) => of('arn:aws:rds:us-east-1:111122223333:cluster:c', type);

const tag = (ConditionKey: string, ConditionValue: string) => ({
  ConditionType: 'STRINGEQUALS',
  ConditionKey,
  ConditionValue,
});
const when = (key: string, ConditionValue: string) => ({ ConditionKey: `aws:ResourceTag/${key}`, ConditionValue });
const selects = (
  selection: Partial<SelectionDocument>,
  candidate: Candidate,
  optedIn: (type: string) => boolean = () => true,
): boolean => compileSelection({ SelectionName: 's', IamRoleArn: ROLE, ...selection }, optedIn)(candidate);

const ALL_FS = 'arn:aws:elasticfilesystem:*:*:file-system/*';

test.each<[rule: string, selection: Partial<SelectionDocument>, candidate: Candidate, expected: boolean]>([
  ['* takes every type', { Resources: ['*'] }, db('a'), true],
  ['an ARN takes itself', { Resources: [db('a').arn] }, db('a'), true],
  ['an ARN takes nothing that starts like it', { Resources: [db('a').arn] }, db('ab'), false],
  ['a type pattern takes the type', { Resources: [ALL_FS] }, fs('a'), true],
  ['a type pattern takes no other type', { Resources: [ALL_FS] }, db('a'), false],
  ['a name may end in *', { Resources: ['arn:aws:rds:us-east-1:111122223333:db:shop-*'] }, db('shop-1'), true],
  ['any of ListOfTags is enough', { ListOfTags: [tag('a', '1'), tag('b', '2')] }, fs('x', { b: '2' }), true],
  ['tag values are compared exactly', { ListOfTags: [tag('a', 'x*')] }, fs('x', { a: 'xy' }), false],
  ['tag keys are case sensitive', { ListOfTags: [tag('A', '1')] }, fs('x', { a: '1' }), false],
  ['Resources or tags', { Resources: [ALL_FS], ListOfTags: [tag('a', '1')] }, db('x', { a: '1' }), true],
  ['neither Resources nor tags', { Resources: [ALL_FS], ListOfTags: [tag('a', '1')] }, db('x'), false],
  ['NotResources subtracts from Resources', { Resources: ['*'], NotResources: [ALL_FS] }, fs('x'), false],
  [
    'NotResources subtracts from tags',
    { ListOfTags: [tag('a', '1')], NotResources: [ALL_FS] },
    fs('x', { a: '1' }),
    false,
  ],
  [
    'all Conditions must hold',
    { Resources: ['*'], Conditions: { StringEquals: [when('a', '1'), when('b', '1')] } },
    fs('x', { a: '1' }),
    false,
  ],
  [
    'Conditions filter tags too',
    { ListOfTags: [tag('a', '1')], Conditions: { StringNotEquals: [when('stage', 'test')] } },
    fs('x', { a: '1', stage: 'test' }),
    false,
  ],
  [
    'StringEquals fails without the tag',
    { Resources: ['*'], Conditions: { StringEquals: [when('a', '')] } },
    fs('x'),
    false,
  ],
  [
    'StringNotEquals holds without the tag',
    { Resources: ['*'], Conditions: { StringNotEquals: [when('a', '1')] } },
    fs('x'),
    true,
  ],
  [
    'StringLike takes * anywhere',
    { Resources: ['*'], Conditions: { StringLike: [when('a', '*pro*d')] } },
    fs('x', { a: 'my-prod' }),
    true,
  ],
  [
    'StringLike fails without the tag',
    { Resources: ['*'], Conditions: { StringLike: [when('a', '*')] } },
    fs('x'),
    false,
  ],
  [
    'StringNotLike holds without the tag',
    { Resources: ['*'], Conditions: { StringNotLike: [when('a', '*')] } },
    fs('x'),
    true,
  ],
  [
    '* stands for no whitespace',
    { Resources: ['*'], Conditions: { StringLike: [when('a', 'a*')] } },
    fs('x', { a: 'a b' }),
    false,
  ],
  [
    'StringLike without * compares exactly',
    { Resources: ['*'], Conditions: { StringLike: [when('a', 'a b')] } },
    fs('x', { a: 'a b' }),
    true,
  ],
  [
    'a tag called like a property of objects is a tag',
    { Resources: ['*'], Conditions: { StringLike: [when('constructor', '*')] } },
    fs('x'),
    false,
  ],
  ['what a restore test made is never taken', { Resources: ['*'] }, fs('x', { 'awsbackup-restore-test': '' }), false],
  ['nor what is named like it', { Resources: ['*'] }, fs('awsbackup-restore-test-1'), false],
])('%s', (_rule, selection, candidate, expected) => {
  expect(selects(selection, candidate)).toBe(expected);
});

test.each<[rule: string, selection: Partial<SelectionDocument>, candidate: Candidate, expected: boolean]>([
  ['tags obey the opt-in', { ListOfTags: [tag('a', '1')] }, fs('x', { a: '1' }), false],
  ['* obeys it', { Resources: ['*'] }, fs('x'), false],
  ['a service obeys it', { Resources: ['arn:aws:elasticfilesystem:*'] }, fs('x'), false],
  ['a type that is named does not', { Resources: [ALL_FS] }, fs('x'), true],
  ['a resource that is named does not', { Resources: [fs('x').arn] }, fs('x'), true],
  ['a named type wins over tags', { Resources: [ALL_FS], ListOfTags: [tag('a', '1')] }, fs('x', { a: '1' }), true],
  [
    'types that share an ARN form obey it even when named',
    { Resources: ['arn:aws:rds:*:*:cluster:*'] },
    cluster('Neptune'),
    false,
  ],
])('a type without opt-in: %s', (_rule, selection, candidate, expected) => {
  expect(selects(selection, candidate, () => false)).toBe(expected);
});

const word = fc.constantFrom('a', 'b', 'ab', 'a b', '');
const tags = fc.dictionary(fc.constantFrom('k', 'l'), word);
const candidate = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'b', 'ab'), tags).map(([name, of]) => fs(name, of)),
  fc.tuple(fc.constantFrom('a', 'b', 'ab'), tags).map(([name, of]) => db(name, of)),
);
const pattern = fc.constantFrom('*', ALL_FS, 'arn:aws:rds:*', db('a').arn, `${db('a').arn}*`, fs('b').arn);
const parameter = fc
  .tuple(fc.constantFrom('k', 'l'), fc.constantFrom('a', 'a*', '*', '*b', ''))
  .map(([k, v]) => when(k, v));
const list = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });
const selection = fc.record({
  Resources: list(pattern),
  NotResources: list(pattern),
  ListOfTags: list(fc.tuple(fc.constantFrom('k', 'l'), word).map(([k, v]) => tag(k, v))),
  Conditions: fc.record({
    StringEquals: list(parameter),
    StringNotEquals: list(parameter),
    StringLike: list(parameter),
    StringNotLike: list(parameter),
  }),
});

interface Rule {
  readonly Resources: readonly string[];
  readonly NotResources: readonly string[];
  readonly ListOfTags: readonly TagCondition[];
  readonly Conditions: SelectionConditions;
}

/** The rule written down as it stands, with regular expressions and no preparation. */
function plainly(rule: Rule, one: Candidate): boolean {
  const like = (text: string | undefined, glob: string): boolean =>
    text !== undefined &&
    (glob.includes('*')
      ? !/\s/.test(text) &&
        new RegExp(`^${glob.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\\*', '\\S*')}$`).test(text)
      : text === glob);
  const value = (key = ''): string | undefined => one.tags[key.replace('aws:ResourceTag/', '')];
  const { Conditions: when } = rule;
  return (
    (rule.Resources.some((glob) => like(one.arn, glob)) ||
      rule.ListOfTags.some((is) => value(is.ConditionKey) === is.ConditionValue)) &&
    !rule.NotResources.some((glob) => like(one.arn, glob)) &&
    (when.StringEquals ?? []).every((is) => value(is.ConditionKey) === is.ConditionValue) &&
    (when.StringNotEquals ?? []).every((is) => value(is.ConditionKey) !== is.ConditionValue) &&
    (when.StringLike ?? []).every((is) => like(value(is.ConditionKey), is.ConditionValue ?? '')) &&
    (when.StringNotLike ?? []).every((is) => !like(value(is.ConditionKey), is.ConditionValue ?? ''))
  );
}

test('the prepared selection agrees with the rule written down plainly', () => {
  fc.assert(
    fc.property(selection, candidate, (rule, one) => {
      expect(selects(rule, one)).toBe(plainly(rule, one));
    }),
    { numRuns: 2_000 },
  );
});

test('a further condition or exclusion never selects more', () => {
  fc.assert(
    fc.property(selection, candidate, parameter, pattern, (rule, one, further, excluded) => {
      const narrower = {
        ...rule,
        NotResources: [...rule.NotResources, excluded],
        Conditions: { ...rule.Conditions, StringLike: [...rule.Conditions.StringLike, further] },
      };
      expect(selects(narrower, one) && !selects(rule, one)).toBe(false);
    }),
  );
});

test('without opt-in nothing is selected that would not be with it', () => {
  fc.assert(
    fc.property(selection, candidate, (rule, one) => {
      expect(selects(rule, one, () => false) && !selects(rule, one)).toBe(false);
    }),
  );
});
