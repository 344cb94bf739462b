import {
  BackupClient,
  CreateBackupPlanCommand,
  CreateBackupVaultCommand,
  TagResourceCommand,
} from '@aws-sdk/client-backup';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  outcome,
  send,
  type TestOrganization,
  testOrganization,
} from '../../packages/server/src/testing/organization.ts';

const POLICY = {
  tags: {
    costcenter: {
      tag_key: { '@@assign': 'CostCenter' },
      tag_value: { '@@assign': ['100', '2*'] },
      enforced_for: { '@@assign': ['organizations:account', 'organizations:ou', 'backup:backup-vault'] },
    },
    project: { tag_key: { '@@assign': 'Project' }, tag_value: { '@@assign': ['A'] } },
  },
};
const VIOLATION = 'ConstraintViolationException TAG_POLICY_VIOLATION';

let org: TestOrganization;
let unit: string;
beforeAll(async () => {
  org = await testOrganization();
  unit = await org.unit('unit');
  await org.enable('TAG_POLICY');
  await org.attach(await org.policy('TAG_POLICY', POLICY), org.rootId);
});
afterAll(() => org[Symbol.asyncDispose]());

const call = (operation: string, input: object): Promise<string> => outcome(send(org.client, operation, input));
const tag = (ResourceId: string, Key: string, Value: string): Promise<string> =>
  call('TagResource', { ResourceId, Tags: [{ Key, Value }] });

test('a tag policy binds from its publication on', async () => {
  expect(await tag(unit, 'CostCenter', 'none')).toBe('Success');
  await org.publish();
  expect(await tag(unit, 'CostCenter', 'none')).toBe(VIOLATION);
});

test.each<[rule: string, on: () => string, key: string, value: string, answer: string]>([
  ['a value of the policy is taken', () => unit, 'CostCenter', '100', 'Success'],
  ['a wildcard stands for any end', () => unit, 'CostCenter', '2-north', 'Success'],
  ['another value is refused', () => unit, 'CostCenter', '300', VIOLATION],
  ['another spelling of the key is refused', () => unit, 'costcenter', '100', VIOLATION],
  ['a key that the policy does not name is free', () => unit, 'team', 'any', 'Success'],
  ['a key that is not enforced is free', () => unit, 'Project', 'B', 'Success'],
  ['accounts are of a type of their own', () => org.managementId, 'CostCenter', '300', VIOLATION],
  ['the root is of a type that is not enforced', () => org.rootId, 'CostCenter', '300', 'Success'],
])('%s', async (_rule, on, key, value, answer) => {
  expect(await tag(on(), key, value)).toBe(answer);
});

test('what is made with tags is held to the policy too, and nothing is made', async () => {
  const Tags = [{ Key: 'CostCenter', Value: '300' }];
  expect([
    await call('CreateOrganizationalUnit', { ParentId: org.rootId, Name: 'second', Tags }),
    await call('CreateAccount', { AccountName: 'a', Email: 'a@members.test', Tags }),
    await call('InviteAccountToOrganization', { Target: { Type: 'EMAIL', Id: 'b@members.test' }, Tags }),
    await call('CreatePolicy', { Name: 'p', Description: '', Type: 'TAG_POLICY', Content: '{"tags":{}}', Tags }),
  ]).toEqual([VIOLATION, VIOLATION, VIOLATION, 'Success']);
  expect(await call('CreateOrganizationalUnit', { ParentId: org.rootId, Name: 'second' })).toBe('Success');
});

test('vaults of AWS Backup are held to it, plans that it does not name are not', async () => {
  const backup = org.server.client(BackupClient);
  const CostCenter = '300';
  const refusal = { name: 'InvalidParameterValueException', message: expect.stringContaining("'CostCenter'") };
  const vault = { BackupVaultName: 'tagged', BackupVaultTags: { CostCenter } };
  await expect(backup.send(new CreateBackupVaultCommand(vault))).rejects.toMatchObject(refusal);
  const free = await backup.send(new CreateBackupVaultCommand({ BackupVaultName: 'tagged' }));
  const later = { ResourceArn: free.BackupVaultArn, Tags: { CostCenter } };
  await expect(backup.send(new TagResourceCommand(later))).rejects.toMatchObject(refusal);
  const Rules = [{ RuleName: 'daily', TargetBackupVaultName: 'tagged' }];
  const plan = { BackupPlan: { BackupPlanName: 'plan', Rules }, BackupPlanTags: { CostCenter } };
  expect(await backup.send(new CreateBackupPlanCommand(plan))).toHaveProperty('BackupPlanId');
});
