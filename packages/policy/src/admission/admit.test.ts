import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isManagementPolicyType, POLICY_TYPES, type PolicyType } from '../policy-types.ts';
import { assigned, NOW, setting } from '../testing/documents.ts';
import { admit } from './admit.ts';

const TYPES = Object.keys(POLICY_TYPES) as PolicyType[];

test.each(TYPES)('%s: the size is limited by characters, and judged before the content', (type) => {
  const { contentMax } = POLICY_TYPES[type];
  const text = '{"'.padEnd(contentMax + 1, 'é');
  expect(admit(type, text, NOW)).toEqual({ verdict: 'too-long', length: contentMax + 1, lengthMax: contentMax });
  expect(admit(type, text.slice(0, contentMax), NOW)).toMatchObject({ verdict: 'malformed' });
});

test.each(TYPES)('%s: whatever the text, there is a verdict', (type) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const admission = admit(type, text, NOW);
      if (admission.verdict === 'malformed') expect(admission.diagnostics.length).toBeGreaterThan(0);
      if (admission.verdict === 'admitted' && isManagementPolicyType(type)) expect(admission.document).toBeDefined();
    }),
    { numRuns: 100 },
  );
});

test.each<[rule: string, type: PolicyType, text: string]>([
  ['a document is an object', 'BACKUP_POLICY', '[]'],
  ['a document is one object', 'BACKUP_POLICY', '{"plans":{}}{}'],
  ['a key stands once', 'TAG_POLICY', '{"tags":{},"tags":{}}'],
  [
    'two spellings of an operator are one key twice',
    'TAG_POLICY',
    '{"tags":{"k":{"tag_value":{"@@assign":[],"@@Assign":[]}}}}',
  ],
  ['a value stands under an operator', 'BACKUP_POLICY', '{"plans":{"p":{"regions":["us-east-1"]}}}'],
  ['an operator must be known', 'BACKUP_POLICY', '{"plans":{"p":{"regions":{"@@replace":["us-east-1"]}}}}'],
  ['a control is not empty', 'BACKUP_POLICY', '{"plans":{"@@operators_allowed_for_child_policies":[]}}'],
  ['a control is a list', 'BACKUP_POLICY', '{"plans":{"@@operators_allowed_for_child_policies":"@@none"}}'],
  ['null is no value of a setting', 'BACKUP_POLICY', rule({ target_backup_vault_name: { '@@assign': null } })],
  ['a number is no vault name', 'BACKUP_POLICY', rule({ target_backup_vault_name: { '@@assign': 12 } })],
  ['a setting has no settings', 'BACKUP_POLICY', rule({ target_backup_vault_name: { name: { '@@assign': 'v' } } })],
  ['lists do not nest', 'TAG_POLICY', '{"tags":{"k":{"tag_value":{"@@assign":[["a"]]}}}}'],
  ['a type knows its outermost key', 'S3_POLICY', '{"plans":{}}'],
  ['an AI service must be known, even without settings', 'AISERVICES_OPT_OUT_POLICY', '{"services":{"frobnicate":{}}}'],
  ['opt-out values mind letter case', 'AISERVICES_OPT_OUT_POLICY', aiPolicy('optout')],
  ['S3 values mind letter case', 'S3_POLICY', s3Policy('All')],
  ['an operator and a key do not mix, whatever the type', 'BEDROCK_POLICY', '{"a":{"@@assign":"x","b":{}}}'],
])('refused: %s', (_rule, type, text) => {
  expect(admit(type, text, NOW).verdict).toBe('malformed');
});

test.each<[rule: string, type: PolicyType, text: string]>([
  ['AI services without settings', 'AISERVICES_OPT_OUT_POLICY', '{"services":{"lex":{}}}'],
  ['an AI opt-out', 'AISERVICES_OPT_OUT_POLICY', aiPolicy('optOut')],
  ['an S3 policy', 'S3_POLICY', s3Policy('none')],
  ['keys in any letter case', 'S3_POLICY', s3Policy('all').toUpperCase().replace('"ALL"', '"all"')],
  ['operators without effect at the root', 'CHATBOT_POLICY', '{"chatbot":{},"@@assign":["x"],"@@remove":null}'],
  [
    'a type of which only the grammar is known',
    'GUARDDUTY_POLICY',
    '{"a":{"b":{"@@assign":"x"},"c":{"@@append":["y"]}}}',
  ],
])('admitted: %s', (_rule, type, text) => {
  expect(admit(type, text, NOW).verdict).toBe('admitted');
});

const condition = (index: number) => ({
  [`c${index}`]: { condition_key: `aws:ResourceTag/${index}`, condition_value: 'x' },
});
const conditions = (count: number) =>
  Object.assign({}, ...Array.from({ length: count }, (_, index) => condition(index)));
const withConditions = (count: number) =>
  JSON.stringify(
    assigned({
      plans: {
        p: {
          selections: {
            resources: { s: { conditions: { string_equals: conditions(20), string_like: conditions(count - 20) } } },
          },
        },
      },
    }),
  );

test('a selection has 30 conditions at most, over all kinds', () => {
  expect(admit('BACKUP_POLICY', withConditions(30), NOW).verdict).toBe('admitted');
  expect(admit('BACKUP_POLICY', withConditions(31), NOW)).toMatchObject({
    verdict: 'malformed',
    diagnostics: [{ code: 'too-many-elements' }],
  });
});

