import { present } from '@holdfast/kernel';
import { expect, test } from 'vitest';
import { effectivePolicy } from '../effective/effective-policy.ts';
import { mergeLevels } from '../merge/merge-level.ts';
import { assigned, levelsOf, NOW } from '../testing/documents.ts';
import { plansOf } from './plans-of.ts';
import { resolvePlan } from './resolve-plan.ts';

const COPY_HERE = 'arn:aws:backup:us-west-2:$account:backup-vault:second';
const COPY_THERE = 'arn:aws:backup:us-west-2:222222222222:backup-vault:Other';
const ROLE = 'arn:aws:iam::$account:role/backup';

const plan = {
  regions: ['us-east-1', 'eu-west-1', 'us-east-1'],
  rules: {
    Daily: {
      schedule_expression: 'cron(0 5 ? * * *)',
      target_backup_vault_name: 'Main',
      target_logically_air_gapped_backup_vault_arn: 'arn:aws:backup:$region:$account:backup-vault:AirGap',
      start_backup_window_minutes: 60,
      complete_backup_window_minutes: '0120',
      enable_continuous_backup: false,
      lifecycle: {
        move_to_cold_storage_after_days: '30',
        delete_after_days: '120',
        opt_in_to_archive_for_supported_resources: 'false',
      },
      copy_actions: {
        [COPY_HERE]: { target_backup_vault_arn: COPY_HERE, lifecycle: { delete_after_days: '35' } },
        [COPY_THERE]: { target_backup_vault_arn: COPY_THERE },
      },
      recovery_point_tags: { owner: { tag_key: 'Owner', tag_value: '$account' } },
      index_actions: { resource_types: ['EBS', 'S3'] },
      scan_actions: { GUARDDUTY: { scan_mode: 'FULL_SCAN' } },
    },
    Weekly: { target_backup_vault_name: 'Main' },
  },
  selections: {
    tags: {
      Tagged: {
        iam_role_arn: ROLE,
        tag_key: 'Backup',
        tag_value: ['Gold', 'Silver'],
        conditions: { string_not_equals: { c: { condition_key: 'aws:ResourceTag/skip', condition_value: true } } },
      },
    },
    resources: {
      Typed: {
        iam_role_arn: ROLE,
        resource_types: ['*'],
        not_resource_types: ['arn:aws:ec2:*:*:volume/*'],
      },
    },
  },
  advanced_backup_settings: { ec2: { windows_vss: 'enabled' }, s3: { backup_acls: 'disabled' } },
  backup_plan_tags: { cost: { tag_key: 'Cost', tag_value: 12 } },
  scan_settings: { GUARDDUTY: { resource_types: ['EBS'], scanner_role_arn: ROLE } },
};

function planOf(content: Parameters<typeof assigned>[0]) {
  const state = mergeLevels(levelsOf([assigned({ plans: { 'My.Plan': content } })]));
  return present(plansOf(effectivePolicy('BACKUP_POLICY', state, NOW).document)[0], 'the plan');
}

test('every setting of a backup policy finds its place in the plan', () => {
  const noConditions = { stringEquals: [], stringNotEquals: [], stringLike: [], stringNotLike: [] };
  expect(planOf(plan)).toEqual({
    name: 'my.plan',
    regions: ['us-east-1', 'eu-west-1'],
    rules: [
      {
        name: 'daily',
        scheduleExpression: 'cron(0 5 ? * * *)',
        targetBackupVaultName: 'Main',
        targetLogicallyAirGappedBackupVaultArn: 'arn:aws:backup:$region:$account:backup-vault:AirGap',
        startWindowMinutes: 60,
        completionWindowMinutes: 120,
        enableContinuousBackup: false,
        lifecycle: { moveToColdStorageAfterDays: 30, deleteAfterDays: 120, optInToArchiveForSupportedResources: false },
        copyActions: [
          {
            destinationBackupVaultArn: COPY_HERE,
            lifecycle: {
              moveToColdStorageAfterDays: undefined,
              deleteAfterDays: 35,
              optInToArchiveForSupportedResources: undefined,
            },
          },
          { destinationBackupVaultArn: COPY_THERE, lifecycle: undefined },
        ],
        recoveryPointTags: new Map([['Owner', '$account']]),
        indexResourceTypes: ['EBS', 'S3'],
        scanActions: [{ malwareScanner: 'GUARDDUTY', scanMode: 'FULL_SCAN' }],
      },
      {
        name: 'weekly',
        scheduleExpression: undefined,
        targetBackupVaultName: 'Main',
        targetLogicallyAirGappedBackupVaultArn: undefined,
        startWindowMinutes: undefined,
        completionWindowMinutes: undefined,
        enableContinuousBackup: undefined,
        lifecycle: undefined,
        copyActions: [],
        recoveryPointTags: new Map(),
        indexResourceTypes: [],
        scanActions: [],
      },
    ],
    selections: [
      {
        name: 'tagged',
        iamRoleArn: ROLE,
        listOfTags: [
          { conditionType: 'STRINGEQUALS', conditionKey: 'Backup', conditionValue: 'Gold' },
          { conditionType: 'STRINGEQUALS', conditionKey: 'Backup', conditionValue: 'Silver' },
        ],
        resources: [],
        notResources: [],
        conditions: {
          ...noConditions,
          stringNotEquals: [{ conditionKey: 'aws:ResourceTag/skip', conditionValue: 'true' }],
        },
      },
      {
        name: 'typed',
        iamRoleArn: ROLE,
        listOfTags: [],
        resources: ['*'],
        notResources: ['arn:aws:ec2:*:*:volume/*'],
        conditions: noConditions,
      },
    ],
    tags: new Map([['Cost', '12']]),
    advancedBackupSettings: [
      { resourceType: 'EC2', backupOptions: new Map([['WindowsVSS', 'enabled']]) },
      { resourceType: 'S3', backupOptions: new Map([['BackupACLs', 'disabled']]) },
    ],
    scanSettings: [{ malwareScanner: 'GUARDDUTY', resourceTypes: ['EBS'], scannerRoleArn: ROLE }],
  });
});

test('account and Region replace their placeholders in ARNs and nowhere else', () => {
  const resolved = resolvePlan(planOf(plan), { accountId: '111111111111', region: 'eu-west-1' });
  const [daily] = resolved.rules;
  expect(daily?.targetLogicallyAirGappedBackupVaultArn).toBe(
    'arn:aws:backup:eu-west-1:111111111111:backup-vault:AirGap',
  );
  expect(daily?.copyActions.map((copy) => copy.destinationBackupVaultArn)).toEqual([
    'arn:aws:backup:us-west-2:111111111111:backup-vault:second',
    COPY_THERE,
  ]);
  const role = 'arn:aws:iam::111111111111:role/backup';
  expect(resolved.selections.map(({ iamRoleArn }) => iamRoleArn)).toEqual([role, role]);
  expect(resolved.scanSettings[0]?.scannerRoleArn).toBe(role);
  expect(daily?.recoveryPointTags.get('Owner')).toBe('$account');
});

test('an empty effective policy has no plans', () => {
  expect(plansOf(effectivePolicy('BACKUP_POLICY', mergeLevels([]), NOW).document)).toEqual([]);
});

test('what is incomplete yields nothing instead of something wrong', () => {
  const incomplete = planOf({
    rules: { r: { start_backup_window_minutes: '60' } },
    selections: { tags: { t: { tag_key: 'k', tag_value: ['v'] } }, resources: { r: { resource_types: ['*'] } } },
  });
  expect(incomplete).toMatchObject({ regions: [], rules: [], selections: [] });
});
