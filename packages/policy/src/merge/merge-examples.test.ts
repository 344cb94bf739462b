import { expect, test } from 'vitest';
import { admit } from '../admission/admit.ts';
import type { ManagementPolicyType } from '../policy-types.ts';
import { assigned, CONTROL, controlled, effectiveJson, NOW, setting } from '../testing/documents.ts';

/**
 * Organizations spec 4.6: the examples of AWS's guide, with the results its algorithm gives (several printed outputs
 * there contradict their own inputs). Levels from the root down.
 */
const costCenter = (more: object) => ({ tags: { costcenter: { tag_key: setting('=:CostCenter'), ...more } } });
const project = (more: object) => ({ tags: { project: more } });
const A = costCenter({ tag_value: setting('=Development,Support') });
const B = costCenter({ tag_value: setting('=Sandbox'), enforced_for: setting('=redshift:*,dynamodb:table') });
const C = costCenter({ tag_value: setting('+Marketing'), enforced_for: setting('+redshift:*,dynamodb:table') });
const D = costCenter({
  tag_value: setting('-Development,Marketing'),
  enforced_for: setting('-redshift:*,dynamodb:table'),
});
const E = project({
  tag_key: setting('=:Project !none'),
  tag_value: setting('=Maintenance,Escalations !append'),
});
const F = project({ tag_key: setting('=:PROJECT'), tag_value: { '@@append': ['Escalations - research'] } });
const G = project({ tag_value: setting('=Maintenance !append') });
const H = project({ tag_value: setting('!append,remove') });
const J = project({ tag_key: setting('=:PROJECT'), tag_value: setting('+Maintenance') });
const K = project({ tag_key: setting('=:project') });

const costCenterResult = (more: object) => ({ tags: { costcenter: { tag_key: 'CostCenter', ...more } } });
const projectResult = (tag_key: string, ...tag_value: string[]) => ({ tags: { project: { tag_key, tag_value } } });

test.each<[row: string, levels: unknown[][], expected: unknown]>([
  [
    'T1 an assignment below replaces',
    [[A], [B]],
    costCenterResult({ tag_value: ['Sandbox'], enforced_for: ['redshift:*', 'dynamodb:table'] }),
  ],
  [
    'T2 an append on what is not set acts as an assignment',
    [[A], [C]],
    costCenterResult({
      tag_value: ['Development', 'Support', 'Marketing'],
      enforced_for: ['redshift:*', 'dynamodb:table'],
    }),
  ],
  [
    'T3 what is removed goes, an emptied list stays',
    [[A], [C], [D]],
    costCenterResult({ tag_value: ['Support'], enforced_for: [] }),
  ],
  [
    'T4 a locked key stays, an open append goes through',
    [[E], [F]],
    projectResult('Project', 'Maintenance', 'Escalations', 'Escalations - research'),
  ],
  [
    'T5 controls of peers intersect',
    [[G, H], [project({ tag_value: setting('+X -Maintenance') })]],
    projectResult('project', 'Maintenance', 'X'),
  ],
  ['T6 the policy attached first wins', [[J, K]], projectResult('PROJECT', 'Maintenance')],
  ['T6 the other way round', [[K, J]], projectResult('project', 'Maintenance')],
  [
    'T7 values may be added beside a locked key',
    [
      [
        {
          tags: {
            CostCenter: { tag_key: setting('=:CostCenter !none') },
            Project: { tag_key: setting('=:Project !none') },
          },
        },
      ],
      [{ tags: { CostCenter: { tag_value: setting('=Production,Test') }, Project: { tag_value: setting('=A,B') } } }],
    ],
    {
      tags: {
        costcenter: { tag_key: 'CostCenter', tag_value: ['Production', 'Test'] },
        project: { tag_key: 'Project', tag_value: ['A', 'B'] },
      },
    },
  ],
])('tag example %s', (_row, levels, expected) => {
  expect(effectiveJson('TAG_POLICY', ...levels)).toEqual(expected);
});

const optOut = setting('=:optOut !none');
const optIn = { opt_out_policy: setting('=:optIn') };

test.each<[row: string, root: unknown, account: unknown, expected: unknown]>([
  [
    'A1 a closed container takes no new key',
    { services: { ...setting('!none'), default: { ...setting('!none'), opt_out_policy: optOut } } },
    { services: { lex: optIn } },
    { services: { default: { opt_out_policy: 'optOut' } } },
  ],
  [
    'A2 an open container does',
    { services: { default: { ...setting('!none'), opt_out_policy: optOut } } },
    { services: { lex: optIn } },
    { services: { default: { opt_out_policy: 'optOut' }, lex: { opt_out_policy: 'optIn' } } },
  ],
  [
    'A3 a lock on a setting is of that setting only',
    { services: { rekognition: { opt_out_policy: optOut } } },
    { services: { rekognition: optIn, polly: optIn } },
    { services: { rekognition: { opt_out_policy: 'optOut' }, polly: { opt_out_policy: 'optIn' } } },
  ],
])('AI opt-out example %s', (_row, root, account, expected) => {
  expect(effectiveJson('AISERVICES_OPT_OUT_POLICY', [root], [account])).toEqual(expected);
});