test('the same content may be refused a minute later', () => {
  const text = rule({ schedule_expression: { '@@assign': 'cron(44,46 8 ? * * *)' } });
  const at = Date.parse('2026-09-13T08:45:51Z');
  expect(admit('BACKUP_POLICY', text, at).verdict).toBe('admitted');
  expect(admit('BACKUP_POLICY', text, at + 60_000).verdict).toBe('malformed');
});

test('Regions of our own are accepted where the caller names them', () => {
  const text = JSON.stringify(assigned({ plans: { p: { regions: ['site-1'] } } }));
  expect(admit('BACKUP_POLICY', text, NOW).verdict).toBe('malformed');
  expect(admit('BACKUP_POLICY', text, NOW, { moreRegions: new Set(['site-1']) }).verdict).toBe('admitted');
});

test('a diagnostic says what, where and what to do', () => {
  const text = `{
  "plans": {
    "Nightly": {
      "regoins": { "@@assign": ["us-east-1"] },
      "rules": { "daily": { "start_backup_window_minutes": { "@@assign": "59" } } }
    }
  }
}`;
  expect(admit('BACKUP_POLICY', text, NOW)).toEqual({
    verdict: 'malformed',
    diagnostics: [
      {
        code: 'unknown-key',
        severity: 'error',
        path: ['plans', 'Nightly', 'regoins'],
        line: 4,
        column: 7,
        message: 'regoins is unknown here',
        suggestion: 'Did you mean "regions"?',
      },
      {
        code: 'value',
        severity: 'error',
        path: ['plans', 'Nightly', 'rules', 'daily', 'start_backup_window_minutes', '@@assign'],
        line: 5,
        column: 74,
        message: '"59" is not accepted here',
        suggestion: 'Use a whole number from 60, of at most 16 digits',
      },
    ],
  });
});

test.each<[code: string, text: string]>([
  ['json-syntax', '{'],
  ['json-duplicate-key', '{"plans":{},"plans":{}}'],
  ['json-too-deep', '{"plans":'.padEnd(800, '[')],
  ['key-collision', '{"plans":{"p":{},"P":{}}}'],
  ['not-an-object', '"plans"'],
  ['unknown-operator', '{"plans":{"@@merge":[]}}'],
  ['operator-value', '{"plans":{},"@@assign":{}}'],
  ['operator-not-allowed', '{"plans":{"@@assign":"x"}}'],
  ['control-value', '{"plans":{"@@operators_allowed_for_child_policies":["@@some"]}}'],
  ['unknown-key', '{"plans":{"p":{"other":{}}}}'],
  ['missing-key', '{}'],
  ['key-name', '{"plans":{"a b":{}}}'],
  ['value', JSON.stringify(assigned({ plans: { p: { regions: ['nowhere'] } } }))],
  [
    'too-few-elements',
    JSON.stringify({ plans: { p: { rules: { r: { index_actions: { resource_types: setting('=') } } } } } }),
  ],
  ['too-many-elements', withConditions(31)],
  ['conflict', rule({ enable_continuous_backup: { '@@assign': true } })],
  ['schedule-interval', rule({ schedule_expression: { '@@assign': 'cron(0/5 * ? * * *)' } })],
  ['schedule-ended', rule({ schedule_expression: { '@@assign': 'cron(0 5 1 1 ? 2020)' } })],
])('each kind of fault has its code: %s', (code, text) => {
  const admission = admit('BACKUP_POLICY', text, NOW);
  expect(admission.verdict === 'malformed' ? admission.diagnostics.map((diagnostic) => diagnostic.code) : []).toContain(
    code,
  );
});

test('a hostile document costs a bounded list of diagnostics', () => {
  const keys = Array.from({ length: 900 }, (_, index) => `"k ${index}":0`).join(',');
  const admission = admit('BACKUP_POLICY', `{"plans":{${keys}}}`, NOW);
  expect(admission.verdict === 'malformed' && admission.diagnostics.length).toBe(100);
});

test.each<[rule: string, text: string, verdict: string]>([
  [
    'a policy with a statement',
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}',
    'admitted',
  ],
  [
    'one statement without a list',
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"iam:*"}}',
    'admitted',
  ],
  ['no version', '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}', 'admitted'],
  ['an unknown version', '{"Version":"2030-01-01","Statement":[]}', 'malformed'],
  ['no statement', '{"Version":"2012-10-17"}', 'malformed'],
  ['another effect', '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe","Action":"*"}]}', 'malformed'],
  ['a key twice', '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}', 'malformed'],
  ['a management policy', '{"plans":{}}', 'malformed'],
])('service control policies: %s', (_rule, text, verdict) => {
  expect(admit('SERVICE_CONTROL_POLICY', text, NOW).verdict).toBe(verdict);
});

function rule(settings: object): string {
  return JSON.stringify({ plans: { p: { rules: { r: settings } } } });
}

function aiPolicy(value: string): string {
  return JSON.stringify(assigned({ services: { default: { opt_out_policy: value } } }));
}

function s3Policy(value: string): string {
  return JSON.stringify(assigned({ s3_attributes: { public_access_block_configuration: value } }));
}
