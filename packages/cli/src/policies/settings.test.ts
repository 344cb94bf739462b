import { present } from '@holdfast/kernel';
import { type Level, parsePolicy } from '@holdfast/policy';
import { expect, test } from 'vitest';
import { explainPolicy, settingsOf } from './settings.ts';

const level = (nodeId: string, id: string, plan: unknown): Level => ({
  nodeId,
  policies: [{ id, document: present(parsePolicy(JSON.stringify({ plans: { daily: plan } })), 'document') }],
});
const names = new Map([
  ['p-base', 'base'],
  ['p-child', 'wishes'],
  ['r-1', 'root'],
  ['111122223333', 'sandbox'],
]);
const rule = (vault: unknown): unknown => ({ rules: { nightly: { target_backup_vault_name: vault } } });

test('a refused value names what was asked, by whom, and the control that forbade it', () => {
  const locked = { '@@assign': 'vault', '@@operators_allowed_for_child_policies': ['@@none'] };
  const levels = [level('r-1', 'p-base', rule(locked)), level('111122223333', 'p-child', rule({ '@@assign': 'mine' }))];
  expect(explainPolicy({ levels, names })).toEqual({
    settings: [{ path: 'plans/daily/rules/nightly/target_backup_vault_name', value: 'vault', setBy: 'base at root' }],
    refusals: [
      {
        path: 'plans/daily/rules/nightly/target_backup_vault_name',
        value: '@@assign mine',
        asked: 'wishes at sandbox',
        forbiddenBy: 'base at root (child policies: @@none)',
      },
    ],
  });
});

test('a list names everyone who shaped it', () => {
  const levels = [
    level('r-1', 'p-base', { regions: { '@@assign': ['us-east-1'] } }),
    level('111122223333', 'p-child', { regions: { '@@append': ['eu-central-1'] } }),
  ];
  expect(explainPolicy({ levels, names }).settings).toEqual([
    { path: 'plans/daily/regions', value: 'us-east-1, eu-central-1', setBy: 'base at root, wishes at sandbox' },
  ]);
});

test('a key that may not be added is refused as such', () => {
  const levels = [
    level('r-1', 'p-base', { rules: { '@@operators_allowed_for_child_policies': ['@@none'] } }),
    level('111122223333', 'p-child', rule({ '@@assign': 'mine' })),
  ];
  expect(explainPolicy({ levels, names }).refusals).toMatchObject([
    { path: 'plans/daily/rules/nightly', asked: 'wishes at sandbox' },
  ]);
});

test('a published document is read without its origins', () => {
  expect(settingsOf('{"plans":{"daily":{"regions":["a","b"],"rules":{"r":{"x":"1"}}}}}')).toEqual([
    { path: 'plans/daily/regions', value: 'a, b', setBy: '' },
    { path: 'plans/daily/rules/r/x', value: '1', setBy: '' },
  ]);
});
