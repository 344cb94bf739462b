import { expect, test } from 'vitest';
import { type ImportStep, importPlan } from './import-plan.ts';
import type { OrganizationSnapshot } from './snapshot.ts';

const wanted: OrganizationSnapshot = {
  format: 'holdfast-org',
  version: 1,
  organizationId: 'o-wanted0001',
  managementAccountId: '111111111111',
  root: { id: 'r-want', policyTypes: ['SERVICE_CONTROL_POLICY', 'BACKUP_POLICY'] },
  organizationalUnits: [
    { id: 'ou-want-inner', name: 'Inner', parentId: 'ou-want-outer' },
    { id: 'ou-want-outer', name: 'Outer', parentId: 'r-want' },
  ],
  accounts: [
    { id: '111111111111', name: 'management', parentId: 'ou-want-outer' },
    { id: '222222222222', name: 'shop', parentId: 'ou-want-inner', email: 'Shop@example.com', state: 'ACTIVE' },
    { id: '333333333333', name: 'closed', parentId: 'r-want', state: 'SUSPENDED' },
  ],
  policies: [
    { id: 'p-FullAWSAccess', name: 'FullAWSAccess', type: 'SERVICE_CONTROL_POLICY', awsManaged: true, content: '{}' },
    { id: 'p-one', name: 'one', type: 'BACKUP_POLICY', content: '{"plans":{}}' },
    { id: 'p-two', name: 'two', type: 'BACKUP_POLICY', content: '{"copies":"to 222222222222"}' },
  ],
  attachments: [
    { targetId: 'r-want', policyIds: ['p-FullAWSAccess', 'p-one', 'p-two'], order: 'unknown' },
    { targetId: '333333333333', policyIds: ['p-one'], order: 'attachment' },
  ],
};

/** As it is in Holdfast after an import, with ids of its own. */
const imported: OrganizationSnapshot = {
  ...wanted,
  organizationId: 'o-there00001',
  managementAccountId: '999999999999',
  root: { id: 'r-here', policyTypes: ['SERVICE_CONTROL_POLICY', 'BACKUP_POLICY'] },
  organizationalUnits: [
    { id: 'ou-here-1', name: 'Outer', parentId: 'r-here' },
    { id: 'ou-here-2', name: 'Inner', parentId: 'ou-here-1' },
  ],
  accounts: [
    { id: '999999999999', name: 'mine', parentId: 'ou-here-1', email: 'operator@example.com', state: 'ACTIVE' },
    { id: '888888888888', name: 'shop', parentId: 'ou-here-2', email: 'shop@example.com', state: 'ACTIVE' },
  ],
  policies: [
    { id: 'p-here1', name: 'one', type: 'BACKUP_POLICY', content: '{"plans":{}}' },
    { id: 'p-here2', name: 'two', type: 'BACKUP_POLICY', content: '{"copies":"to 222222222222"}' },
    { id: 'p-here3', name: 'own', type: 'BACKUP_POLICY', content: '{}' },
  ],
  attachments: [{ targetId: 'r-here', policyIds: ['p-here1', 'p-here3', 'p-here2'], order: 'attachment' }],
};

const told = (step: ImportStep): string =>
  [step.kind, ...Object.values(step).filter((value) => typeof value === 'string' && value !== step.kind)].join(' ');

test('into nothing, all is made, parents first, what AWS manages and closed accounts left out', () => {
  expect(importPlan(wanted, undefined).steps.map(told)).toEqual([
    'make-organization',
    'enable-type BACKUP_POLICY',
    'make-unit',
    'make-unit',
    'move-account 111111111111 ou-want-outer',
    'make-account Shop@example.com',
    'move-account 222222222222 ou-want-inner',
    'make-policy',
    'make-policy',
    'attach p-one r-want',
    'attach p-two r-want',
  ]);
  const units = importPlan(wanted, undefined).steps.flatMap((step) =>
    step.kind === 'make-unit' ? [step.unit.name] : [],
  );
  expect(units).toEqual(['Outer', 'Inner']);
});

test('what is there is found again by place, address and name, and left alone; so is what is there besides', () => {
  const { steps, ids } = importPlan(wanted, imported);
  expect(steps).toEqual([]);
  expect(Object.fromEntries(ids)).toEqual({
    'r-want': 'r-here',
    'ou-want-outer': 'ou-here-1',
    'ou-want-inner': 'ou-here-2',
    '111111111111': '999999999999',
    '222222222222': '888888888888',
    'p-one': 'p-here1',
    'p-two': 'p-here2',
  });
});

test.each<[what: string, there: readonly string[], expected: readonly string[]]>([
  ['the last one is missing', ['p-here1'], ['attach p-two r-want']],
  ['the first one is missing', ['p-here2'], ['detach p-two r-want', 'attach p-one r-want', 'attach p-two r-want']],
  ['the order is the other one', ['p-here2', 'p-here1'], ['detach p-two r-want', 'attach p-two r-want']],
])('policies are attached in their order: %s', (_what, there, expected) => {
  const attachments = [{ targetId: 'r-here', policyIds: there, order: 'attachment' as const }];
  expect(importPlan(wanted, { ...imported, attachments }).steps.map(told)).toEqual(expected);
});

test('what will not be as in the snapshot is said', () => {
  expect(importPlan(wanted, imported).notes).toEqual([
    'Account closed is left out: it is SUSPENDED.',
    'The order of the policies at r-want is not known: they are attached as listed.',
    'Policy two names account 222222222222, which has another id here.',
  ]);
});