const ROLE = 'arn:aws:iam::$account:role/MyIamRole';
const SELECTION = { tags: { datatype: { iam_role_arn: ROLE, tag_key: 'dataType', tag_value: ['PII', 'RED'] } } };
const vaultArn = (region: string, name: string, account = '$account') =>
  `arn:aws:backup:${region}:${account}:backup-vault:${name}`;
const copyTo = (arn: string, lifecycle: Record<string, string>) => ({
  [arn]: { target_backup_vault_arn: arn, lifecycle },
});
const days = (cold: string, deleted: string) => ({
  move_to_cold_storage_after_days: cold,
  delete_after_days: deleted,
});

/** The effective form of a plain document: every key in lower case. */
function lowerKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key.toLowerCase(), lowerKeys(child)]));
}

const b1 = {
  plans: {
    PII_Backup_Plan: {
      regions: ['ap-northeast-2', 'us-east-1', 'eu-north-1'],
      rules: {
        Hourly: {
          schedule_expression: 'cron(0 5/1 ? * * *)',
          start_backup_window_minutes: '480',
          complete_backup_window_minutes: '10080',
          lifecycle: { ...days('180', '270'), opt_in_to_archive_for_supported_resources: 'false' },
          target_backup_vault_name: 'FortKnox',
          target_logically_air_gapped_backup_vault_arn: vaultArn('$region', 'AirGappedVault'),
          index_actions: { resource_types: ['EBS', 'S3'] },
          copy_actions: {
            ...copyTo(vaultArn('us-east-1', 'secondary_vault'), {
              ...days('30', '120'),
              opt_in_to_archive_for_supported_resources: 'false',
            }),
            ...copyTo(vaultArn('us-west-1', 'tertiary_vault', '111111111111'), {
              ...days('30', '120'),
              opt_in_to_archive_for_supported_resources: 'false',
            }),
          },
        },
      },
      selections: SELECTION,
      advanced_backup_settings: { ec2: { windows_vss: 'enabled' } },
    },
  },
};

const b2Parent = {
  PII_Backup_Plan: {
    regions: ['us-east-1', 'ap-northeast-3', 'eu-north-1'],
    rules: {
      Hourly: {
        schedule_expression: 'cron(0 0/1 ? * * *)',
        start_backup_window_minutes: '60',
        target_backup_vault_name: 'FortKnox',
        index_actions: { resource_types: ['EBS', 'S3'] },
        lifecycle: days('28', '180'),
        copy_actions: copyTo(vaultArn('us-east-1', 'secondary_vault'), days('28', '180')),
      },
    },
    selections: SELECTION,
  },
};
const b2Child = {
  Monthly_Backup_Plan: {
    regions: ['us-east-1', 'eu-central-1'],
    rules: {
      Monthly: {
        schedule_expression: 'cron(0 5 1 * ? *)',
        start_backup_window_minutes: '480',
        target_backup_vault_name: 'Default',
        lifecycle: days('30', '365'),
        copy_actions: copyTo(vaultArn('us-east-1', 'Default'), days('30', '365')),
      },
    },
    selections: {
      tags: {
        MonthlyDatatype: {
          iam_role_arn: 'arn:aws:iam::$account:role/MyMonthlyBackupIamRole',
          tag_key: 'BackupType',
          tag_value: ['MONTHLY', 'RED'],
        },
      },
    },
  },
};

test('backup example B1: a whole policy keeps its values, scalars as text, keys in lower case, placeholders as they stand', () => {
  expect(admitted('BACKUP_POLICY', assigned(b1))).toBe(true);
  expect(effectiveJson('BACKUP_POLICY', [assigned(b1)])).toEqual(lowerKeys(b1));
});

test('backup example B2: plans of different names stand side by side', () => {
  const appended = (plans: object) =>
    JSON.parse(
      JSON.stringify(assigned(JSON.parse(JSON.stringify({ plans })))).replaceAll(
        '"regions":{"@@assign"',
        '"regions":{"@@append"',
      ),
    );
  expect(admitted('BACKUP_POLICY', appended(b2Parent))).toBe(true);
  expect(admitted('BACKUP_POLICY', appended(b2Child))).toBe(true);
  expect(effectiveJson('BACKUP_POLICY', [appended(b2Parent)], [appended(b2Child)])).toEqual(
    lowerKeys({ plans: { ...b2Parent, ...b2Child } }),
  );
});

test('backup example B3: with a lock on every node, nothing below changes anything', () => {
  const parent = controlled(assigned({ plans: b2Parent }), ['@@none']);
  const elsewhere = {
    plans: {
      PII_Backup_Plan: {
        regions: ['us-west-2'],
        rules: {
          Hourly: { target_backup_vault_name: 'Default', enable_continuous_backup: 'false', lifecycle: days('1', '2') },
          Daily: { target_backup_vault_name: 'Default' },
        },
        selections: { tags: { other: SELECTION.tags.datatype } },
        backup_plan_tags: { x: { tag_key: 'x', tag_value: 'y' } },
      },
      ...b2Child,
    },
  };
  expect(effectiveJson('BACKUP_POLICY', [parent], [assigned(elsewhere)])).toEqual(lowerKeys({ plans: b2Parent }));
});

test('backup example B3: a setting that its author forgot to lock stays open under locked containers', () => {
  const locked = JSON.stringify(controlled(assigned({ plans: b2Parent }), ['@@none']));
  const open = `"resource_types":{"@@assign":["EBS","S3"]}`;
  const parent = JSON.parse(locked.replace(`"resource_types":{"@@assign":["EBS","S3"],"${CONTROL}":["@@none"]}`, open));
  const child = { plans: { PII_Backup_Plan: { rules: { Hourly: { index_actions: { resource_types: ['EBS'] } } } } } };
  expect(effectiveJson('BACKUP_POLICY', [parent], [assigned(child)])).toHaveProperty(
    'plans.pii_backup_plan.rules.hourly.index_actions.resource_types',
    ['EBS'],
  );
});

test('backup example B4: plans may be added where plans are open to append, keys not to a closed plan', () => {
  const { selections, ...withoutSelections } = b2Parent.PII_Backup_Plan;
  const closed = controlled(assigned(withoutSelections), ['@@none']);
  const parent = { plans: { ...setting('!append'), PII_Backup_Plan: closed } };
  const child = assigned({ plans: { ...b2Child, PII_Backup_Plan: { selections } } });
  expect(effectiveJson('BACKUP_POLICY', [parent], [child])).toEqual(
    lowerKeys({ plans: { PII_Backup_Plan: withoutSelections, ...b2Child } }),
  );
});

test("backup example B5: the child's values win, what it does not name is inherited, a boolean becomes text", () => {
  const rule = b2Parent.PII_Backup_Plan.rules.Hourly;
  const t2 = copyTo(vaultArn('us-east-1', 't2'), days('28', '180'));
  const parent = {
    plans: {
      PII_Backup_Plan: {
        ...b2Parent.PII_Backup_Plan,
        rules: {
          Hourly: {
            ...rule,
            lifecycle: { ...days('180', '2'), opt_in_to_archive_for_supported_resources: false },
            copy_actions: t2,
          },
        },
      },
    },
  };
  const changes = {
    schedule_expression: 'cron(0 0/2 ? * * *)',
    start_backup_window_minutes: '80',
    target_backup_vault_name: 'Default',
    lifecycle: { ...days('30', '365'), opt_in_to_archive_for_supported_resources: false },
  };
  const child = { plans: { PII_Backup_Plan: { regions: ['us-west-2', 'eu-central-1'], rules: { Hourly: changes } } } };
  const lifecycle = { ...days('30', '365'), opt_in_to_archive_for_supported_resources: 'false' };
  expect(effectiveJson('BACKUP_POLICY', [assigned(parent)], [assigned(child)])).toEqual(
    lowerKeys({
      plans: {
        PII_Backup_Plan: {
          regions: ['us-west-2', 'eu-central-1'],
          rules: { Hourly: { ...rule, ...changes, lifecycle, copy_actions: t2 } },
          selections: SELECTION,
        },
      },
    }),
  );
});

const condition = { c1: { condition_key: 'aws:ResourceTag/backup', condition_value: 'false' } };

test.each<[row: string, plan: Parameters<typeof assigned>[0]]>([
  [
    'B6 a tag selection with conditions',
    {
      selections: {
        tags: {
          X: {
            iam_role_arn: ROLE,
            tag_key: 'env',
            tag_value: ['prod', 'gamma'],
            conditions: { string_not_equals: condition },
          },
        },
      },
    },
  ],
  ['B7 all resource types', { selections: { resources: { X: { iam_role_arn: ROLE, resource_types: ['*'] } } } }],
  [
    'B7 all but volumes, under conditions of every kind',
    {
      selections: {
        resources: {
          X: {
            iam_role_arn: ROLE,
            resource_types: ['*'],
            not_resource_types: ['arn:aws:ec2:*:*:volume/*'],
            conditions: {
              string_equals: condition,
              string_not_equals: condition,
              string_like: condition,
              string_not_like: condition,
            },
          },
        },
      },
    },
  ],
  [
    'B8 malware scans',
    {
      rules: {
        daily: { scan_actions: { GUARDDUTY: { scan_mode: 'INCREMENTAL_SCAN' } } },
        monthly: { scan_actions: { GUARDDUTY: { scan_mode: 'FULL_SCAN' } } },
      },
      scan_settings: { GUARDDUTY: { resource_types: ['EBS'], scanner_role_arn: ROLE } },
    },
  ],
])('backup example %s is admitted and comes out without operators', (_row, plan) => {
  const policy = assigned({ plans: { p: plan } });
  expect(admitted('BACKUP_POLICY', policy)).toBe(true);
  expect(effectiveJson('BACKUP_POLICY', [policy])).toEqual(lowerKeys({ plans: { p: plan } }));
});

function admitted(type: ManagementPolicyType, policy: unknown): boolean {
  return admit(type, JSON.stringify(policy), NOW).verdict === 'admitted';
}
